"""Small files for the publisher's tests, and their lines read back."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consumers.publisher.files import Batch
from consumers.publisher.lines import Line, opened
from consumers.publisher.mapping import CsvMapping
from consumers.publisher.police_uk import COLUMNS


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(gzip.compress(text.encode(encoding)) if path.suffix == ".gz" else text.encode(encoding))
    return path


def lines_of(path: Path, format: str, mapping: CsvMapping | None = None, after: int = 0) -> list[Line]:
    batch = Batch(files=[path], agency="police", format=format, mapping=mapping)
    with opened(path) as source:
        return list(batch.lines(source, after))


def reports_in(lines: list[Line]) -> list[dict[str, Any]]:
    return [json.loads(line.raw) for line in lines if line.raw is not None]


def a_report(number: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "agency": "police",
        "reported_at": "2024-03-01T10:00:00+00:00",
        "occurred": {"from": "2024-03-01T09:00:00+00:00", "to": "2024-03-01T09:00:00+00:00"},
        "category": "burglary",
        **changed,
    }


def jsonl(path: Path, reports: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Path:
    return write(path, "".join(json.dumps(report) + "\n" for report in reports))


def street(*rows: dict[str, str]) -> str:
    """A data.police.uk street file; each row is given by what differs from a usual one."""
    usual = {
        "Crime ID": "",
        "Month": "2024-01",
        "Reported by": "Derbyshire Constabulary",
        "Falls within": "Derbyshire Constabulary",
        "Longitude": "-1.421600",
        "Latitude": "53.235100",
        "Location": "On or near New Square",
        "LSOA code": "E01033387",
        "LSOA name": "Chesterfield 010F",
        "Crime type": "Anti-social behaviour",
    }
    body = [",".join({**usual, **row}.get(column, "") for column in COLUMNS) for row in rows]
    return "\n".join([",".join(COLUMNS), *body]) + "\n"

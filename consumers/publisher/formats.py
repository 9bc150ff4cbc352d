"""The formats a file of reports may have, and which one a file's name speaks for."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from consumers.publisher.csv_rows import read_csv
from consumers.publisher.jsonl import read_jsonl
from consumers.publisher.lines import Line, Source
from consumers.publisher.mapping import CsvMapping
from consumers.publisher.police_uk import read_police_uk

FORMATS = ("jsonl", "csv", "police-uk")
_BY_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv"}


def read_lines(source: Source, format: str, mapping: CsvMapping | None, agency: str, after: int) -> Iterator[Line]:
    """The lines of an open file after line ``after``, each the report it makes or what is wrong with it."""
    match format:
        case "jsonl":
            return read_jsonl(source, after)
        case "csv":
            return read_csv(source, mapping, agency, after)
        case "police-uk":
            return read_police_uk(source, agency, after)
        case _:
            raise ValueError(f"no format {format!r}; there are: {', '.join(FORMATS)}")


def format_of(files: Iterable[Path]) -> str:
    """The format all the names speak for; raises ``ValueError`` where they do not."""
    found = {_BY_SUFFIX.get(Path(file.name.removesuffix(".gz")).suffix.lower()) for file in files}
    if len(found) == 1 and (one := found.pop()):
        return one
    raise ValueError(f"the files' names do not say which format they have; say --format {'|'.join(FORMATS)}")

"""The same stages over files, with no broker: for backfill and for measuring."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, cast

from sqlalchemy import Engine, func, select

from schemas.agencies import Partnership
from schemas.tables import Report
from streams.intake.keep import take_reports
from streams.issues.days import close_days
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import drain
from streams.store import writing

# How much of a file is read to tell it from another of its name.
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many lines were read."""

    lines: int


def replay(
    engine: Engine,
    partnership: Partnership,
    files: list[Path],
    *,
    batch: int,
    read_at: datetime,
    tell: bool = True,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Take the reports of JSON-lines files in file order through every stage, then close the last day.

    ``read_at`` stands for the broker's timestamp. ``tell=False`` leaves nothing owed to topics.
    """
    lines = 0
    for file in files:
        records = _records(file, read_at)
        while run := list(islice(records, batch)):
            with writing(engine) as connection:
                messages = take_reports(connection, run, partnership)
                owe(connection, messages if tell else ())
            drain(engine, partnership, batch, tell=tell)
            lines += len(run)
            progress(len(run))
    _close(engine)
    drain(engine, partnership, batch, tell=tell)
    return Replayed(lines=lines)


def _close(engine: Engine) -> None:
    with writing(engine) as connection:
        last = connection.execute(select(func.max(Report.reported_at))).scalar_one_or_none()
        if last is not None:
            close_days(connection, last, through=True)


def _records(file: Path, read_at: datetime) -> Iterator[Record]:
    source = f"file:{file.name}@{_mark(file)}"
    with _open(file) as lines:
        for number, line in enumerate(lines):
            body = line.rstrip(b"\r\n")
            if body.strip():
                yield Record(
                    source=source, partition=0, offset=number, key=None, value=body, taken_at=read_at, agency=None
                )


def _open(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _mark(file: Path) -> str:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    return hashlib.sha256(f"{file.stat().st_size}:".encode() + head).hexdigest()[:8]

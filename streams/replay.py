"""The same stages over files, with no broker: for backfill and for measuring."""

import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, cast

from sqlalchemy import Engine

from schemas.agencies import Partnership
from schemas.files import NotReadable
from streams.intake.keep import take_reports
from streams.issues.days import close_days
from streams.issues.recount import last_reported
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import drain, try_again
from streams.sharing.again import share_anew
from streams.store import writing

# How much of a file is read to tell it from another of its name.
HEAD_BYTES = 1 << 16
# A report has at most 1 MiB: a line of so much more is no line of reports, and would only fill the memory.
LONGEST_LINE = 64 << 20
# After how many batches the stages behind are moved on: one that touches a person again finds them only once.
TOGETHER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many lines were read; and how many keys were set aside, by the stage that fails on them and in what way.

    What is set aside is missing from all that is derived, until the stage is mended and it is tried again.
    """

    lines: int
    aside: Mapping[tuple[str, str], int] = field(default_factory=dict)


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

    ``read_at`` stands for the broker's timestamp. ``tell=False`` leaves nothing owed to topics. What was set aside
    before is tried again first, as when a worker starts. Raises ``NotReadable`` where a file breaks off: what stood
    before is taken, and is not taken twice when the file is replayed again.
    """
    lines = 0
    aside: Counter[tuple[str, str]] = Counter()

    def failed(stage: str, how: str) -> None:
        aside[stage, how] += 1

    try_again(engine)
    with writing(engine) as connection:
        share_anew(connection, partnership)
    move_on = partial(drain, engine, partnership, batch, tell=tell, failed=failed)
    for file in files:
        try:
            for number, run in enumerate(_runs(_records(file, read_at), batch), start=1):
                with writing(engine) as connection:
                    messages = take_reports(connection, run, partnership)
                    owe(connection, messages if tell else ())
                lines += len(run)
                progress(len(run))
                if number % TOGETHER == 0:
                    move_on()
        finally:
            move_on()
    _close(engine)
    move_on()
    return Replayed(lines=lines, aside=aside)


def _runs(records: Iterator[Record], batch: int) -> Iterator[list[Record]]:
    """Runs of records, the last one shorter; where the file breaks off, what came before it all the same."""
    run: list[Record] = []
    try:
        for record in records:
            run.append(record)
            if len(run) == batch:
                yield run
                run = []
    except NotReadable:
        if run:
            yield run
        raise
    if run:
        yield run


def _close(engine: Engine) -> None:
    with writing(engine) as connection:
        last = last_reported(connection)
        if last is not None:
            close_days(connection, last, through=True)


def _records(file: Path, read_at: datetime) -> Iterator[Record]:
    source = f"file:{file.name}@{_mark(file)}"
    for number, line in enumerate(_lines(file)):
        body = line.rstrip(b"\r\n")
        if body.strip():
            yield Record(source=source, partition=0, offset=number, key=None, value=body, taken_at=read_at, agency=None)


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, unpacked where it ends in .gz; raises ``NotReadable`` at the first that cannot be read."""
    number = 0
    try:
        with _open(file) as stream:
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise NotReadable(f"{file.name}, line {number}: it has over {LONGEST_LINE >> 20} MiB")
                yield line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotReadable(f"{file.name}: it cannot be unpacked after line {number} ({error})") from None


def _open(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _mark(file: Path) -> str:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    return hashlib.sha256(f"{file.stat().st_size}:".encode() + head).hexdigest()[:8]

"""Whole files of reports: sent in order, every acknowledgement waited for, and gone on with after a stop."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from consumers.broker import Login
from consumers.publisher.client import Publisher
from consumers.publisher.formats import read_lines
from consumers.publisher.lines import Line, Source, opened
from consumers.publisher.mapping import CsvMapping
from consumers.publisher.resume import Place, place_in
from consumers.publisher.sent import NotSent, Sent
from consumers.publisher.validate import problems_with

KEEP_EVERY_S = 1.0
TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one line of a file."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file.name}, line {self.line}: {self.text}"


@dataclass(slots=True, kw_only=True)
class Account:
    """What became of files: reports sent, those an earlier run had sent, and what could not be sent."""

    sent: int = 0
    already: int = 0
    unusable: int = 0  # lines that make no report
    refused: int = 0  # reports the broker does not take
    seconds: float = 0.0
    share: float = 0.0  # of the files' bytes read so far
    problems: list[Problem] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """Reports acknowledged a second."""
        return self.sent / self.seconds if self.seconds else 0.0

    @property
    def well(self) -> bool:
        """Whether every line was a report and every report was sent."""
        return not self.unusable and not self.refused


Progress = Callable[[Account], None]
MOST_PROBLEMS = 1_000  # kept; all are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files of one agency in one format."""

    files: Sequence[Path]
    agency: str
    format: str
    mapping: CsvMapping | None = None

    def lines(self, source: Source, after: int) -> Iterator[Line]:
        """The lines of one of the files."""
        return read_lines(source, self.format, self.mapping, self.agency, after)

    @property
    def described(self) -> tuple[str, ...]:
        """What makes the same file another one to send."""
        return (self.agency, self.format, self.mapping.model_dump_json() if self.mapping else "")


def publish_files(
    batch: Batch,
    bootstrap: str,
    *,
    places: Path,
    progress: Progress = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    login: Login | None = None,
) -> Account:
    """Send every line of the files; waits for a broker that is away, for ever.

    How far each file came is kept in the folder ``places`` while the run lasts, and goes with its end: a run that was
    interrupted goes on, a run that ended can be made again. Raises ``BrokerTrouble``, ``MappingError`` and
    ``UnreadableFile``.
    """
    with Publisher(batch.agency, bootstrap, patience_s=None, tell=tell, login=login) as publisher:
        run = _Run(batch=batch, publisher=publisher, progress=progress)
        topic = publisher.reach()
        kept = [place_in(places, file, (*batch.described, topic.id)) for file in batch.files]
        for file, place in zip(batch.files, kept, strict=True):
            run.send_file(file, place)
        for place in kept:
            place.forget()
        run.tell(at_once=True)
        return run.account


def check_files(batch: Batch, *, progress: Progress = lambda _: None) -> Account:
    """Read every line and say what the pipeline would refuse; ``sent`` counts what it would take. Needs no broker."""
    run = _Run(batch=batch, publisher=None, progress=progress)
    for file in batch.files:
        with run.reading(file) as source:
            for line in batch.lines(source, 0):
                wrong = [line.problem] if line.raw is None else problems_with(line.raw, batch.agency)
                if wrong:
                    run.account.unusable += 1
                    run.note(Problem(file, line.number, "; ".join(str(one) for one in wrong)))
                else:
                    run.account.sent += 1
                run.tell()
    run.tell(at_once=True)
    return run.account


@dataclass(slots=True, kw_only=True)
class _Run:
    batch: Batch
    publisher: Publisher | None
    progress: Progress
    account: Account = field(default_factory=Account)
    started: float = field(default_factory=time.monotonic)
    _told: float = 0.0
    _kept: float = 0.0
    _size: int = 0
    _read: int = 0
    _source: Source | None = None
    _waiting: deque[tuple[int, Sent | None]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._size = sum(file.stat().st_size for file in self.batch.files)

    @contextmanager
    def reading(self, file: Path) -> Iterator[Source]:
        """The file opened, its bytes counted as read."""
        with opened(file) as self._source:
            yield self._source
        self._source = None
        self._read += file.stat().st_size

    def send_file(self, file: Path, place: Place) -> None:
        """Send what of the file is not sent yet, keeping the place."""
        assert self.publisher is not None  # noqa: S101  # only a check has none
        self.account.already += place.sent
        if place.finished:
            self._read += file.stat().st_size
            return
        try:
            with self.reading(file) as source:
                for line in self.batch.lines(source, place.lines):
                    self._send(file, line)
                    self._move_on(file, place)
                with suppress(NotSent):  # each is counted, with its reason, as the place moves on
                    self.publisher.flush()
                self._move_on(file, place)
                place.finished = True
        finally:
            self._waiting.clear()
            if place.lines:
                place.keep()

    def _send(self, file: Path, line: Line) -> None:
        assert self.publisher is not None  # noqa: S101
        if line.raw is None:
            self.account.unusable += 1
            self.note(Problem(file, line.number, line.problem or "makes no report"))
            self._waiting.append((line.number, None))
        else:
            self._waiting.append((line.number, self.publisher.send_named(line.raw, line.name)))

    def _move_on(self, file: Path, place: Place) -> None:
        """Move the place past all that is dealt with."""
        waiting = self._waiting
        while waiting and ((sent := waiting[0][1]) is None or sent.done):
            place.lines, sent = waiting.popleft()
            if sent is None:
                continue
            if sent.reason is None:
                place.sent += 1
                self.account.sent += 1
            else:
                self.account.refused += 1
                self.note(Problem(file, place.lines, sent.reason))
        now = time.monotonic()
        if now - self._kept > KEEP_EVERY_S:
            self._kept = now
            if place.lines:
                place.keep()
        self.tell()

    def note(self, problem: Problem) -> None:
        """Keep a problem, if there is room."""
        if len(self.account.problems) < MOST_PROBLEMS:
            self.account.problems.append(problem)

    def tell(self, *, at_once: bool = False) -> None:
        """Say how far it is, not too often."""
        now = time.monotonic()
        if at_once or now - self._told > TELL_EVERY_S:
            self._told = now
            self.account.seconds = now - self.started
            here = self._source.position() if self._source else 0
            self.account.share = min(1.0, (self._read + here) / self._size) if self._size else 1.0
            self.progress(self.account)

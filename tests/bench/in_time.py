"""Reports late, early, out of order, and nobody reporting at all: the alerts are those of one batch over the same.

``python -m tests.bench in-time``; ``--reports N`` for fewer. The simulated town's reports come as time goes on, with
the timer at work after each day; in the middle nobody reports for weeks.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from deploy.store import migrate
from schemas.agencies import Partnership, load_partnership
from schemas.topics import INBOUND
from streams.export import EXPORTS, export_lines
from streams.intake.keep import take_reports
from streams.issues.days import SETTLED, close_days
from streams.ledger import Record, take_run
from streams.pipeline import drain
from streams.replay import replay
from streams.store import open_store, reading, writing
from tests.bench.same_answer import BATCH, Line, town

REPORTS = 6_000
DAY = timedelta(days=1)
# One in seven comes late by up to a month, one in thirty bears a time of up to twenty hours ahead, the rest come within
# the hour, so that many stand in another order than they were made in.
LATE, EARLY, ELSE = 1 / 7, 1 / 30, timedelta(hours=1)
MONTH, AHEAD = timedelta(days=30), timedelta(hours=20)
IDLE = timedelta(days=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A record and the moment at which it comes."""

    at: datetime
    line: Line
    how: str


def measure_in_time() -> None:
    """Print what came how, and the alerts of both; raises ``AssertionError`` where an export differs."""
    number = int(sys.argv[sys.argv.index("--reports") + 1]) if "--reports" in sys.argv else REPORTS
    partnership = load_partnership()
    coming = list(as_time_goes_on(with_a_gap(town(number)), Random(8)))
    with tempfile.TemporaryDirectory(prefix="tocsin-time-") as name:
        folder = Path(name)
        live, closings = _live(folder, coming, partnership)
        batch = _batch(folder, [one.line for one in coming], partnership)
    unlike = [what for what in EXPORTS if live[what] != batch[what]]
    how = ", ".join(f"{what} {count:,}" for what, count in Counter(one.how for one in coming).most_common())
    print(f"| {len(coming):,} | {how} | {closings:,} | {len(live['alerts']):,} | {len(batch['alerts']):,} |")
    assert not unlike, f"{', '.join(unlike)} differ"


def with_a_gap(lines: list[Line]) -> list[Line]:
    """The second half stands forty days later, and nobody reports meanwhile; versions of one report stay together."""
    half = sorted(_reported(line) for line in lines)[len(lines) // 2]
    first = {(agency, report): _reported((agency, report, raw)) for agency, report, raw in reversed(lines)}
    return [_later(line, IDLE) if first[line[:2]] > half else line for line in lines]


def as_time_goes_on(lines: list[Line], chance: Random) -> Iterator[Coming]:
    """The records in the order in which they come; versions of one report stay in theirs, as in its partition."""
    last: dict[tuple[str, str], datetime] = {}
    coming = []
    for line in lines:
        at, how = _reported(line), "on time"
        drawn = chance.random()
        if drawn < LATE:
            at, how = at + chance.random() * MONTH, "late"
        elif drawn < LATE + EARLY:
            at, how = at - chance.random() * AHEAD, "early"
        else:
            at += chance.random() * ELSE
        at = last[line[:2]] = max(at, last.get(line[:2], at))
        coming.append(Coming(at=at, line=line, how=how))
    coming.sort(key=lambda one: one.at)
    return iter(coming)


def _live(folder: Path, coming: list[Coming], partnership: Partnership) -> tuple[dict[str, list[str]], int]:
    """Each day's records as they come, then the timer; what stands at the end, and how often the timer closed any."""
    engine = open_store(f"sqlite:///{folder / 'live.db'}")
    migrate(engine)
    by_day = {day: list(some) for day, some in groupby(coming, key=lambda one: one.at.date())}
    offsets: Counter[str] = Counter()
    closings, day, last = 0, min(by_day), max(by_day) + 2 * DAY
    while day <= last:
        for one in by_day.get(day, ()):
            _take(engine, one, offsets, partnership)
        drain(engine, partnership, BATCH, tell=False)
        closings += _by_the_timer(engine, datetime.combine(day + DAY, time(0, 1), UTC), partnership)
        day += DAY
    return _said(engine), closings


def _take(engine: Engine, one: Coming, offsets: Counter[str], partnership: Partnership) -> None:
    agency, report, raw = one.line
    record = Record(
        source=INBOUND.topic(agency),
        partition=0,
        offset=offsets[agency],
        key=report.encode(),
        value=raw,
        taken_at=one.at,
        agency=agency,
    )
    offsets[agency] += 1
    take_run(engine, [record], lambda connection, run: take_reports(connection, run, partnership))


def _by_the_timer(engine: Engine, now: datetime, partnership: Partnership) -> int:
    """The timer looks twice: what is over by the clock alone is closed when it has stayed as it is."""
    closed = 0
    for at in (now, now + SETTLED):
        with writing(engine) as connection:
            closed += close_days(connection, at)
        drain(engine, partnership, BATCH, tell=False)
    return closed


def _batch(folder: Path, lines: list[Line], partnership: Partnership) -> dict[str, list[str]]:
    engine = open_store(f"sqlite:///{folder / 'batch.db'}")
    migrate(engine)
    file = folder / "lines.jsonl"
    # in the order of their own times: no late one, no early one, and no timer
    file.write_bytes(b"".join(raw + b"\n" for _, _, raw in sorted(lines, key=_reported)))
    replay(engine, partnership, [file], batch=BATCH, read_at=datetime.now(UTC), tell=False)
    return _said(engine)


def _said(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        said = {what: list(export_lines(connection, what)) for what in EXPORTS}
    engine.dispose()
    return said


def _reported(line: Line) -> datetime:
    try:
        return datetime.fromisoformat(json.loads(line[2])["reported_at"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        return datetime(2026, 9, 1, tzinfo=UTC)  # one that is refused for it, whenever it comes


def _later(line: Line, by: timedelta) -> Line:
    """The same with all its times so much later, where it has them."""
    body = json.loads(line[2])
    try:
        body["reported_at"] = (datetime.fromisoformat(body["reported_at"]) + by).isoformat()
        moved = {name: (datetime.fromisoformat(body["occurred"][name]) + by).isoformat() for name in ("from", "to")}
        body["occurred"] |= moved
    except (ValueError, KeyError, TypeError):
        return line
    return *line[:2], json.dumps(body).encode()

"""Incidents counted for a meeting: only those whose first report is one that all who sit there may know of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Connection, select

from consumers.packs.meetings import Meeting
from consumers.words import UK
from schemas.agencies import Partnership
from schemas.kinds import CATEGORIES, vocabulary
from schemas.tables import Clock, OpenReport

SMALLEST: int = vocabulary("depersonalised")["smallest"]
TOGETHER = "Other categories together"
ELSEWHERE = "Other areas together"
MOST_ROWS = 18  # what a page takes beside the rest; smaller ones are put together


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: how many now, and in the period before; None: too few to be told."""

    name: str
    now: int | None
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Incidents by period, oldest first, and this period's by category and by area; empty where none may be told."""

    periods: Sequence[tuple[str, int]] = ()
    categories: Sequence[Row] = ()
    areas: Sequence[Row] = ()
    compared: bool = False  # the period before is held whole


@dataclass(slots=True)
class _Tally:
    now: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)


def counted(connection: Connection, partnership: Partnership, meeting: Meeting, day: date) -> Counts:
    """What happened in the meeting's period, which ends before ``day``, and in those before it."""
    if not all(name in partnership and partnership[name].statutory for name in meeting.agencies):
        return Counts()  # what is counted is open to relevant authorities, and to nobody else
    length = timedelta(days=meeting.days)
    starts = [day - length * number for number in range(meeting.against + 1, 0, -1)]
    periods, categories, areas = Counter[date](), _Tally(), _Tally()
    oldest: date | None = None
    for happened, category, names in _known(connection, partnership, meeting, starts[0], day):
        oldest = happened if oldest is None else min(oldest, happened)
        start = max(one for one in starts if one <= happened)
        periods[start] += 1
        _take(categories, [CATEGORIES.get(category, category)], start, starts)
        _take(areas, names, start, starts)
    if oldest is None:
        return Counts()
    whole = [start for start in starts[:-1] if start >= oldest]  # one that began before all records would look low
    return Counts(
        periods=[(_said(start, meeting), periods[start]) for start in [*whole, starts[-1]]],
        categories=_rows(categories, TOGETHER),
        areas=_rows(areas, ELSEWHERE) if meeting.by_area else (),
        compared=starts[-2] in whole,
    )


def _take(tally: _Tally, names: Sequence[str], start: date, starts: Sequence[date]) -> None:
    for name in names:
        tally.now[name] += start == starts[-1]
        tally.before[name] += start == starts[-2]


def _known(
    connection: Connection, partnership: Partnership, meeting: Meeting, first: date, day: date
) -> Sequence[tuple[date, str, Sequence[str]]]:
    """The day, category and areas of each incident whose first report all may know of."""
    ends = connection.scalar(select(Clock.at).where(Clock.name == "days"))
    closed = None if ends is None else (ends - timedelta(seconds=1)).astimezone(UK).date()
    rows = connection.execute(
        select(OpenReport.agency, OpenReport.reported_at, OpenReport.happened_on, OpenReport.counts).where(
            OpenReport.happened_on >= first.isoformat(),
            OpenReport.happened_on < day.isoformat(),
            OpenReport.first == OpenReport.ref,
            OpenReport.counts.is_not(None),
        )
    )

    @lru_cache(maxsize=65_536)
    def told(giver: str, category: str, detail: str | None, made: date) -> frozenset[str] | None:
        """What of such a report all may know; None: not even that there is one."""
        return _fields(partnership, meeting.agencies, giver, (category, detail), made, closed)

    found = []
    for row in rows:
        counts: Mapping[str, object] = row.counts
        category, detail = str(counts["category"]), counts.get("detail")
        made = row.reported_at.astimezone(UK).date()
        fields = told(row.agency, category, None if detail is None else str(detail), made)
        if fields is not None:
            areas = counts.get("areas") if "area" in fields else ()
            here = [str(name) for name in areas] if isinstance(areas, list) else []
            found.append((date.fromisoformat(row.happened_on), category, here))
    return found


def _fields(
    partnership: Partnership,
    agencies: Sequence[str],
    giver: str,
    matter: tuple[str, str | None],
    made: date,
    closed: date | None,
) -> frozenset[str] | None:
    every: frozenset[str] | None = None
    for name in agencies:
        if name == giver:
            continue
        mine = [
            one
            for one in partnership.agreements
            if giver in one.givers and name in one.receivers and not one.pointer
            if one.covers(*matter) and one.holds(made, closed)
        ]
        if not mine:
            return None
        told = frozenset(word for one in mine for word in one.fields)
        every = told if every is None else every & told
    return frozenset({"area"}) if every is None else every


def _rows(tally: _Tally, rest: str) -> list[Row]:
    """The table, largest first; what is too small in either period is put together, and not told if still too small."""
    rows = [
        Row(name=name, now=tally.now[name], before=tally.before[name])
        for name in tally.now | tally.before
        if min(tally.now[name], tally.before[name]) >= SMALLEST
    ]
    rows = sorted(rows, key=lambda row: (-(row.now or 0), row.name))[:MOST_ROWS]
    told = [row.name for row in rows]
    small = [name for name in tally.now | tally.before if name not in told]
    if small:
        now, before = (sum(counts[name] for name in small) for counts in (tally.now, tally.before))
        rows.append(Row(name=rest, now=_unless_small(now), before=_unless_small(before)))
    return rows


def _unless_small(count: int) -> int | None:
    return count if count >= SMALLEST else None


def _said(start: date, meeting: Meeting) -> str:
    last = start + timedelta(days=meeting.days - 1)
    return f"{start.day} {start:%b} to {last.day} {last:%b}"

"""What the detectors last saw of each incident, so that one that moved or vanished is taken off where it stood."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from schemas.tables import Clock, Counted, Member, Report, Unread
from streams.clusters.sets import among
from streams.issues.calendar import period_end, week_of
from streams.issues.counting import COLUMNS, Counting, counted
from streams.issues.firsts import Heard, chains_judged_by, changed_firsts, ordinary, periods_judged_by, places_judged_by
from streams.issues.hear import INCIDENTS_BY_ID
from streams.issues.looks import keep_looks
from streams.issues.marks import mark_days, said_of_count
from streams.issues.opened import count_openly, forget_since
from streams.issues.openly import Held, keep_open
from streams.issues.periods import judges, looked_back_from, period_of
from streams.issues.rules import rules
from streams.matching.circles import circles
from streams.sharing.marking import Marking, read_marking
from streams.statements import Statement
from streams.store import add_new, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What moved: incidents as they were and as they are; and places and chains to be judged anew besides theirs.

    ``chained``: incidents in these chains. ``weeks``: closed ones to be counted anew at once, for what they count was
    taken back, or is erased.
    """

    moved: tuple[Counting, ...] = ()
    places: frozenset[str] = frozenset()
    chained: frozenset[str] = frozenset()
    weeks: frozenset[str] = frozenset()


def recount(connection: Connection, incidents: Collection[str]) -> Recount:
    """Note how ``incidents`` stand now, and mark the days unread whose counts that changes."""
    if not incidents:
        return Recount()
    before = {one.incident: one for one in counted(connection, incidents)}
    held = _held(connection, incidents)
    drawn = circles(connection, {one.ref for _, one in held})
    heard: dict[str, list[Heard]] = defaultdict(list)
    for marking, one in held:
        heard[one.incident].append(
            Heard(agency=one.agency, marking=marking, reported_at=one.reported_at, circle=drawn[one.ref])
        )
    after = _standing(connection, heard)
    changed = [one for one in sorted(before.keys() | after.keys()) if before.get(one) != after.get(one)]
    gone = [one for one in changed if one not in after]
    if gone:
        connection.execute(delete(Counted).where(among(connection, Counted.incident, gone)))
    put(connection, Counted, [_row(after[one]) for one in changed if one in after])
    moved = (
        *(known[one] for known in (before, after) for one in changed if one in known),
        *keep_looks(connection, incidents, after, {one.ref: one.incident for _, one in held}),
    )
    told = [one for listed in heard.values() for one in listed]
    firsts = changed_firsts(connection, told, list(before.values()))
    openly = (one for marking, one in held if ordinary(marking) and drawn[one.ref].counted)
    opened = keep_open(connection, incidents, openly)
    mark_days(
        connection,
        left=[*(row for one in changed if one in before for row in said_of_count(before[one])), *opened.left],
        came=[*(row for one in changed if one in after for row in said_of_count(after[one])), *opened.came],
    )
    periods = {one.period for one in moved if one.period} | opened.days
    judged_by_firsts = periods_judged_by(connection, firsts)
    mark_unread(connection, periods | judged_by_firsts)
    weeks = opened.weeks | count_openly(connection, opened.refs, opened.firsts)
    again = forget_since(connection, week_of(min(judged_by_firsts))) if judged_by_firsts else set()
    mark_weeks(connection, weeks | again)
    return Recount(
        moved=moved,
        places=frozenset(places_judged_by(connection, firsts)),
        chained=frozenset(chains_judged_by(connection, firsts, rules().near_repeat)),
        weeks=_closed(connection, weeks) if opened.otherwise and not again else frozenset(),
    )


def _row(counting: Counting) -> dict[str, Any]:
    row = {column.name: getattr(counting, column.name) for column in COLUMNS}  # asdict copies deeply: a third of all
    return row | {"agencies": list(counting.agencies)}


def _held(connection: Connection, incidents: Collection[str]) -> list[tuple[Marking, Held]]:
    return [
        (
            read_marking(row.marking),
            Held(
                ref=row.ref,
                uid=row.uid,
                incident=row.entity,
                agency=row.agency,
                reported_at=row.reported_at,
                occurred_from=row.occurred_from,
                occurred_to=row.occurred_to,
                category=row.category,
                detail=row.detail,
            ),
        )
        for row in _TOLD_OF(connection, incidents=incidents)
    ]


_TOLD_OF = Statement(
    lambda any_of: (
        select(
            Member.entity,
            Report.ref,
            Report.uid,
            Report.agency,
            Report.marking,
            Report.reported_at,
            Report.occurred_from,
            Report.occurred_to,
            Report.category,
            Report.detail,
        )
        .join(Report, Report.ref == Member.item)
        .where(Member.kind == "incident", any_of(Member.entity, "incidents"), Report.status == "accepted")
    )
)


def _standing(connection: Connection, heard: Mapping[str, Sequence[Heard]]) -> dict[str, Counting]:
    found = {row.id: _counting(row, heard[row.id]) for row in INCIDENTS_BY_ID(connection, ids=heard)}
    return {incident: counting for incident, counting in found.items() if counting.agencies}


def _counting(row: Any, told: Sequence[Heard]) -> Counting:
    return Counting(
        incident=row.id,
        period=period_of(row.occurred_from, row.occurred_to),
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        category=row.category,
        detail=row.detail,
        area=row.area,
        easting=row.easting,
        northing=row.northing,
        agencies=tuple(sorted({one.agency for one in told if not one.marking.doubtful})),
        shut=not all(one.marking.plain for one in told),
    )


def mark_unread(connection: Connection, periods: Collection[str]) -> None:
    """Have judged when they are over: ``periods``, the days that look back on them, and those closed that they judge.

    A day with no reports of its own looks back on those before it: a spike of seven days goes on over it, in whatever
    order the reports came.
    """
    if not periods:
        return
    clock = closed_until(connection)
    again = {later for period in periods for later in judges(period) if clock and period_end(later) <= clock}
    again |= {later for period in periods for later in looked_back_from(period)}
    add_new(connection, Unread, [{"period": period, "since": None} for period in sorted({*periods, *again})])
    _UNREAD_FROM_NOW(connection, periods=periods)


def _closed(connection: Connection, weeks: Collection[str]) -> frozenset[str]:
    """Those of some weeks that event time has closed."""
    clock = closed_until(connection)
    return frozenset(week for week in weeks if clock and period_end(week) <= clock and rules().spike_week.on)


def mark_weeks(connection: Connection, weeks: Collection[str]) -> None:
    """Have weeks judged when they are over."""
    if weeks and rules().spike_week.on:
        add_new(connection, Unread, [{"period": week, "since": None} for week in sorted(weeks)])
        _UNREAD_FROM_NOW(connection, periods=weeks)


_UNREAD_FROM_NOW = Statement(lambda any_of: update(Unread).where(any_of(Unread.period, "periods")).values(since=None))


def last_reported(connection: Connection) -> datetime | None:
    """When the latest report was made, be it taken back since; None before the first."""
    return _LAST(connection).scalar_one_or_none()


def closed_until(connection: Connection) -> datetime | None:
    """How far event time has been closed; None before the first day was."""
    return _CLOSED(connection).scalar_one_or_none()


_LAST = Statement(lambda _: select(func.max(Report.reported_at)))
_CLOSED = Statement(lambda _: select(Clock.at).where(Clock.name == "days"))

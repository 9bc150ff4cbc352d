"""The reports that every statutory agency may know: what is said of all reporting together rests on these alone.

A count over everybody's reports, or a word in them, would tell of a hidden one; so hidden ones are not in it at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, delete, or_, select

from schemas.tables import OpenReport
from streams.clusters.sets import among
from streams.issues.calendar import local_day
from streams.issues.periods import is_month, period_of
from streams.issues.terms import names_in, terms_of
from streams.keeping.bodies import bodies
from streams.store import put

COLUMNS = (
    OpenReport.ref,
    OpenReport.incident,
    OpenReport.agency,
    OpenReport.reported_at,
    OpenReport.reported_on,
    OpenReport.happened_on,
    OpenReport.lag,
    OpenReport.category,
    OpenReport.detail,
    OpenReport.terms,
    OpenReport.names,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A report that every statutory agency may know: when it was made, of what, and in what words."""

    ref: str
    incident: str
    agency: str
    reported_at: datetime
    reported_on: str
    happened_on: str | None
    lag: float
    category: str
    detail: str | None = None
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def matter(self) -> str:
        """What it is of, as finely as it says."""
        return self.detail or self.category


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A report as it holds now, and its incident."""

    ref: str
    uid: str
    incident: str
    agency: str
    reported_at: datetime
    occurred_from: datetime
    occurred_to: datetime
    category: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The days and weeks on which open reports changed, those there are now, and with whom they were one incident.

    ``firsts``: the first report of each incident that they made. ``otherwise``: one that was counted is no more, or
    says something else.
    """

    days: frozenset[str]
    weeks: frozenset[str]
    otherwise: bool
    refs: frozenset[str]
    firsts: frozenset[str]


def keep_open(connection: Connection, incidents: Collection[str], held: Iterable[Held]) -> Opened:
    """Bring the open reports of ``incidents`` to those ``held`` now."""
    now = {one.ref: one for one in held}
    rows = connection.execute(
        select(
            OpenReport.ref,
            OpenReport.uid,
            OpenReport.incident,
            OpenReport.reported_on,
            OpenReport.happened_on,
            OpenReport.first,
            OpenReport.week,
        ).where(or_(among(connection, OpenReport.incident, incidents), among(connection, OpenReport.ref, now)))
    )
    before = {row.ref: row for row in rows}
    gone = before.keys() - now.keys()
    fresh = {ref for ref, one in now.items() if ref not in before or before[ref].uid != one.uid}
    moved = {ref for ref, one in now.items() if ref not in fresh and before[ref].incident != one.incident}
    if gone or moved:
        connection.execute(delete(OpenReport).where(among(connection, OpenReport.ref, gone | moved)))
    bodies = _bodies(connection, {now[ref].uid: ref for ref in fresh | moved})
    added = [_row(now[ref], raw) for ref, raw in sorted(bodies)]
    put(connection, OpenReport, added)
    left = [before[ref] for ref in sorted((gone | fresh | moved) & before.keys())]
    was = [(row.reported_on, row.happened_on) for row in left]
    days = (*was, *((row["reported_on"], row["happened_on"]) for row in added))
    return Opened(
        days=frozenset(day for some in days for day in some if day),
        weeks=frozenset(row.week for row in left if row.week),
        otherwise=not before.keys().isdisjoint(gone | fresh),
        refs=frozenset(now),
        firsts=frozenset(row.first for row in before.values()),
    )


def _bodies(connection: Connection, refs: Mapping[str, str]) -> Iterable[tuple[str, bytes]]:
    return [(refs[uid], raw) for uid, raw in bodies(connection, refs).items()] if refs else []


def _row(one: Held, raw: bytes) -> dict[str, Any]:
    body = from_json(raw.removeprefix(b"\xef\xbb\xbf"))
    happened = period_of(one.occurred_from, one.occurred_to)
    return {
        "ref": one.ref,
        "uid": one.uid,
        "incident": one.incident,
        "agency": one.agency,
        "reported_at": one.reported_at,
        "reported_on": local_day(one.reported_at).isoformat(),
        "happened_on": None if happened is None or is_month(happened) else happened,
        "lag": (one.reported_at - one.occurred_to) / timedelta(days=1),
        "category": one.category,
        "detail": one.detail,
        "terms": list(terms_of(body)),
        "names": sorted(names_in(body)),
        "first": one.ref,
        "week": None,
        "counts": None,
    }


@dataclass(frozen=True, kw_only=True)
class Openly:
    """Open reports by the day they were made, and by the day of what they tell."""

    made: Mapping[str, tuple[Open, ...]] = field(default_factory=dict)
    told: Mapping[str, tuple[Open, ...]] = field(default_factory=dict)

    @cached_property
    def refs(self) -> frozenset[str]:
        """What they are called."""
        return frozenset(one.ref for days in (self.made, self.told) for some in days.values() for one in some)


def read_open(connection: Connection, since: str, until: str) -> Openly:
    """The open reports made, or telling of what happened, on the days from ``since`` to ``until``."""
    query = select(*COLUMNS).where(
        or_(OpenReport.reported_on.between(since, until), OpenReport.happened_on.between(since, until))
    )
    made: dict[str, list[Open]] = defaultdict(list)
    told: dict[str, list[Open]] = defaultdict(list)
    for row in connection.execute(query.order_by(OpenReport.reported_at, OpenReport.ref)):
        one = Open(
            ref=row.ref,
            incident=row.incident,
            agency=row.agency,
            reported_at=row.reported_at,
            reported_on=row.reported_on,
            happened_on=row.happened_on,
            lag=row.lag,
            category=row.category,
            detail=row.detail,
            terms=tuple(row.terms),
            names=tuple(row.names),
        )
        made[one.reported_on].append(one)
        if one.happened_on:
            told[one.happened_on].append(one)
    return Openly(
        made={day: tuple(some) for day, some in made.items()}, told={day: tuple(some) for day, some in told.items()}
    )

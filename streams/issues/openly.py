"""The reports that every statutory agency may know: what is said of all reporting together rests on these alone.

A count over everybody's reports, or a word in them, would tell of a hidden one; so hidden ones are not in it at all.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from sys import intern
from typing import Any, NamedTuple

import numpy as np
from pydantic_core import from_json
from sqlalchemy import Connection, delete, or_, select

from schemas.tables import OpenReport
from streams.clusters.sets import among
from streams.detectors.values import Times
from streams.issues.calendar import local_day
from streams.issues.marks import Row, said_of_open
from streams.issues.periods import is_month, period_of
from streams.issues.terms import names_in, stem, terms_of
from streams.keeping.bodies import bodies
from streams.statements import Statement
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


Part = tuple[str, str]  # ("by", an agency) or ("of", a category or detail)


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
    matter: str = ""  # what it is of, as finely as it says


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
    says something else. ``left`` and ``came``: rows by their days, as ``marks`` has them.
    """

    days: frozenset[str]
    weeks: frozenset[str]
    otherwise: bool
    refs: frozenset[str]
    firsts: frozenset[str]
    left: tuple[Row, ...]
    came: tuple[Row, ...]


def keep_open(connection: Connection, incidents: Collection[str], held: Iterable[Held]) -> Opened:
    """Bring the open reports of ``incidents`` to those ``held`` now."""
    now = {one.ref: one for one in held}
    before = {row.ref: row for row in _BEFORE(connection, incidents=incidents, refs=now)}
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
        left=tuple(said for row in left for said in said_of_open(dict(row._mapping))),
        came=tuple(said for row in added for said in said_of_open(row)),
    )


_BEFORE = Statement(
    lambda any_of: select(
        OpenReport.ref,
        OpenReport.uid,
        OpenReport.incident,
        OpenReport.reported_on,
        OpenReport.happened_on,
        OpenReport.first,
        OpenReport.week,
    ).where(or_(any_of(OpenReport.incident, "incidents"), any_of(OpenReport.ref, "refs")))
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


def open_of(row: Any) -> Open:
    """A row of ``COLUMNS``; what is the same in thousands of reports, words and days, is kept once."""
    detail = row.detail and intern(row.detail)
    category = intern(row.category)
    return Open(
        ref=row.ref,
        incident=intern(row.incident),
        agency=intern(row.agency),
        reported_at=row.reported_at,
        reported_on=intern(row.reported_on),
        happened_on=row.happened_on and intern(row.happened_on),
        lag=row.lag,
        category=category,
        detail=detail,
        terms=tuple(map(intern, row.terms)),
        names=tuple(map(intern, row.names)),
        matter=detail or category,
    )


class Lines(NamedTuple):
    """Which reports hold which terms, a term a line; whose each report is, and of which incident; names by their hash.

    A hash is good for as long as the process lives, and so are these.
    """

    terms: Times
    reports: Times  # of each line, the place of its report
    agencies: Times  # of each report
    incidents: Times  # of each report

    @classmethod
    def together(cls, days: Iterable["Lines"]) -> "Lines":
        """Those of several days as one."""
        some = [*days, cls(*[np.array([], dtype=np.int64)] * 4)]
        starts = np.cumsum([0, *(len(one.agencies) for one in some)])
        return cls(
            terms=np.concatenate([one.terms for one in some]),
            reports=np.concatenate([one.reports + start for one, start in zip(some, starts.tolist(), strict=False)]),
            agencies=np.concatenate([one.agencies for one in some]),
            incidents=np.concatenate([one.incidents for one in some]),
        )


@dataclass(frozen=True, kw_only=True)
class OpenDay:
    """The open reports made on a day, and those that tell of what happened on it, in the order they were made."""

    mark: str
    made: tuple[Open, ...] = ()
    told: tuple[Open, ...] = ()

    @cached_property
    def holding(self) -> Mapping[str, Sequence[Open]]:
        """Those that tell of the day, by the terms they hold."""
        found: dict[str, list[Open]] = defaultdict(list)
        for one in self.told:
            for term in _stems(one):
                found[term].append(one)
        return dict(found)

    @cached_property
    def lines(self) -> "Lines":
        """The same by number: which of them hold which terms."""
        held = list(map(_stems, self.told))
        return Lines(
            terms=np.array([hash(term) for terms in held for term in terms], dtype=np.int64),
            reports=np.repeat(np.arange(len(self.told)), [len(terms) for terms in held]),
            agencies=np.array([hash(one.agency) for one in self.told], dtype=np.int64),
            incidents=np.array([hash(one.incident) for one in self.told], dtype=np.int64),
        )

    @cached_property
    def parts(self) -> Counter[Part]:
        """How many incidents each agency told of, and how many there were of each kind."""
        return parts_of((one, one.incident) for one in self.told)

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of all words by which anybody is called in what is told of the day."""
        return frozenset(stem(name) for one in self.told for name in one.names)

    @cached_property
    def refs(self) -> frozenset[str]:
        """What those that tell of it are called."""
        return frozenset(one.ref for one in self.told)


def _stems(one: Open) -> Collection[str]:
    """The stems of its terms: not kept, for nine weeks of them are half of what all the days take."""
    return {stem(term) for term in one.terms}


def parts_of(told: Iterable[tuple[Open, str]]) -> Counter[Part]:
    """How many incidents each agency told of, and how many are of each kind; each report with its incident."""
    listed = list(told)
    by = Counter(agency for agency, _ in {(report.agency, one) for report, one in listed})
    of = Counter(matter for matter, _ in {(report.matter, one) for report, one in listed})
    return Counter({("by", agency): n for agency, n in by.items()} | {("of", matter): n for matter, n in of.items()})

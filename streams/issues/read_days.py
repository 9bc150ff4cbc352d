"""Days as they stand in the store: read once, and again only when their marks say that one of their rows is another."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

from sqlalchemy import Connection, or_, select

from schemas.tables import Counted, OpenReport
from streams.clusters.sets import among
from streams.issues.boards import Counts, areas_of, point_of
from streams.issues.counting import COLUMNS
from streams.issues.marks import NONE, marks
from streams.issues.openly import COLUMNS as OPEN
from streams.issues.openly import Open, OpenDay, open_of
from streams.remembering import Remembered

D = TypeVar("D", "CountedDay", OpenDay)
# The nine weeks that a day is judged by, twice over: a late report has an older day judged again. Of 300 reports a day
# they take some 55 MB.
_DAYS = 140


@dataclass(frozen=True, kw_only=True)
class CountedDay:
    """What counts on a day or in a month; ``apart``: what does not look the same to all who may see others' reports."""

    mark: str
    rows: tuple[Counts, ...] = ()
    apart: frozenset[str] = frozenset()


_COUNTED: Remembered[CountedDay] = Remembered(_DAYS)
_OPEN: Remembered[OpenDay] = Remembered(_DAYS)


def counted_days(connection: Connection, periods: Collection[str]) -> dict[str, CountedDay]:
    """What counts on each of some days or months, by the incidents' ids."""
    return _days(connection, periods, _COUNTED, _read_counted)


def open_days(connection: Connection, days: Collection[str]) -> dict[str, OpenDay]:
    """The open reports of each of some days."""
    return _days(connection, days, _OPEN, _read_open)


Read = Callable[[Connection, Mapping[str, str]], Iterable[tuple[str, D]]]


def _days(connection: Connection, days: Collection[str], known: Remembered[D], read: Read[D]) -> dict[str, D]:
    held = marks(connection, days)
    found = {day: one for day in days if (one := known.get(day)) is not None and one.mark == held[day] != NONE}
    missing = {day: mark for day, mark in held.items() if day not in found}
    for day, one in read(connection, missing) if missing else ():
        found[day] = known.keep(day, one)  # in the place of what it was before: nothing outlives its erasure here
    return found


def _read_counted(connection: Connection, missing: Mapping[str, str]) -> Iterable[tuple[str, CountedDay]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    query = select(*COLUMNS).where(among(connection, Counted.period, missing)).order_by(Counted.incident)
    for row in connection.execute(query):
        rows[row.period].append(row)
    for day, mark in missing.items():
        apart = frozenset(row.incident for row in rows[day] if row.shut or len(row.agencies) > 1)
        yield day, CountedDay(mark=mark, rows=tuple(map(_counts, rows[day])), apart=apart)


def _counts(row: Any) -> Counts:
    return Counts(
        incident=intern(row.incident),
        period=intern(row.period),
        areas=tuple(map(intern, areas_of(row.area, row.easting, row.northing))),
        category=intern(row.category),
        detail=row.detail and intern(row.detail),
        agencies=_alike(tuple(map(intern, row.agencies))),
        at=point_of(row.easting, row.northing),
    )


@lru_cache(maxsize=1024)
def _alike(agencies: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same agencies: there are few of them, and a day has hundreds of incidents."""
    return agencies


def _read_open(connection: Connection, missing: Mapping[str, str]) -> Iterable[tuple[str, OpenDay]]:
    made: dict[str, list[Open]] = defaultdict(list)
    told: dict[str, list[Open]] = defaultdict(list)
    query = select(*OPEN).where(
        or_(among(connection, OpenReport.reported_on, missing), among(connection, OpenReport.happened_on, missing))
    )
    for row in connection.execute(query.order_by(OpenReport.reported_at, OpenReport.ref)):
        one = open_of(row)
        made[one.reported_on].append(one)
        if one.happened_on:
            told[one.happened_on].append(one)
    for day, mark in missing.items():
        yield day, OpenDay(mark=mark, made=tuple(made[day]), told=tuple(told[day]))

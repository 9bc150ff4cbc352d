"""Since when each agency has reported: what a place or a day is judged by depends on it, so a change is followed up.

Those who are told all share one answer. Whoever is told a part has one of its own, by the reports it may know.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from schemas.tables import Began, Counted, Look, Member, Report
from schemas.tables import Circle as Kept
from streams.clusters.sets import among
from streams.issues.calendar import local_day, start_of
from streams.issues.counting import Counting
from streams.issues.rules import NearRepeatRule
from streams.matching.circles import Circle, names_in
from streams.sharing.marking import Marking, read_marking
from streams.statements import Statement
from streams.store import put

# So many reports are read at a time: an agency's first ordinary one is nearly always among its first few.
FIRST_FEW = 50
TOLD_ALL = ""  # who looks: those who are told all

Pair = tuple[str, str]  # who reports, and who looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What of a report tells since when its agency has reported, and to whom."""

    agency: str
    marking: Marking
    reported_at: datetime
    circle: Circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A first day that is another now; None: there was none, or is none."""

    was: date | None
    now: date | None

    @property
    def earlier(self) -> date:
        """The earlier of then and now."""
        return min(day for day in (self.was, self.now) if day is not None)


def ordinary(marking: Marking) -> bool:
    """Whether a report counts as an agency's beginning: one that is shut moves nothing that others see."""
    return marking.plain and not marking.doubtful


def first_days(connection: Connection) -> dict[str, dict[str, date]]:
    """By who looks, the first day of each agency that has one: of all of them, for how many there are counts too."""
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for (agency, viewer), day in _kept(connection).items():
        found[viewer][agency] = day
    return found


def _kept(connection: Connection) -> dict[Pair, date]:
    return {(row.agency, row.viewer): local_day(row.at) for row in _BEGAN(connection)}


_BEGAN = Statement(lambda _: select(Began.agency, Began.viewer, Began.at))


def changed_firsts(connection: Connection, heard: Iterable[Heard], before: Sequence[Counting]) -> dict[Pair, Moved]:
    """Note since when agencies have reported; those for which that changed, and for whom."""
    kept = _kept(connection)
    doubtful = {pair for pair, day in _told_by(heard) if pair not in kept or day < kept[pair]}
    earliest = _earliest(before)
    doubtful |= {pair for pair, day in kept.items() if earliest.get(pair[0], date.max) <= day}
    now = _firsts(connection, doubtful)
    changed = {pair: now.get(pair) for pair in sorted(doubtful) if now.get(pair) != kept.get(pair)}
    rows = [{"agency": a, "viewer": v, "at": start_of(day)} for (a, v), day in changed.items() if day is not None]
    put(connection, Began, rows)
    if gone := [pair for pair, day in changed.items() if day is None]:
        connection.execute(delete(Began).where(tuple_(Began.agency, Began.viewer).in_(gone)))
    return {pair: Moved(was=kept.get(pair), now=day) for pair, day in changed.items()}


def _viewers(agency: str, circle: Circle) -> frozenset[str]:
    """For whom a report counts as its agency's beginning: those who may know it, and whoever made it."""
    return names_in(circle.of()) | {agency} | ({TOLD_ALL} if circle.counted else frozenset())


def _told_by(heard: Iterable[Heard]) -> Iterator[tuple[Pair, date]]:
    for one in heard:
        if ordinary(one.marking):
            day = local_day(one.reported_at)
            yield from (((one.agency, viewer), day) for viewer in _viewers(one.agency, one.circle))


def _earliest(before: Sequence[Counting]) -> dict[str, date]:
    """The first day of what each agency had told of."""
    found: dict[str, date] = {}
    for one in before:
        day = local_day(one.occurred_from)
        found |= {agency: min(day, found.get(agency, day)) for agency in one.agencies}
    return found


def _firsts(connection: Connection, pairs: Collection[Pair]) -> dict[Pair, date]:
    """The first day of each agency as each may know it."""
    looking: dict[str, set[str]] = defaultdict(set)
    for agency, viewer in pairs:
        looking[agency].add(viewer)
    return {
        (agency, viewer): day
        for agency, viewers in sorted(looking.items())
        for viewer, day in _first_of(connection, agency, viewers).items()
    }


def _first_of(connection: Connection, agency: str, viewers: set[str]) -> dict[str, date]:
    found: dict[str, date] = {}
    for day, known_to in _ordinary(connection, agency):
        found |= dict.fromkeys(viewers & known_to - found.keys(), day)
        if len(found) == len(viewers):
            break
    return found


def _ordinary(connection: Connection, agency: str) -> Iterator[tuple[date, frozenset[str]]]:
    """The days of an agency's ordinary reports, the first first, each with who may know it."""
    query = (
        select(Report.reported_at, Report.marking, Kept.known, Kept.counted)
        .outerjoin(Kept, Kept.ref == Report.ref)
        .where(Report.agency == agency, Report.status == "accepted")
        .order_by(Report.reported_at)
        .execution_options(yield_per=FIRST_FEW)
    )
    with connection.execute(query) as rows:
        for row in rows:
            if ordinary(read_marking(row.marking)):
                yield local_day(row.reported_at), _viewers(agency, _circle(row))


def _circle(row: Any) -> Circle:
    return Circle() if row.known is None else Circle(row.known, row.counted)


def places_judged_by(connection: Connection, firsts: Collection[Pair]) -> set[str]:
    """The places that any of these agencies told of."""
    agencies = {agency for agency, _ in firsts}
    if not agencies:
        return set()
    rows = connection.execute(
        select(Member.entity)
        .join(Report, Report.place_item == Member.item)
        .where(Member.kind == "place", Report.status == "accepted", among(connection, Report.agency, agencies))
        .distinct()
    )
    return set(rows.scalars())


def periods_judged_by(connection: Connection, firsts: Mapping[Pair, Moved]) -> set[str]:
    """The days on which it matters since when these agencies have reported, to anybody."""
    if not firsts:
        return set()
    since = min(moved.earlier for moved in firsts.values()).isoformat()
    return {
        period
        for table in (Counted, Look)
        for period in connection.execute(select(table.period).where(table.period >= since).distinct()).scalars()
        if period is not None and len(period) == len(since)
    }


def chains_judged_by(connection: Connection, firsts: Mapping[Pair, Moved], rule: NearRepeatRule) -> set[str]:
    """Incidents in every run of near repeats, whoever sees it, for which it matters since when these have reported."""
    begun = {agency for (agency, _), moved in firsts.items() if moved.was is None or moved.now is None}
    found = _incidents_of(connection, begun)
    for moved in firsts.values():
        if moved.was is not None and moved.now is not None:
            # a run that starts before both has no past by either, one that starts later has the whole of it by both
            until = start_of(max(moved.was, moved.now)) + timedelta(days=rule.past)
            for table in (Counted, Look):
                query = select(table.incident).where(
                    among(connection, table.category, set(rule.categories)),
                    table.occurred_from.between(start_of(moved.earlier), until),
                )
                found |= set(connection.execute(query).scalars())
    return found


def _incidents_of(connection: Connection, agencies: Collection[str]) -> set[str]:
    if not agencies:
        return set()
    rows = connection.execute(
        select(Member.entity)
        .join(Report, Report.ref == Member.item)
        .where(Member.kind == "incident", Report.status == "accepted", among(connection, Report.agency, agencies))
        .distinct()
    )
    return set(rows.scalars())

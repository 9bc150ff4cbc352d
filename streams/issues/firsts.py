"""Since when each agency has reported: what a place or a day is judged by depends on it, so a change is followed up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select

from schemas.tables import Circle, Clock, Counted, Look, Member, Report
from streams.clusters.sets import among
from streams.issues.calendar import local_day, start_of
from streams.issues.counting import Counting
from streams.issues.rules import NearRepeatRule
from streams.sharing.marking import Marking, read_marking
from streams.store import put

# An agency's first ordinary report is among its first few.
FIRST_FEW = 50
_NAME = "first "
_FIRSTS = select(Clock.name, Clock.at).where(Clock.name.startswith(_NAME))

Heard = tuple[str, Marking, datetime]  # agency, marking, reported_at


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


def first_day(connection: Connection, agency: str) -> date | None:
    """The day of an agency's first ordinary report that all may know who are told all."""
    rows = connection.execute(
        select(Report.reported_at, Report.marking)
        .outerjoin(Circle, Circle.ref == Report.ref)
        .where(Report.agency == agency, Report.status == "accepted", Circle.counted.is_not(False))
        .order_by(Report.reported_at)
        .limit(FIRST_FEW)
    )
    return next((local_day(row.reported_at) for row in rows if ordinary(read_marking(row.marking))), None)


def first_days(connection: Connection) -> dict[str, date]:
    """The first day of each agency that has one: of all of them, for how many there are counts too."""
    return {agency: local_day(at) for agency, at in _kept(connection).items()}


def _kept(connection: Connection) -> dict[str, datetime]:
    rows = connection.execute(_FIRSTS)
    return {row.name.removeprefix(_NAME): row.at for row in rows}


def changed_firsts(connection: Connection, heard: Iterable[Heard], before: Sequence[Counting]) -> dict[str, Moved]:
    """Note since when agencies have reported; those for which that changed."""
    kept = {agency: local_day(at) for agency, at in _kept(connection).items()}
    doubtful = {
        agency
        for agency, marking, reported_at in heard
        if ordinary(marking) and (agency not in kept or local_day(reported_at) < kept[agency])
    }
    doubtful |= {a for one in before for a in one.agencies if a in kept and local_day(one.occurred_from) <= kept[a]}
    now = {agency: first_day(connection, agency) for agency in sorted(doubtful)}
    changed = {agency: first for agency, first in now.items() if first != kept.get(agency)}
    put(connection, Clock, [{"name": _NAME + a, "at": start_of(first)} for a, first in changed.items() if first])
    gone = [_NAME + agency for agency, first in changed.items() if first is None]
    if gone:
        connection.execute(delete(Clock).where(among(connection, Clock.name, gone)))
    return {agency: Moved(was=kept.get(agency), now=first) for agency, first in changed.items()}


def places_judged_by(connection: Connection, agencies: Collection[str]) -> set[str]:
    """The places that any of ``agencies`` told of."""
    if not agencies:
        return set()
    rows = connection.execute(
        select(Member.entity)
        .join(Report, Report.place_item == Member.item)
        .where(Member.kind == "place", Report.status == "accepted", among(connection, Report.agency, agencies))
        .distinct()
    )
    return set(rows.scalars())


def periods_judged_by(connection: Connection, firsts: Mapping[str, Moved]) -> set[str]:
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


def chains_judged_by(connection: Connection, firsts: Mapping[str, Moved], rule: NearRepeatRule) -> set[str]:
    """Incidents in every run of near repeats, whoever sees it, for which it matters since when these have reported."""
    begun = {agency for agency, moved in firsts.items() if moved.was is None or moved.now is None}
    found = _told_by(connection, begun)
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


def _told_by(connection: Connection, agencies: Collection[str]) -> set[str]:
    if not agencies:
        return set()
    rows = connection.execute(
        select(Member.entity)
        .join(Report, Report.ref == Member.item)
        .where(Member.kind == "incident", Report.status == "accepted", among(connection, Report.agency, agencies))
        .distinct()
    )
    return set(rows.scalars())

"""Who may know what as things stand: the agreements in force, and what owners opened to somebody who asked.

Two times decide, and neither is a clock's: the day a report was made must lie within the agreement, and the last day
that is over in event time must not lie beyond it, nor beyond how long what was told may be held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.agreements import ROLES, WHAT, Agreement
from schemas.tables import Access
from streams.issues.calendar import end_of, local_day
from streams.issues.ground import Ground
from streams.issues.recount import closed_until, last_reported
from streams.issues.values import Telling
from streams.sharing.rules import OWN, Grant, Grants, covering, grants, own_only, pointed, told_a_part, told_all
from streams.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A report that its owner opened to somebody who asked, and until when."""

    ref: str
    to: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Who may know what. ``closed``: the last day that is over; None: none yet. ``last``: of the last report."""

    partnership: Partnership
    closed: date | None = None
    last: date | None = None
    opened: Mapping[str, tuple[Opened, ...]] = field(default_factory=dict)

    def of(self, telling: Telling) -> Grants:
        """Who may know a report, and what of it."""
        found = grants(self.partnership, telling.agency, telling.marking, self._live(telling))
        opened = self.opened_to(telling.ref)
        return {**found, **opened} if opened else found

    def opened_to(self, ref: str) -> Grants:
        """To whom the owner of a report opened it, which is all of it."""
        return {one.to: OWN for one in self.opened.get(ref, ()) if one.to in self.partnership}

    def pointed(self, telling: Telling) -> frozenset[str]:
        """Who may know only that its owner holds something."""
        return pointed(self.partnership, telling.agency, telling.marking, self._live(telling)) - self.of(telling).keys()

    def lapses(self, telling: Telling, to: str) -> datetime | None:
        """When ``to`` may no longer hold what it was told of a report; None: it is its own."""
        if telling.agency == to:
            return None
        made, grant = local_day(telling.reported_at), self.of(telling).get(to, OWN)
        ends = [end_of(a.lapses(made)) for a in grant.under if a.holds(made, self.closed)]
        ends += [one.until for one in self.opened.get(telling.ref, ()) if one.to == to]
        return max(ends, default=None)

    def alike(self, telling: Telling) -> bool:
        """Whether a report is known whole to all who are told anything of others' reports."""
        known, alone = self.of(telling), own_only(self.partnership)
        return all(name in known and known[name].whole for name in self.partnership if name not in alone)

    def sees_all(self, name: str, since: date | None) -> bool:
        """Whether ``name`` may know every plain report made from ``since`` on, so that none needs to be read for it.

        None: there is nothing to be read; of the last report then.
        """
        return any(self._everything(a, name, since) for a in self.partnership.agreements)

    def sees_all_until(self, name: str, since: date) -> datetime | None:
        """When ``name`` may no longer hold what rests on every plain report made from ``since`` on."""
        ends = [end_of(a.lapses(since)) for a in self.partnership.agreements if self._everything(a, name, since)]
        return max(ends, default=None)

    def firsts(self, name: str, ground: Ground) -> Mapping[str, date]:
        """Since when agencies have reported, as ``name`` may know it."""
        return ground.firsts if name in told_all(self.partnership) else ground.firsts_of.get(name, {})

    def tells_parts(self, since: date | None) -> bool:
        """Whether somebody is told of others' plain reports, but not of all: of those from ``since`` on, or of any."""
        return self.sees_some(since) or bool(told_a_part(self.partnership))

    def sees_some(self, since: date | None) -> bool:
        """Whether somebody is told of others' plain reports, but not of all that were made from ``since`` on."""
        alone = own_only(self.partnership)
        return any(name not in alone and not self.sees_all(name, since) for name in self.partnership)

    def _everything(self, a: Agreement, name: str, since: date | None) -> bool:
        return (
            name in a.receivers
            and a.givers | {name} >= self.partnership.keys()
            and a.categories is None
            and a.details is None
            and a.fields == WHAT
            and a.roles == ROLES
            and all(a.holds(day, self.closed) for day in (since, self.last or since) if day is not None)
        )

    def live(self, giver: str, category: str, detail: str | None, made: date) -> tuple[Agreement, ...]:
        """The agreements in force for reports of a kind that ``giver`` made on a day."""
        within = covering(self.partnership, giver, category, detail)
        if all(a.holds(made, self.closed) for a in within):
            return within
        return tuple(a for a in within if a.holds(made, self.closed))

    def _live(self, telling: Telling) -> tuple[Agreement, ...]:
        return self.live(telling.agency, telling.category, telling.detail, local_day(telling.reported_at))


def sight(connection: Connection, partnership: Partnership) -> Sight:
    """Who may know what by what the store holds."""
    moment, last = closed_until(connection), last_reported(connection)
    return Sight(
        partnership=partnership,
        closed=None if moment is None else _day_before(moment),
        last=None if last is None else local_day(last),
        opened=_by_report(_opened(connection, moment)),
    )


@lru_cache(maxsize=1024)
def _day_before(moment: datetime) -> date:
    return local_day(moment - timedelta(seconds=1))


def _opened(connection: Connection, moment: datetime | None) -> Iterable[Opened]:
    for row in _ANSWERED_YES(connection):
        if row.until is not None and (moment is None or row.until > moment):
            yield from (Opened(ref=ref, to=row.asker, until=row.until) for ref in row.opens)


_ANSWERED_YES = Statement(lambda _: select(Access.asker, Access.opens, Access.until).where(Access.answer == "yes"))


def _by_report(opened: Iterable[Opened]) -> dict[str, tuple[Opened, ...]]:
    found: dict[str, tuple[Opened, ...]] = {}
    for one in opened:
        found[one.ref] = (*found.get(one.ref, ()), one)
    return found


__all__ = ["Grant", "Opened", "Sight", "sight"]

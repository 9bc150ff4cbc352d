"""Whose steps are whose: a step goes with the mentions it was taken about, through every merge and split.

A step keeps the mentions that made the person up when it was taken. Whoever most of them are part of now is the person
it is about; where none is held any more it is still there, under the id it was taken about.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection

from consumers.copies import Copy
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Held, told_of
from schemas.agencies import Partnership
from schemas.kinds import vocabulary


class Knowing(Protocol):
    """Who is who to an agency, which whoever runs the page knows."""

    def items(self, connection: Connection, agency: str, person: str, refs: Collection[str]) -> tuple[str, ...]:
        """The mentions that make up ``person`` to an agency, found by reports that name them; the earliest first."""

    def persons(self, connection: Connection, agency: str, items: Collection[str]) -> Mapping[str, str]:
        """The person that each of some mentions is part of to an agency; those it may not see are left out."""


class ById:
    """Knows persons by their ids alone."""

    def items(self, connection: Connection, agency: str, person: str, refs: Collection[str]) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def persons(self, connection: Connection, agency: str, items: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002
        """None."""
        return {}


SUBJECT: frozenset[str] = frozenset(vocabulary("rules")["sides"]["subject"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A person complained of whom alerts show to an agency: what the newest of them shows, and all of these alerts."""

    id: str
    person: Mapping[str, Any]
    copies: tuple[Copy, ...]

    @property
    def refs(self) -> frozenset[str]:
        """The reports that these alerts rest on."""
        return frozenset(str(ref) for copy in self.copies for ref in copy.get("evidence", ()))


def people_shown(held: Mapping[str, Held]) -> dict[str, Shown]:
    """The persons that an agency's alerts show as the one complained of, by id.

    Who is harmed or reports is on no ladder: the side is the event's, never the person's (DPA 2018, s.38).
    """
    copies: dict[str, list[Copy]] = {}
    for one in held.values():
        person = one.copy.get("person")
        if isinstance(person, Mapping) and person.get("id") and not SUBJECT.isdisjoint(person.get("roles") or ()):
            copies.setdefault(str(person["id"]), []).append(one.copy)
    for some in copies.values():
        some.sort(key=lambda copy: str(copy.get("updated_at")), reverse=True)
    return {id: Shown(id=id, person=some[0]["person"], copies=tuple(some)) for id, some in copies.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: an agency, what it agreed with others, and who is who to it."""

    connection: Connection
    agency: str
    partnership: Partnership
    knowing: Knowing
    today: date

    def by_person(self, *kinds: str, shown: Iterable[str] = ()) -> dict[str, list[Kept]]:
        """The steps, or bans, about persons that the agency may see, by the person it knows; the oldest first.

        ``shown``: the persons whom its alerts show it.
        """
        known = set(shown)
        every = [one for one in all_kept(self.connection, *kinds) if _about(one, "person")]
        mine = [one for one in every if one.agency == self.agency or self._told(one, "person")]
        items = {item for one in mine for item in one.record.subject.mentions}
        now = self.knowing.persons(self.connection, self.agency, items) if items else {}
        found: dict[str, list[Kept]] = {}
        for one in mine:
            whose = whose_now(one.record.subject.mentions, now)
            if whose is None and (one.agency == self.agency or one.record.subject.id in known):
                whose = one.record.subject.id
            if whose is not None:
                found.setdefault(whose, []).append(one)
        return found

    def of_premises(self, *kinds: str) -> dict[str, list[Kept]]:
        """The same about premises, by their id."""
        found: dict[str, list[Kept]] = {}
        for one in all_kept(self.connection, *kinds):
            if _about(one, "premises") and (one.agency == self.agency or self._told(one, "place")):
                found.setdefault(one.record.subject.id, []).append(one)
        return found

    def _told(self, one: Kept, field: str) -> bool:
        """Whether whoever wrote it shares it, under an agreement that lets it pass."""
        return one.record.share and self.agency in told_of(self.partnership, one.agency, self.today, field)


def whose_now(items: Iterable[str], now: Mapping[str, str]) -> str | None:
    """The person that most of the mentions are part of now; of as many, that of the earliest. None: none is held."""
    parts = [now[item] for item in items if item in now]
    return Counter(parts).most_common(1)[0][0] if parts else None


def _about(one: Kept, kind: str) -> bool:
    subject = one.record.subject
    return subject is not None and subject.kind == kind

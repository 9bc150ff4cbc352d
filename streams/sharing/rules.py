"""Who may know what of a report: one place, asked wherever anything leaves, and it fails closed.

The report's own marking decides first, then the agreements in force. Where nothing below says yes, the answer is no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.agencies import Partnership
from schemas.agreements import ROLES, WHAT, Agreement
from streams.sharing.marking import Marking

# Named in the audit of every copy given.
RULE = "sharing 2026.5"
# What S1 lets be told unsupervised: that it happened, and roughly where.
SANITISED = frozenset({"area"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What of a report one may know beside its kind and time, persons in which roles, and by which agreements."""

    fields: frozenset[str] = WHAT
    roles: frozenset[str] = ROLES
    under: tuple[Agreement, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing of it is left out."""
        return self.fields == WHAT and self.roles == ROLES

    @property
    def places(self) -> bool:
        """Whether its exact place may be known."""
        return "place" in self.fields

    @property
    def agencies(self) -> bool:
        """Whether who told of it may be known by name."""
        return "agencies" in self.fields

    def names(self, role: str) -> bool:
        """Whether the persons that it gives this role may be known."""
        return "person" in self.fields and role in self.roles


OWN = Grant()
Grants = Mapping[str, Grant]


@lru_cache(maxsize=4096)
def covering(partnership: Partnership, giver: str, category: str, detail: str | None) -> tuple[Agreement, ...]:
    """The agreements by which somebody may be told of reports of this kind by ``giver``, whenever made."""
    return tuple(a for a in partnership.agreements if giver in a.givers and a.covers(category, detail))


@lru_cache(maxsize=4_096)
def grants(partnership: Partnership, giver: str, marking: Marking, live: tuple[Agreement, ...]) -> Grants:
    """Who may know a report of ``giver`` so marked, and what of it, by the agreements ``live``; itself, all."""
    found = {giver: OWN} if giver in partnership else {}
    for name in partnership:
        mine = [a for a in live if name in a.receivers and not a.pointer]
        if name != giver and (grant := _grant(name, marking, mine, partnership)) is not None:
            found[name] = grant
    return found


@lru_cache(maxsize=4_096)
def pointed(partnership: Partnership, giver: str, marking: Marking, live: tuple[Agreement, ...]) -> frozenset[str]:
    """Who may know that ``giver`` holds something, and no more."""
    to = {name for a in live if a.pointer for name in a.receivers if name in partnership and name != giver}
    known = grants(partnership, giver, marking, live)
    return frozenset(
        name for name in to if name not in known and marking.handling != "C" and lets(name, marking, partnership)
    )


def _grant(name: str, marking: Marking, mine: Sequence[Agreement], partnership: Partnership) -> Grant | None:
    if not mine or not lets(name, marking, partnership):
        return None
    if marking.handling == "C":
        # Conditions are the originator's to lift, but for those that let it be sanitised unsupervised.
        mine = [a for a in mine if a.sanitised and marking.sanitisation == "S1"]
        if not mine:
            return None
        return Grant(fields=_fields(mine) & SANITISED, roles=frozenset(), under=tuple(mine))
    roles = frozenset(role for a in mine for role in a.roles)
    return Grant(fields=_fields(mine), roles=roles, under=tuple(mine))


def _fields(mine: Sequence[Agreement]) -> frozenset[str]:
    return frozenset(word for a in mine for word in a.fields)


def lets(name: str, marking: Marking, partnership: Partnership) -> bool:
    """Whether a report's marking lets ``name`` know of it, where an agreement covers it; its conditions apart."""
    member = partnership.get(name)
    if member is None or not marking.readable:
        return False
    named = marking.restricted_to is not None and name in marking.restricted_to
    if marking.restricted_to is not None and not named:
        return False
    if marking.classification != "OFFICIAL" and marking.classification not in member.cleared:
        return False
    return named or marking.sensitive <= member.cleared


@lru_cache(maxsize=256)
def own_only(partnership: Partnership) -> frozenset[str]:
    """The agencies that are told nothing of others' reports by any agreement."""
    told = {name for a in partnership.agreements if not a.pointer for name in a.receivers}
    return frozenset(partnership) - told


@lru_cache(maxsize=256)
def told_all(partnership: Partnership) -> frozenset[str]:
    """The agencies that are told all that any other reports openly, whatever day it is made from some day on."""
    return frozenset(
        name
        for a in partnership.agreements
        if not a.pointer and a.categories is None and a.details is None and a.valid_to is None
        if a.fields == WHAT and a.roles == ROLES
        for name in a.receivers
        if name in partnership and a.givers | {name} >= partnership.keys()
    )


@lru_cache(maxsize=256)
def told_a_part(partnership: Partnership) -> frozenset[str]:
    """The agencies that are told something of others' reports, but not all of them whatever the day."""
    return frozenset(partnership) - own_only(partnership) - told_all(partnership)

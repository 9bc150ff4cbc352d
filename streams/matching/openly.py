"""What is counted or learnt of many reports rests on those alone that every statutory agency may know.

A hidden one would show in it: one name more, and a number that links two visible mentions links them no longer.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Circle as Kept
from schemas.tables import Member, Mention, Report
from streams.clusters.agglomerate import agglomerate
from streams.clusters.pairs import around
from streams.issues.tied import together
from streams.matching.circles import Circle, circles
from streams.sharing.marking import read_marking
from streams.statements import Statement


def open_refs(connection: Connection, refs: Collection[str]) -> frozenset[str]:
    """Those of ``refs`` whose marking hides them from no statutory agency."""
    return frozenset(ref for ref, marking in _MARKINGS(connection, refs=refs) if read_marking(marking).plain)


_MARKINGS = Statement(lambda any_of: select(Report.ref, Report.marking).where(any_of(Report.ref, "refs")))


def counted_refs(connection: Connection, refs: Collection[str]) -> frozenset[str]:
    """Those of ``refs`` that all who are told all may know, so that they count in what is said of many."""
    drawn = circles(connection, refs)
    return frozenset(ref for ref in open_refs(connection, refs) if drawn[ref].counted)


@dataclass(frozen=True, slots=True)
class Groups:
    """Of which group of reports known alike each report is, or a mention in it by its role.

    Empty where those who are told all may know it, and nobody else. Else the open reports of one circle, or reports of
    one agency under one marking in one circle: who may know one of them may know all.
    """

    held: Mapping[str, tuple[str, Any]]
    drawn: Mapping[str, Circle]

    def of(self, ref: str, role: str = "") -> str:
        """The group of a report, or of a mention in it."""
        if ref not in self.held:
            return ""
        agency, marking = self.held[ref]
        return group_of(agency, marking, self.drawn[ref].of(role), counted=self.drawn[ref].counted)


def groups_of(connection: Connection, refs: Collection[str]) -> Groups:
    """The groups that reports are of."""
    held = {ref: (agency, marking) for ref, agency, marking in _SENDERS(connection, refs=refs)}
    return Groups(held, circles(connection, held.keys()))


_SENDERS = Statement(lambda any_of: select(Report.ref, Report.agency, Report.marking).where(any_of(Report.ref, "refs")))


def group_of(agency: str, marking: Mapping[str, Any] | None, circle: str = "", *, counted: bool = True) -> str:
    """The group of a report by its agency, its marking and its circle."""
    plain = read_marking(marking).plain
    if plain and counted:
        return _short(circle) if circle else ""
    return _short([agency, marking, circle] if circle or plain else [agency, marking])


def _short(said: Any) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def hidden_mentions(connection: Connection) -> frozenset[str]:
    """The mentions in reports that not all may know who are told all, by their marking or for want of an agreement."""
    rows = connection.execute(
        select(Mention.id, Report.marking, Kept.counted)
        .join(Report, Report.ref == Mention.ref)
        .outerjoin(Kept, Kept.ref == Mention.ref)
    )
    return frozenset(item for item, marking, counted in rows if counted is False or not read_marking(marking).plain)


def open_persons(connection: Connection, hidden: Collection[str]) -> dict[str, str]:
    """The person of each mention that is not ``hidden``, by any name, as those alone make them."""
    from streams.matching.people.kind import people  # it reads mentions, which ask here what counts

    rows = connection.execute(select(Member.item, Member.entity).where(Member.kind == "person")).all()
    touched = {entity for item, entity in rows if item in hidden and entity}
    touched |= together(connection, "person", touched).keys()
    found = {item: entity or item for item, entity in rows if item not in hidden}
    anew = sorted(item for item, entity in found.items() if entity in touched)
    if not anew:
        return found
    rules = people(connection)
    contents = rules.load(connection, anew)
    pairs = [pair for pair in around(connection, "person", anew) if pair.a in contents and pair.b in contents]

    def barred(a: str, b: str) -> bool:
        return rules.never(contents[a], contents[b])

    for cluster in agglomerate(anew, pairs, rules.bars.stay, barred, rules.between(contents)):
        found |= dict.fromkeys(cluster, cluster[0])
    return found

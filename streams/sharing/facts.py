"""What a sender is told came of its report: another agency's telling, a person named elsewhere, an alert it is part of.

Only what that sender may know; and of a report that is sensitive nothing is told by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.tables import Member, Mention
from streams.clusters.sets import among
from streams.issues.gather import gather, ties_of
from streams.issues.ground import Ground, View, people_in
from streams.issues.hear import Heard, hear, incidents_of
from streams.issues.rules import rules
from streams.issues.values import Telling
from streams.issues.words import listed
from streams.sharing.copies import Copies, views

# From so many on, a person is named in "several" other reports: a receipt for each new one would be a flood.
SEVERAL = 3
_MANY = {1: "one other report", 2: "two other reports", SEVERAL: "several other reports"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that came of a report, as its sender may be told."""

    ref: str
    agency: str
    status: str
    about: str
    at: datetime
    says: str

    @property
    def id(self) -> str:
        """Made from what it is about."""
        return receipt_id(self.ref, self.status, self.about)


def alerted(copies: Copies) -> list[Fact]:
    """For each sender, the copies it has that rest on a report of its own; a notice about reporting is no issue."""
    tellings = copies.ground.heard.tellings
    found = []
    for agency, given in sorted(copies.given.items()):
        for raised in (one for one in given if one.kind != "data-notice"):
            for one in raised.evidence:
                if one.agency == agency and _open(tellings.get(one.ref)):
                    found.append(
                        Fact(
                            ref=one.ref,
                            agency=agency,
                            status="alerted",
                            about=raised.id,
                            at=max(raised.raised_at, one.reported_at),
                            says=f"It is part of what an alert rests on ({raised.kind}).",
                        )
                    )
    return found


def _open(telling: Telling | None) -> bool:
    """Whether a report's sender may be told of it without being asked: not where it is sensitive."""
    return telling is not None and telling.marking.readable and not telling.marking.sensitive


@dataclass(frozen=True, kw_only=True)
class Round:
    """What is true of some reports, and the ids of all receipts that could have been told of it before."""

    facts: tuple[Fact, ...]
    asked: frozenset[str]
    refs: frozenset[str]


def receipt_id(ref: str, status: str, about: str) -> str:
    """The id of a receipt that tells of a fact: made from what it is about."""
    return identity("receipt", ref, status, about)


def facts_of(
    connection: Connection,
    refs: Collection[str],
    incidents: Collection[str],
    linked: Collection[str],
    partnership: Partnership,
) -> Round:
    """The facts of ``refs``, of all reports in ``incidents``, and of those naming a person of ``linked``."""
    heard = hear(connection, {*incidents, *incidents_of(connection, refs).values()})
    whole_refs = {*refs, *heard.tellings}
    people = {*linked, *_named_in(connection, whole_refs)}
    ground = gather(connection, rules(), people=people, cuttable=True)
    whole = _together(connection, ground, heard)
    facts: dict[str, Fact] = {}
    for agencies, view in views(whole, partnership):
        senders = frozenset(agencies)
        facts |= {fact.id: fact for fact in (*_corroborated(view, senders), *_linked(view, senders))}
    asked = {receipt_id(ref, "incident", "others") for ref in {*refs, *whole.heard.tellings}}
    asked |= {
        receipt_id(naming.ref, "linked", f"person:{naming.index}")
        for namings in ground.people.values()
        for naming in namings
    }
    return Round(facts=tuple(facts.values()), asked=frozenset(asked), refs=frozenset(whole_refs))


def _named_in(connection: Connection, refs: Collection[str]) -> set[str]:
    rows = connection.execute(
        select(Member.entity)
        .join(Mention, Mention.id == Member.item)
        .where(Member.kind == "person", among(connection, Mention.ref, refs))
        .distinct()
    )
    return set(rows.scalars())


def _together(connection: Connection, ground: Ground, heard: Heard) -> Ground:
    """The ground of the persons, with the incidents that were heard besides."""
    both = Heard(
        tellings={**ground.heard.tellings, **heard.tellings},
        incident_of={**ground.heard.incident_of, **heard.incident_of},
        incidents={**ground.heard.incidents, **heard.incidents},
    )
    return Ground(heard=both, people=ground.people, ties=ties_of(connection, ground.people, both))


def _corroborated(view: View, senders: Collection[str]) -> Iterable[Fact]:
    """The reports of ``senders``, who have this view, whose incident other agencies told of too."""
    for incident in view.incidents.values():
        firsts: dict[str, datetime] = {}
        for telling in incident.tellings:
            firsts[telling.agency] = min(firsts.get(telling.agency, telling.reported_at), telling.reported_at)
        for telling in incident.tellings:
            if len(firsts) > 1 and telling.agency in senders and _open(telling):
                others = {agency: at for agency, at in firsts.items() if agency != telling.agency}
                yield Fact(
                    ref=telling.ref,
                    agency=telling.agency,
                    status="incident",
                    about="others",
                    at=max(telling.reported_at, *others.values()),
                    says=f"{listed(sorted(others)).capitalize()} told of the same incident.",
                )


def _linked(view: View, senders: Collection[str]) -> Iterable[Fact]:
    """The reports of ``senders``, who have this view, that name a person whom other reports name."""
    for person in people_in(view):
        refs = sorted(person.roles, key=lambda ref: (view.tellings[ref].reported_at, ref))
        if len(refs) < 2:
            continue
        for ref in refs:
            telling = view.tellings[ref]
            if telling.agency in senders and _open(telling):
                count = min(len(refs) - 1, SEVERAL)
                others = [view.tellings[one].reported_at for one in refs[: count + 1] if one != ref]
                yield Fact(
                    ref=ref,
                    agency=telling.agency,
                    status="linked",
                    about=f"person:{person.named[ref]}",
                    at=max(telling.reported_at, others[count - 1]),
                    says=f"A person in it is named in {_MANY[count]}.",
                )

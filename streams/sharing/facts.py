"""What a sender is told came of its report: another agency's telling, a person named elsewhere, an alert it is part of.

Only what that sender may know; and of a report that is sensitive nothing is told by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from schemas.agencies import Partnership
from streams.issues.alerts import Saying
from streams.issues.entities import people_in
from streams.issues.gather import gather
from streams.issues.ground import Ground, View
from streams.issues.hear import Heard, hear, incidents_of
from streams.issues.rules import rules
from streams.issues.tied import together
from streams.issues.touched import named_in
from streams.issues.values import Happening
from streams.issues.words import listed
from streams.sharing.copies import Copies, views
from streams.sharing.fact import Fact, may_be_told, receipt_id
from streams.sharing.pointing import pointers, pointers_before
from streams.sharing.sight import sight

# From so many on, a person is named in "several" other reports: a receipt for each new one would be a flood.
SEVERAL = 3
TAKES_BACK = frozenset({"not-an-issue", "wrong", "reopened"})
SAYS = {
    "alerted": "It is part of what an alert rests on ({kind}).",
    "tasked": "An alert that it is part of ({kind}) was given to somebody as a task.",
    "outcome": "Something came of an alert that it is part of ({kind}).",
}
_MANY = {1: "one other report", 2: "two other reports", SEVERAL: "several other reports"}


def alerted(copies: Copies) -> list[Fact]:
    """For each sender, the copies it has that rest on a report of its own; a notice about reporting is no issue."""
    tellings = copies.ground.heard.tellings
    found = []
    for agency, given in sorted(copies.given.items()):
        for raised in (one.raised for one in given if one.raised.kind != "data-notice"):
            for one in raised.evidence:
                if one.agency == agency and may_be_told(tellings.get(one.ref)):
                    came = {"alerted": raised.raised_at, **came_of(copies.said.get(raised.id, ()))}
                    found += [
                        Fact(
                            ref=one.ref,
                            agency=agency,
                            status=status,
                            about=raised.id,
                            at=max(at, one.reported_at),
                            says=SAYS[status].format(kind=raised.kind),
                        )
                        for status, at in came.items()
                    ]
    return found


def came_of(said: Iterable[Saying]) -> dict[str, datetime]:
    """What people did about an alert, and when first; nothing where they said later that it is none, or opened it anew.

    The words in which somebody wrote down what came of it stay with those they were written for.
    """
    came: dict[str, datetime] = {}
    for one in said:
        if one.state in TAKES_BACK:
            came.clear()
        if one.state == "tasked":
            came.setdefault("tasked", one.at)
        if one.outcome:
            came.setdefault("outcome", one.at)
    return came


@dataclass(frozen=True, kw_only=True)
class Round:
    """What is true of some reports, and the ids of all receipts that could have been told of it before."""

    facts: tuple[Fact, ...]
    asked: frozenset[str]
    refs: frozenset[str]


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
    people = {*linked, *named_in(connection, whole_refs)}
    ground = gather(connection, rules(), people=people, cuttable=True)
    whole = _together(connection, ground, heard)
    facts: dict[str, Fact] = {}
    seen = sight(connection, partnership)
    for agencies, view in views(whole, seen):
        senders = frozenset(agencies)
        facts |= {fact.id: fact for fact in (*_corroborated(view, senders), *_linked(view, senders))}
    facts |= {fact.id: fact for fact in pointers(whole, seen)}
    asked = {receipt_id(ref, "incident", "others") for ref in {*refs, *whole.heard.tellings}}
    asked |= {
        receipt_id(naming.ref, "linked", f"person:{naming.index}")
        for namings in ground.people.values()
        for naming in namings
    }
    asked |= pointers_before(whole, partnership)
    return Round(facts=tuple(facts.values()), asked=frozenset(asked), refs=frozenset(whole_refs))


def _together(connection: Connection, ground: Ground, heard: Heard) -> Ground:
    """The ground of the persons, with the incidents that were heard besides."""
    apart = together(connection, "incident", {*ground.heard.incidents, *heard.incidents})
    more = hear(connection, apart.keys() - ground.heard.incidents.keys() - heard.incidents.keys())
    both = Heard(
        tellings={**ground.heard.tellings, **heard.tellings, **more.tellings},
        incident_of={**ground.heard.incident_of, **heard.incident_of, **more.incident_of},
        incidents={**ground.heard.incidents, **heard.incidents, **more.incidents},
    )
    return Ground(
        heard=both,
        people=ground.people,
        together={**ground.together, "incident": apart},
        ties=ground.ties,
    )


def _corroborated(view: View, senders: Collection[str]) -> Iterable[Fact]:
    """The reports of ``senders``, who have this view, whose incident other agencies told of too."""
    for incident in view.incidents.values():
        firsts: dict[str, datetime] = {}
        for telling in incident.tellings:
            firsts[telling.agency] = min(firsts.get(telling.agency, telling.reported_at), telling.reported_at)
        for telling in incident.tellings:
            if len(firsts) > 1 and telling.agency in senders and may_be_told(telling):
                others = {agency: at for agency, at in firsts.items() if agency != telling.agency}
                yield Fact(
                    ref=telling.ref,
                    agency=telling.agency,
                    status="incident",
                    about="others",
                    at=max(telling.reported_at, *others.values()),
                    says=f"{_who(view, incident, others)} told of the same incident.",
                )


def _who(view: View, incident: Happening, others: Collection[str]) -> str:
    """The agencies by name, where all of them may be named."""
    limits = (view.limits.get(telling.ref) for telling in incident.tellings)
    if any(limit is not None and not limit.agencies for limit in limits):
        return "Another agency" if len(others) == 1 else "Other agencies"
    return listed(sorted(others)).capitalize()


def _linked(view: View, senders: Collection[str]) -> Iterable[Fact]:
    """The reports of ``senders``, who have this view, that name a person whom other reports name."""
    for person in people_in(view):
        refs = sorted(person.roles, key=lambda ref: (view.tellings[ref].reported_at, ref))
        if len(refs) < 2:
            continue
        for ref in refs:
            telling = view.tellings[ref]
            if telling.agency in senders and may_be_told(telling):
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

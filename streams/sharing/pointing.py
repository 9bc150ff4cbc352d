"""Pointers: that an owner holds something on a person or an incident one has reported, and whom to ask; no more.

An agreement may say that this alone passes. Whoever is told so may ask the owner (``streams.sharing.access``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from schemas.agencies import Partnership
from streams.issues.entities import people_in
from streams.issues.ground import Ground, View, view_of
from streams.issues.values import Telling
from streams.sharing.fact import Fact, may_be_told, receipt_id
from streams.sharing.sight import Sight


def pointers(ground: Ground, seen: Sight) -> Iterator[Fact]:
    """What each sender may be told of owners that hold something on what it reported."""
    tellings = ground.heard.tellings
    held = {ref: names for ref, telling in tellings.items() if (names := seen.pointed(telling))}
    for agency in sorted({name for names in held.values() for name in names}):
        theirs = {ref for ref, names in held.items() if agency in names}
        known = {ref: seen.of(t)[agency] for ref, t in tellings.items() if agency in seen.of(t)}
        limits = {ref: grant for ref, grant in known.items() if not grant.whole}
        some = theirs | known.keys()
        view = view_of(ground, lambda telling, some=some: telling.ref in some, agency, limits)  # type: ignore[misc]
        yield from _of_people(view, agency, theirs)
        yield from _of_incidents(view, agency, theirs)


def pointers_before(ground: Ground, partnership: Partnership) -> set[str]:
    """The ids of all receipts that pointers could have made of this ground, by whatever it was before."""
    if not any(one.pointer for one in partnership.agreements):
        return set()
    about = {(naming.ref, f"person:{naming.index}") for some in ground.people.values() for naming in some}
    about |= {(ref, "incident") for ref in ground.heard.tellings}
    return {receipt_id(ref, "linked", f"pointer:{what}:{owner}") for ref, what in about for owner in partnership}


def _of_people(view: View, agency: str, theirs: Collection[str]) -> Iterator[Fact]:
    for person in people_in(view):
        named = {ref: f"person:{person.named[ref]}" for ref in person.roles}
        yield from _told(view, agency, theirs, named, "a person in it")


def _of_incidents(view: View, agency: str, theirs: Collection[str]) -> Iterator[Fact]:
    for incident in view.incidents.values():
        yield from _told(view, agency, theirs, {t.ref: "incident" for t in incident.tellings}, "the same incident")


def pointer(mine: Telling, owner: str, first: Telling, about: str, what: str) -> Fact:
    """That an owner holds something beside a report, as its sender is told."""
    return Fact(
        ref=mine.ref,
        agency=mine.agency,
        status="linked",
        about=f"pointer:{about}:{owner}",
        at=max(mine.reported_at, first.reported_at),
        says=f"{owner.capitalize()} holds something on {what}; it may be asked for it.",
    )


def _told(view: View, agency: str, theirs: Collection[str], about: Mapping[str, str], what: str) -> Iterator[Fact]:
    owners = firsts(view.tellings[ref] for ref in about if ref in theirs)
    mine = [view.tellings[ref] for ref in sorted(about) if view.tellings[ref].agency == agency]
    for telling in (one for one in mine if may_be_told(one)):
        for owner, first in sorted(owners.items()):
            yield pointer(telling, owner, first, about[telling.ref], what)


def firsts(some: Iterable[Telling]) -> dict[str, Telling]:
    """Each agency's first of some tellings."""
    found: dict[str, Telling] = {}
    for one in sorted(some, key=lambda telling: (telling.reported_at, telling.ref)):
        found.setdefault(one.agency, one)
    return found

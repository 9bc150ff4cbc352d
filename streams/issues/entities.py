"""The persons and places of a view, as the reports one may know make them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.tables import to_micros
from streams.issues.calendar import start_of
from streams.issues.draft import most_common
from streams.issues.ground import Naming, View, hanging_together
from streams.issues.people import Person
from streams.issues.places import Place
from streams.issues.rules import Rules
from streams.issues.values import Telling, in_order


def people_in(view: View) -> Iterable[Person]:
    """The persons of a view, as the reports one may know make them."""
    people = view.ground.people
    for known in hanging_together(view.ground, "person", people):
        key_of = {naming.item: entity for entity in known for naming in people[entity]}
        seen = [naming for entity in known for naming in people[entity] if view.names(naming)]
        if len(seen) == len(key_of):
            yield from (_person(view, entity, entity, people[entity]) for entity in known)
        elif seen:
            by_item = {naming.item: naming for naming in seen}
            at = {naming.item: to_micros(view.tellings[naming.ref].reported_at) for naming in seen}
            for one, items in sorted(view.ground.ties().split("person", by_item, at).items()):
                yield _person(view, key_of[min(items)], one, [by_item[item] for item in items])


def _person(view: View, key: str, entity: str, namings: Sequence[Naming]) -> Person:
    roles: dict[str, frozenset[str]] = {}
    named: dict[str, int] = {}
    for naming in namings:
        roles[naming.ref] = roles.get(naming.ref, frozenset()) | {naming.role}
        named[naming.ref] = min(naming.index, named.get(naming.ref, naming.index))
    last = max(namings, key=lambda n: (len(n.shown), view.tellings[n.ref].reported_at, n.ref, n.index))
    return Person(
        id=entity,
        key=f"person:{key}",
        shown=last.shown,
        incidents=view.those(roles),
        roles=roles,
        named=named,
    )


def places_in(view: View, rules: Rules) -> Iterable[Place]:
    """The places of a view, by what the reports one may know tell of them."""
    places = view.ground.places
    for known in hanging_together(view.ground, "place", places):
        key_of = {ref: entity for entity in known for ref in places[entity]}
        seen = in_order(view.tellings[ref] for ref in key_of if view.places(ref))
        if len(seen) == len(key_of):
            for entity in known:
                yield _place(view, entity, entity, in_order(view.tellings[ref] for ref in places[entity]), rules)
        elif seen:
            at: dict[str, int] = {}
            for telling in seen:
                if telling.spot:
                    at.setdefault(telling.spot.item, to_micros(telling.reported_at))
            for one, items in sorted(view.ground.ties().split("place", at, at).items()):
                some = [t for t in seen if t.spot and t.spot.item in items]
                yield _place(view, key_of[some[0].ref], one, some, rules)


def _place(view: View, key: str, entity: str, tellings: Sequence[Telling], rules: Rules) -> Place:
    spots = [telling.spot for telling in tellings if telling.spot]
    precise = [spot for spot in spots if spot.precision in rules.repeat_place.precise]
    best = (precise or spots)[0]
    incidents = view.those(telling.ref for telling in tellings)
    area = most_common([incident.area for incident in incidents])
    return Place(
        id=entity,
        key=f"place:{key}",
        shown={"text": best.name} if best.name else {},
        area={"name": area, "lat": best.lat, "lon": best.lon, "radius_m": 0} if area or best.lat is not None else None,
        precise=bool(precise),
        since=_since(view, tellings),
        items=frozenset(spot.item for spot in spots),
        incidents=incidents,
    )


def _since(view: View, tellings: Sequence[Telling]) -> datetime | None:
    """When the agencies that tell of a place began to report."""
    firsts = [view.ground.firsts[t.agency] for t in tellings if t.agency in view.ground.firsts]
    return start_of(min(firsts)) if firsts else None

"""The persons and places of a view, as the reports one may know make them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

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
    people, ties = view.ground.people, view.ground.ties
    cut: list[tuple[dict[str, str], dict[str, Naming]]] = []
    for known in hanging_together(view.ground, "person", people):
        key_of = {naming.item: entity for entity in known for naming in people[entity]}
        seen = {naming.item: naming for entity in known for naming in people[entity] if view.names(naming)}
        if len(seen) == len(key_of):
            yield from (_person(view, entity, entity, people[entity]) for entity in known)
        elif seen:
            cut.append((key_of, seen))
    made = ties.split("person", [_first_named(view, seen) for _, seen in cut])
    for (key_of, seen), parts in zip(cut, made, strict=True):
        for one, items in sorted(parts.items()):
            yield _person(view, key_of[min(items)], one, [seen[item] for item in items])


def _first_named(view: View, seen: Mapping[str, Naming]) -> dict[str, int]:
    return {item: to_micros(view.tellings[naming.ref].reported_at) for item, naming in seen.items()}


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
    """The places of a view, by what the reports one may know tell of them; only those where enough came together."""
    places, ties = view.ground.places, view.ground.ties
    cut: list[tuple[dict[str, str], list[Telling]]] = []
    for known in hanging_together(view.ground, "place", places):
        key_of = {ref: entity for entity in known for ref in places[entity]}
        seen = in_order(view.tellings[ref] for ref in key_of if view.places(ref))
        if len(seen) == len(key_of):
            for entity in known:
                if _enough(view, places[entity], rules):
                    yield _place(view, entity, entity, in_order(view.tellings[ref] for ref in places[entity]), rules)
        elif seen:
            cut.append((key_of, list(seen)))
    for (key_of, some), parts in zip(cut, ties.split("place", [_first_told(seen) for _, seen in cut]), strict=True):
        for one, items in sorted(parts.items()):
            mine = [t for t in some if t.spot and t.spot.item in items]
            if _enough(view, (t.ref for t in mine), rules):
                yield _place(view, key_of[mine[0].ref], one, mine, rules)


def _enough(view: View, refs: Iterable[str], rules: Rules) -> bool:
    """Whether ever so many incidents came within a window as a finding of a place asks at the least."""
    at = [incident.occurred_from for incident in view.those(refs)]
    at.sort()
    asked = (rules.repeat_place, rules.locality) if rules.locality.on else (rules.repeat_place,)
    return any(
        last - first <= timedelta(days=rule.window)
        for rule in asked
        for first, last in zip(at, at[rule.incidents - 1 :], strict=False)
    )


def _first_told(seen: Iterable[Telling]) -> dict[str, int]:
    """The ways in which some tellings, in their order, write their places, each with when it was first written."""
    at: dict[str, int] = {}
    for telling in seen:
        if telling.spot:
            at.setdefault(telling.spot.item, to_micros(telling.reported_at))
    return at


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
    firsts = [view.firsts[t.agency] for t in tellings if t.agency in view.firsts]
    return start_of(min(firsts)) if firsts else None

"""The matching stage: each person mention and each place of a report to an entity."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select, update

from schemas.agencies import Partnership
from schemas.tables import Member, PlaceValue
from schemas.tables import Report as Held
from streams.clusters.decisions import refs_of
from streams.clusters.entities import Outcome, standings
from streams.clusters.kinds import Item
from streams.clusters.sets import among
from streams.clusters.update import update as update_clusters
from streams.matching.openly import groups_of
from streams.matching.people import keys, mentions, uses
from streams.matching.people.again import look_again
from streams.matching.people.kind import people
from streams.matching.places import kind as places
from streams.matching.places.beside import places_at, same_as
from streams.matching.places.firsts import firsts, groups_in_blocks
from streams.matching.places.place import PlaceForm, as_body
from streams.stage import Message, Stage, leave_again, leave_for
from streams.statements import Statement
from streams.store import add_new
from streams.withdrawn import withdrawn


def match(connection: Connection, refs: Sequence[str], partnership: Partnership) -> Sequence[Message]:
    """Take away what the reports said before, take in what they say now, and settle all entities this touches."""
    refs = sorted({*refs, *withdrawn(connection, "matching", "dedupe", "dedupe!")})
    readings = mentions.READINGS.of(connection, refs)
    named = _people(connection, refs, readings)
    points = any(agreement.pointer for agreement in partnership.agreements)
    beside = _beside(connection, refs) if points else set()
    where = _places(connection, refs, readings)
    beside |= _beside(connection, refs) if points else set()
    held = _incidents(connection, refs)
    leave_for(
        connection,
        "issues",
        {f"person:{entity}" for entity in (*named.entities, *named.vanished)}
        | {f"place:{entity}" for entity in where}
        | {f"incident:{incident}" for incident in held},
    )
    leave_for(connection, "sharing", [*(f"report:{ref}" for ref in refs), *(f"beside:{item}" for item in beside)])
    return ()


def _beside(connection: Connection, refs: Sequence[str]) -> set[str]:
    """The places of reports, and those judged the same: who reported there may be told of these, or no longer."""
    items = set(places_at(connection, refs).values())
    return {other for others in same_as(connection, items).values() for other in others} if items else set()


def _people(connection: Connection, refs: Sequence[str], readings: Mapping[str, mentions.Reading]) -> Outcome:
    read = {mention.id: mention for reading in readings.values() for mention in reading.mentions}
    gone = mentions.replace(connection, refs, read.values())
    turned = uses.count(connection, read.keys() | gone, read.values())
    if turned:  # what they have in common counts no more, or again, for incidents too
        leave_again(connection, refs_of(connection, "person", turned).values())
    turned -= read.keys()
    look_again(connection, refs)
    at = {mention.id: readings[mention.ref].at for mention in read.values()}
    at |= {item: standing.at for item, standing in standings(connection, "person", turned).items()}
    now = {**mentions.own_of(connection, read.values()), **(mentions.load(connection, turned) if turned else {})}
    group = groups_of(connection, {mention.ref for mention in now.values()})
    came = []
    for mention in now.values():
        theirs, known_alike = keys.keys(mention), group.of(mention.ref, mention.role)
        came.append(Item(id=mention.id, at=at[mention.id], keys=theirs, linkable=bool(theirs), group=known_alike))
    return update_clusters(connection, people(connection), came, gone, now)


def _places(connection: Connection, refs: Sequence[str], readings: Mapping[str, mentions.Reading]) -> set[str]:
    """Settle the places; the entities whose reports or ways of writing changed, and the ids that are no more."""
    forms = {ref: reading.place for ref, reading in readings.items() if reading.place is not None}
    known_alike = groups_of(connection, forms.keys())
    at_item = {ref: form.item_in(known_alike.of(ref)) for ref, form in forms.items()}
    by_item = {at_item[ref]: form for ref, form in forms.items()}
    group = {at_item[ref]: known_alike.of(ref) for ref in forms}
    touched = _point(connection, refs, at_item) | by_item.keys()
    if not touched:
        return set()
    at = firsts(connection, touched)
    before = standings(connection, "place", touched)
    moved = {item for item, first in at.items() if item not in before or before[item].at != first}
    rest = _loaded(connection, moved - by_item.keys())
    if rest:
        group |= groups_in_blocks(connection, rest.keys())
    came = [
        Item(id=item, at=at[item], keys=theirs, linkable=bool(theirs), group=group.get(item, ""))
        for item, form in (*((item, by_item[item]) for item in sorted(by_item) if item in moved), *rest.items())
        for theirs in (places.keys(form),)
    ]
    gone = touched - at.keys()
    add_new(connection, PlaceValue, [{"id": item, "body": as_body(by_item[item])} for item in sorted(by_item)])
    outcome = update_clusters(connection, places.PLACES, came, gone, by_item | rest)
    if gone:
        connection.execute(delete(PlaceValue).where(among(connection, PlaceValue.id, gone)))
    now = {standing.entity for standing in standings(connection, "place", touched).values() if standing.entity}
    return now | set(outcome.entities) | outcome.vanished


def _loaded(connection: Connection, items: Collection[str]) -> dict[str, PlaceForm]:
    return dict(places.PLACES.load(connection, items)) if items else {}


def _point(connection: Connection, refs: Sequence[str], at_item: Mapping[str, str]) -> set[str]:
    """Point each report at its place; the places that were pointed at before."""
    before: dict[str, str | None] = _POINTED.pairs(connection, refs=refs)
    changed = [{"of": ref, "item": now} for ref, was in before.items() if was != (now := at_item.get(ref))]
    _POINT.each(connection, changed)
    return {item for item in before.values() if item is not None}


_POINTED = Statement(lambda any_of: select(Held.ref, Held.place_item).where(any_of(Held.ref, "refs")))
_POINT = Statement(lambda _: update(Held).where(Held.ref == bindparam("of")).values(place_item=bindparam("item")))


def _incidents(connection: Connection, refs: Sequence[str]) -> set[str]:
    return set(_IN(connection, refs=refs).scalars())


_IN = Statement(lambda any_of: select(Member.entity).where(Member.kind == "incident", any_of(Member.item, "refs")))


MATCHING = Stage(name="matching", work=match)

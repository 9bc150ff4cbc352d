"""The mentions in the store: written with their report, dropped with it, read back for comparing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields

from sqlalchemy import Connection, delete, select

from schemas import tables
from schemas.identity import identity
from schemas.report import Report
from schemas.tables import to_micros
from streams.clusters.sets import among
from streams.gazetteer.atlas import NOTHING, Atlas
from streams.matching.circles import circles, names_in
from streams.matching.current import MOST, Derived
from streams.matching.people.names import Name
from streams.matching.people.nicknames import roots
from streams.matching.people.packing import pack, unpack
from streams.matching.people.person import Mention, as_body, read_mention
from streams.matching.people.uses import own
from streams.matching.people.weights import in_force
from streams.matching.places.found import place_of, shared
from streams.matching.places.place import PlaceForm
from streams.statements import Statement
from streams.store import add


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What matching reads of a report: when it was made, whom it names, and where it was."""

    at: int
    mentions: tuple[Mention, ...]
    place: PlaceForm | None


def _mentions_of(report: Report, known: Atlas) -> tuple[Mention, ...]:
    """The people a report names, in normal form, each with the company kept."""
    found = [
        read_mention(
            person,
            id_=identity("mention", report.ref, index),
            ref=report.ref,
            index=index,
            reported_at=report.reported_at,
        )
        for index, person in enumerate(report.people)
    ]
    found = [replace_fields(one, address=None) if shared(one.address, known) else one for one in found]
    called = [{_called(name) for name in mention.names if name.given and name.family} for mention in found]
    return tuple(
        replace_fields(mention, company=frozenset().union(*called[:index], *called[index + 1 :]) - called[index])
        if len(found) > 1
        else mention
        for index, mention in enumerate(found)
    )


def _called(name: Name) -> str:
    return f"{min(roots(name.given[0]))} {' '.join(name.family)}"


def read(report: Report, digest: str, known: Atlas = NOTHING) -> Reading:  # noqa: ARG001
    """The normal forms of a report, its places looked up in what is known of them."""
    return Reading(
        at=to_micros(report.reported_at), mentions=_mentions_of(report, known), place=place_of(report, known)
    )


READINGS = Derived(read, most=MOST)


def load(connection: Connection, items: Collection[str]) -> Mapping[str, Mention]:
    """The mentions with these ids, without what is generic."""
    rows = _FORMS(connection, items=items).all()
    mentions = [unpack(*row) for row in rows if row.form is not None]
    if of_old := {row.ref for row in rows if row.form is None}:
        readings = READINGS.of(connection, of_old).values()
        mentions += [mention for reading in readings for mention in reading.mentions if mention.id in items]
    return own_of(connection, mentions)


_HELD = tables.Mention
_FORMS = Statement(
    lambda any_of: select(_HELD.id, _HELD.ref, _HELD.index, _HELD.role, _HELD.form).where(any_of(_HELD.id, "items"))
)
_IDS = Statement(lambda any_of: select(_HELD.id).where(any_of(_HELD.ref, "refs")))


def own_of(connection: Connection, mentions: Iterable[Mention]) -> dict[str, Mention]:
    """The mentions by their ids, without what is generic; with their circles, where it matters by which weights."""
    whole = {mention.id: mention for mention in mentions}
    found = {**whole, **own(connection, whole.values())}
    return _in_circles(connection, found) if in_force(connection).learnt else found


def _in_circles(connection: Connection, mentions: Mapping[str, Mention]) -> dict[str, Mention]:
    drawn = circles(connection, {mention.ref for mention in mentions.values()})
    names = {item: names_in(drawn[mention.ref].of(mention.role)) for item, mention in mentions.items()}
    return {item: replace_fields(one, circle=names[item]) if names[item] else one for item, one in mentions.items()}


def replace(connection: Connection, refs: Collection[str], mentions: Collection[Mention]) -> set[str]:
    """Write the mentions of ``refs`` anew; the ids of those that are no more."""
    before = set(_IDS(connection, refs=refs).scalars())
    if before:
        connection.execute(delete(tables.Mention).where(among(connection, tables.Mention.ref, refs)))
    add(
        connection,
        tables.Mention,
        (
            {"id": m.id, "ref": m.ref, "index": m.index, "role": m.role, "body": as_body(m), "form": pack(m)}
            for m in mentions
        ),
    )
    return before - {mention.id for mention in mentions}

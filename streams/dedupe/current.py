"""What reports tell as the store knows it now: without what many people share."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from streams.dedupe.telling import TELLINGS, Telling
from streams.matching.people import uses
from streams.matching.people.generic import without


def tellings(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """What each report tells, of those that hold."""
    told = TELLINGS.of(connection, refs)
    generic = uses.known(connection)
    return {ref: _without(telling, generic) for ref, telling in told.items()} if generic else told


def _without(telling: Telling, generic: frozenset[str]) -> Telling:
    people = tuple(without(person, generic) for person in telling.people)
    same = all(one is other for one, other in zip(people, telling.people, strict=True))
    return telling if same else replace(telling, people=people)

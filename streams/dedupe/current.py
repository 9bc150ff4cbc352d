"""What reports tell as the store knows it now: without what many people share, with what others tell of the ground."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from streams.dedupe import learning
from streams.dedupe.ground import asked, grounded
from streams.dedupe.telling import TELLINGS, Telling
from streams.matching.people import uses
from streams.matching.people.generic import without


def tellings(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """What each report tells, of those that hold."""
    return on_known_ground(connection, told(connection, refs))


def told(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """What each report tells of itself, of those that hold."""
    said = TELLINGS.of(connection, refs)
    generic = uses.known(connection)
    return {ref: _without(telling, generic) for ref, telling in said.items()} if generic else said


def on_known_ground(connection: Connection, said: Mapping[str, Telling]) -> dict[str, Telling]:
    """The tellings, with what other reports tell of where their places are."""
    known = learning.known(connection, {key for telling in said.values() for key in asked(telling)})
    return {ref: grounded(telling, known) for ref, telling in said.items()} if known else dict(said)


def _without(telling: Telling, generic: frozenset[str]) -> Telling:
    people = tuple(without(person, generic) for person in telling.people)
    same = all(one is other for one, other in zip(people, telling.people, strict=True))
    return telling if same else replace(telling, people=people)

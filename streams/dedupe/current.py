"""What reports tell as the store knows it now: without what many people share, with what others tell of the ground."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from streams.dedupe import learning
from streams.dedupe.ground import asked, grounded
from streams.dedupe.telling import TELLINGS, Telling
from streams.matching.circles import circles
from streams.matching.people import uses
from streams.matching.people.person import Mention


def tellings(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """What each report tells, of those that hold."""
    return on_known_ground(connection, told(connection, refs))


def told(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """What each report tells of itself, of those that hold."""
    said = TELLINGS.of(connection, refs)
    own = uses.own(connection, [person for telling in said.values() for person in telling.people])
    return {ref: _with_own(telling, own) for ref, telling in said.items()} if own else said


def on_known_ground(connection: Connection, said: Mapping[str, Telling]) -> dict[str, Telling]:
    """The tellings, with what other reports tell of where their places are.

    What an agency may know that is not told all stands as it was told: where it lies would tell of the others.
    """
    drawn = circles(connection, said.keys())
    alike = {ref: telling for ref, telling in said.items() if not drawn[ref].known}
    known = learning.known(connection, {key for telling in alike.values() for key in asked(telling)})
    return {**said, **{ref: grounded(telling, known) for ref, telling in alike.items()}} if known else dict(said)


def _with_own(telling: Telling, own: Mapping[str, Mention]) -> Telling:
    if own.keys().isdisjoint(person.id for person in telling.people):
        return telling
    return replace(telling, people=tuple(own.get(person.id, person) for person in telling.people))

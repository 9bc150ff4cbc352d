"""Persons as one agency may know them: clustered anew from the mentions it may see, whatever hidden ones say."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.tables import Member, Mention, to_micros
from streams.clusters.sets import among
from streams.issues.account import Ties
from streams.issues.hear import tellings_of
from streams.issues.tied import together
from streams.sharing.sight import sight

PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who is who to each agency of a partnership."""

    partnership: Partnership

    def items(self, connection: Connection, agency: str, person: str, refs: Collection[str]) -> tuple[str, ...]:
        """The mentions that make up ``person`` to an agency, found by reports that name them; the earliest first."""
        if not refs:
            return ()
        named = connection.execute(select(Mention.id).where(among(connection, Mention.ref, refs))).scalars()
        found = self._clusters(connection, agency, set(named))
        return next((items for items in found if identity(PERSON, items[0]) == person), ())

    def persons(self, connection: Connection, agency: str, items: Collection[str]) -> Mapping[str, str]:
        """The person that each of some mentions is part of to an agency; those it may not see are left out."""
        found = self._clusters(connection, agency, items)
        return {item: identity(PERSON, some[0]) for some in found for item in some if item in items}

    def _clusters(self, connection: Connection, agency: str, items: Collection[str]) -> list[tuple[str, ...]]:
        """The persons around some mentions, as mentions in the order in which they were made."""
        entities = _entities(connection, items)
        if not entities:
            return []
        rows = _mentions(connection, {*entities, *together(connection, PERSON, entities)})
        tellings, seen = tellings_of(connection, {ref for _, ref, _ in rows}), sight(connection, self.partnership)
        grants = {ref: seen.of(telling).get(agency) for ref, telling in tellings.items()}
        at = {
            item: to_micros(tellings[ref].reported_at)
            for item, ref, role in rows
            if (grant := grants.get(ref)) is not None and grant.names(role)
        }
        return _split(connection, at) if at else []


def _split(connection: Connection, at: Mapping[str, int]) -> list[tuple[str, ...]]:
    (parts,) = Ties(connection=connection).split(PERSON, [at])
    return [tuple(sorted(some, key=lambda item: (at[item], item))) for some in parts.values()]


def _entities(connection: Connection, items: Collection[str]) -> set[str]:
    if not items:
        return set()
    query = select(Member.entity).where(Member.kind == PERSON, among(connection, Member.item, items))
    return set(connection.execute(query).scalars())


def _mentions(connection: Connection, entities: Iterable[str]) -> list[tuple[str, str, str]]:
    """Each mention with its report and the role it has there."""
    rows = connection.execute(
        select(Mention.id, Mention.ref, Mention.role)
        .join(Member, Member.item == Mention.id)
        .where(Member.kind == PERSON, among(connection, Member.entity, set(entities)))
    )
    return [(row.id, row.ref, row.role) for row in rows]

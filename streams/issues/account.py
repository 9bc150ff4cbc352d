"""Incidents, persons and places as some of the reports alone make them, for those who may not know the others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from streams.clusters.agglomerate import Pair, agglomerate
from streams.clusters.entities import entity_of
from streams.clusters.kinds import Kind
from streams.clusters.pairs import around
from streams.clusters.rivals import by_item, without_rivals
from streams.dedupe.account import account
from streams.dedupe.incidents import INCIDENTS
from streams.issues.values import Happening, Telling, in_order
from streams.matching.people.kind import people
from streams.matching.places.kind import PLACES


def _kinds(connection: Connection) -> Mapping[str, Kind[Any]]:
    return {kind.name: kind for kind in (INCIDENTS, people(connection), PLACES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """The pairs judged between items of each kind, and what the items hold, so that part of them can be clustered."""

    pairs: Mapping[str, Sequence[Pair]] = field(default_factory=dict)
    contents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kinds: Mapping[str, Kind[Any]] = field(default_factory=dict)

    def split(self, kind: str, items: Collection[str], at: Mapping[str, int]) -> dict[str, list[str]]:
        """The entities that ``items`` alone make, as clustering would have made them without the rest."""
        held, contents, rules = set(items), self.contents.get(kind, {}), self.kinds.get(kind)
        if rules is None:  # nothing was read of what ties them: each stands alone
            return {entity_of(kind, [item], at): [item] for item in sorted(held)}
        pairs = [pair for pair in self.pairs.get(kind, ()) if pair.a in held and pair.b in held]

        def barred(a: str, b: str) -> bool:
            return a in contents and b in contents and rules.never(contents[a], contents[b])

        ties = without_rivals(pairs, by_item(pairs), rules.rivals)
        clusters = agglomerate(sorted(held), ties, rules.bars.stay, barred, rules.between(contents))
        return {entity_of(kind, cluster, at): cluster for cluster in clusters}

    def account(self, incident: str, tellings: Sequence[Telling]) -> Happening:
        """The incident as ``tellings`` alone have it, by the same rule as the whole of it."""
        sources = self.contents["incident"]
        row = account(incident, [sources[telling.ref] for telling in tellings])
        return Happening(
            id=incident,
            occurred_from=row["occurred_from"],
            occurred_to=row["occurred_to"],
            category=row["category"],
            detail=row["detail"],
            area=row["area"],
            lat=row["lat"],
            lon=row["lon"],
            easting=row["easting"],
            northing=row["northing"],
            tellings=in_order(tellings),
        )


def read_ties(connection: Connection, items: Mapping[str, Collection[str]]) -> Ties:
    """The pairs between items of each kind, and what the items hold."""
    wanted, kinds = {kind: held for kind, held in items.items() if held}, _kinds(connection)
    return Ties(
        pairs={kind: around(connection, kind, held) for kind, held in wanted.items()},
        kinds=kinds,
        contents={kind: kinds[kind].load(connection, held) for kind, held in wanted.items()},
    )

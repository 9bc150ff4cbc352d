"""Incidents, persons and places as some of the reports alone make them, for those who may not know the others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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

At = Mapping[str, int]  # items, each with when it was reported
Parts = dict[str, list[str]]  # the items of each entity


@dataclass(kw_only=True)
class Ties:
    """What ties items of each kind and what they hold, so that part of them can be clustered.

    Read for those asked for, and kept: most views leave nothing out, and the others little. With no connection nothing
    is known but what was handed in.
    """

    connection: Connection | None = None
    near: dict[str, Mapping[str, Sequence[Pair]]] = field(default_factory=dict)  # by kind and item read
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)

    def split(self, kind: str, groups: Sequence[At]) -> list[Parts]:
        """The entities that the items of each group alone make, as clustering would have made them without the rest."""
        self._read(kind, {item for at in groups for item in at})
        return [self._split(kind, at) for at in groups]

    def account(self, incident: str, tellings: Sequence[Telling]) -> Happening:
        """The incident as ``tellings`` alone have it, by the same rule as the whole of it."""
        self._read("incident", {telling.ref for telling in tellings})
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

    def _split(self, kind: str, at: At) -> Parts:
        near, contents, rules = self.near.get(kind), self.contents.get(kind, {}), self._kinds.get(kind)
        if near is None or rules is None:  # nothing was read of what ties them: each stands alone
            return {entity_of(kind, [item], at): [item] for item in sorted(at)}
        pairs = [pair for item in sorted(at) for pair in near.get(item, ()) if pair.a == item and pair.b in at]

        def barred(a: str, b: str) -> bool:
            return a in contents and b in contents and rules.never(contents[a], contents[b])

        ties = without_rivals(pairs, by_item(pairs), rules.rivals)
        clusters = agglomerate(sorted(at), ties, rules.bars.stay, barred, rules.between(contents))
        return {entity_of(kind, cluster, at): cluster for cluster in clusters}

    def _read(self, kind: str, items: Collection[str]) -> None:
        if self.connection is None:
            return
        near = self.near.setdefault(kind, {})
        fresh = [item for item in items if item not in near]
        if fresh:
            found = by_item(around(self.connection, kind, fresh))
            self.near[kind] = {**near, **{item: found.get(item, ()) for item in fresh}}
            self.contents.setdefault(kind, {}).update(self._kinds[kind].load(self.connection, fresh))

    @cached_property
    def _kinds(self) -> Mapping[str, Kind[Any]]:
        person = {} if self.connection is None else {"person": people(self.connection)}
        return {"incident": INCIDENTS, "place": PLACES, **person}

"""How far a change reaches: the components of ``same`` pairs around it, clustered anew from nothing."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import structlog
from sqlalchemy import Connection

from streams.clusters import pairs
from streams.clusters.agglomerate import Pair, agglomerate
from streams.clusters.entities import Standing, entity_of, standings
from streams.clusters.kinds import Kind
from streams.clusters.rivals import without_rivals

# A component of pairs at the join bar is a few items. One this large is told: some value links what it should not.
LARGE = 2_000

log = structlog.get_logger()


class Reach:
    """What was read of the store around a change, and the answers that follow from it."""

    def __init__(
        self,
        connection: Connection,
        kind: Kind[Any],
        before: dict[str, Standing],
        world: dict[str, Standing],
        contents: Mapping[str, Any],
    ) -> None:
        self._connection, self._kind = connection, kind
        self._before, self._world = before, world
        self._contents = dict(contents)
        self._near: dict[str, list[Pair]] = {}

    def clusters(self, seeds: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Every cluster in the components of ``seeds``: entity id and items in event order."""
        self._follow({item for item in seeds if item in self._world})
        at = {item: standing.at for item, standing in self._world.items()}
        components = list(self._components())
        self._load(item for component in components if len(component) > 2 for item in component)
        return {
            entity_of(self._kind.name, cluster, at): tuple(sorted(cluster, key=lambda item: (at[item], item)))
            for component in components
            for cluster in self._split(component)
        }

    def standings(self, clusters: Mapping[str, tuple[str, ...]]) -> dict[str, Standing]:
        """How every item of ``clusters`` stands now."""
        return {
            item: self._world[item]._replace(entity=entity, state=self._state(item, len(items)))
            for entity, items in clusters.items()
            for item in items
        }

    def reopened(self, met: Collection[str], parted: Collection[str]) -> dict[str, Standing]:
        """The lone items beyond the reach that gained or lost a doubtful pair, as they stand now."""
        lone = {
            item: self._world[item]
            for item in {*met, *parted}
            if item not in self._near and item in self._world and self._world[item].state in ("single", "review")
        }
        asked = {item for item, standing in lone.items() if item not in met or standing.state == "single"}
        self._read(asked)
        return {item: lone[item]._replace(state=self._state(item, 1)) for item in asked}

    def _follow(self, frontier: set[str]) -> None:
        while frontier:
            self._read(frontier)
            met = {end for item in frontier for pair in self._near[item] if pair.ties for end in (pair.a, pair.b)}
            # what stood before and is not in the world is gone, though a person's judgement still names it
            unknown = met - self._world.keys() - self._before.keys()
            fresh = standings(self._connection, self._kind.name, unknown)
            self._before |= fresh
            self._world |= fresh
            frontier = (met - self._near.keys()) & self._world.keys()

    def _read(self, items: Collection[str]) -> None:
        for item in items:
            self._near[item] = []
        for pair in pairs.around(self._connection, self._kind.name, items):
            for item in (pair.a, pair.b):
                if item in items:
                    self._near[item].append(pair)

    def _components(self) -> Iterable[list[str]]:
        seen: set[str] = set()
        for start in sorted(self._near):
            if start in seen:
                continue
            component, ahead = [], [start]
            seen.add(start)
            while ahead:
                item = ahead.pop()
                component.append(item)
                for pair in self._near[item]:
                    other = pair.b if pair.a == item else pair.a
                    if pair.ties and other in self._near and other not in seen:
                        seen.add(other)
                        ahead.append(other)
            if len(component) > LARGE:
                log.warning("a component is large: some value links too much", kind=self._kind.name, n=len(component))
            yield component

    def _load(self, items: Iterable[str]) -> None:
        missing = set(items) - self._contents.keys()
        if missing:
            self._contents |= self._kind.load(self._connection, missing)

    def _split(self, component: list[str]) -> list[list[str]]:
        if len(component) == 1:
            return [component]
        inside = set(component)
        within = {pair for item in component for pair in self._near[item] if pair.a in inside and pair.b in inside}
        ties = without_rivals(within, self._near, self._kind.rivals)
        return agglomerate(component, ties, self._kind.bars.stay, self._never, self._kind.between(self._contents))

    def _never(self, a: str, b: str) -> bool:
        one, other = self._contents.get(a), self._contents.get(b)
        return one is not None and other is not None and self._kind.never(one, other)

    def _state(self, item: str, size: int) -> str:
        if size > 1:
            return "joined"
        if self._world[item].state == "unlinkable":
            return "unlinkable"
        return "review" if any(pair.open for pair in self._near[item]) else "single"

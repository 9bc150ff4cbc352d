"""Who is compared with whom: items that share a key, each with the first ones of the block.

A block is unbounded, comparison is not: everyone in it is compared with its first ``head`` items in event order, and
the first with everyone. So a pair is a candidate by the set of items alone; what came earlier in the day or in another
batch plays no part, and a block that everyone is in costs each newcomer no more than ``head`` comparisons.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text

from schemas.tables import BlockKey, from_micros
from streams.clusters.kinds import Item
from streams.clusters.sets import among, micros
from streams.store import add

Place = tuple[int, str]  # (at, item): where an item stands in its blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The pairs to judge anew, and the items whose every pair that is."""

    pairs: frozenset[tuple[str, str]]
    items: frozenset[str]


def change(
    connection: Connection, kind: str, head: int, known: Collection[str], came: Sequence[Item], gone: Collection[str]
) -> Candidates:
    """Put items in their blocks (``known`` ones stood in some), take the gone ones out, and say who meets whom."""
    before = _keys_of(connection, kind, known)
    after = {item.id: dict.fromkeys(item.keys, item.at) for item in came}
    blocks = _Blocks(connection, kind, head, before)
    blocks.read({key for keys in (*before.values(), *after.values()) for key in keys})
    _write(connection, kind, before, after)
    shifted = blocks.move(before, after) - after.keys() - set(gone)
    places = after | _keys_of(connection, kind, shifted)
    blocks.read({key for item in shifted for key in places[item]})
    return Candidates(pairs=frozenset(blocks.pairs(places)), items=frozenset(places))


class _Blocks:
    """The blocks that a change touches, read as far from their start as what is taken out can let others move up."""

    def __init__(self, connection: Connection, kind: str, head: int, before: Mapping[str, Mapping[str, int]]) -> None:
        self._connection, self._kind, self._head = connection, kind, head
        self._reach = head + 1 + max(map(len, _by_key(before).values()), default=0)
        self._rows: dict[str, list[Place]] = {}
        self._whole: set[str] = set()

    def read(self, keys: Collection[str]) -> None:
        """Read the start of the blocks not read yet."""
        wanted = [key for key in keys if key not in self._rows]
        for key in wanted:
            self._rows[key] = []
        for key, place in _first(self._connection, self._kind, wanted, self._reach):
            self._rows[key].append(place)
        for key in wanted:
            rows = self._rows[key]
            if len(rows) < self._reach:
                self._whole.add(key)
            rows.sort()
            del rows[self._reach :]

    def move(self, before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]) -> set[str]:
        """Apply the change to what was read; the items that came into a block's head by it, or left it."""
        taken, put = _by_key(before), _by_key(after)
        moved: set[Place] = set()
        for key in taken.keys() | put.keys():
            rows, out = self._rows[key], taken.get(key)
            kept = [row for row in rows if row not in out] if out else rows
            now = self._rows[key] = sorted([*kept, *put.get(key, ())])
            if max(len(rows), len(now)) > self._head:
                moved |= set(rows[: self._head]) ^ set(now[: self._head])
        return {item for _, item in moved}

    def pairs(self, places: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
        """Every pair one of ``places`` makes: with all of a block it heads, else with the block's head."""
        for key, members in _by_key(places).items():
            rows = self._rows[key]
            if len(rows) == 1:  # most are alone in most of their blocks
                continue
            head = set(rows[: self._head])
            if key not in self._whole and not head.isdisjoint(members):
                rows = self._all(key)
            for place in members:
                for other in rows if place in head else rows[: self._head]:
                    if other[1] != place[1]:
                        yield (place[1], other[1]) if place[1] < other[1] else (other[1], place[1])

    def _all(self, key: str) -> list[Place]:
        rows = self._connection.execute(
            select(micros(BlockKey.at), BlockKey.item).where(BlockKey.kind == self._kind, BlockKey.key == key)
        )
        self._whole.add(key)
        self._rows[key] = sorted((at, item) for at, item in rows)
        return self._rows[key]


def _by_key(places: Mapping[str, Mapping[str, int]]) -> dict[str, set[Place]]:
    found: dict[str, set[Place]] = {}
    for item, keys in places.items():
        for key, at in keys.items():
            found.setdefault(key, set()).add((at, item))
    return found


def _keys_of(connection: Connection, kind: str, items: Collection[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {item: {} for item in items}
    if items:
        rows = connection.execute(
            select(BlockKey.item, BlockKey.key, micros(BlockKey.at)).where(
                BlockKey.kind == kind, among(connection, BlockKey.item, items)
            )
        ).all()
        for item, key, at in rows:
            found[item][key] = at
    return found


def _first(connection: Connection, kind: str, keys: Collection[str], reach: int) -> Iterable[tuple[str, Place]]:
    """The first of each block in event order, ``reach`` of them and those of the last one's moment."""
    if not keys:
        return []
    postgresql = connection.dialect.name == "postgresql"
    listed = sorted(keys)
    values = {"keys": listed if postgresql else json.dumps(listed), "kind": kind, "last": reach - 1}
    return [(key, (at, item)) for key, at, item in connection.execute(_FIRST[postgresql], values).all()]


# Read as far as is asked and no further: a block may hold a town. As text: this stands in the way of every report.
_FIRST = tuple(
    text(
        f"""
        select wanted.value, block.at, block.item from {rows} cross join block_key as block
        where block.kind = :kind and block.key = wanted.value and block.at <= coalesce((
            select at from block_key where kind = :kind and key = wanted.value order by at limit 1 offset :last
        ), 9223372036854775807)
        """  # noqa: S608
    )
    for rows in ("json_each(:keys) as wanted", "unnest(cast(:keys as varchar[])) as wanted(value)")
)


def _write(
    connection: Connection, kind: str, before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]
) -> None:
    stood = [item for item, keys in before.items() if keys]
    if stood:
        connection.execute(delete(BlockKey).where(BlockKey.kind == kind, among(connection, BlockKey.item, stood)))
    add(
        connection,
        BlockKey,
        (
            {"kind": kind, "key": key, "at": moment, "item": item}
            for item, keys in after.items()
            if keys
            for moment in (from_micros(next(iter(keys.values()))),)
            for key in keys
        ),
    )

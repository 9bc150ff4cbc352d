"""Who is compared with whom: items that share a key, each with the first ones of the block.

A block is unbounded, comparison is not: everyone in it is compared with its first ``head`` items in event order, and
the first with everyone. So a pair is a candidate by the set of items alone; what came earlier in the day or in another
batch plays no part, and a block that everyone is in costs each newcomer no more than ``head`` comparisons.

Some keys tell too little alone: of such a block only the first ``FEW`` are compared with everyone, else two that meet
in one meet in another besides or are not compared. In which blocks two meet hangs on the set of items alone too.

Items that are hidden stand behind, in groups that are hidden alike, each with first ones of its own: what may not be
known of by all pushes nothing out that may, and no other group either. Who knows of a group knows all of it. Where a
key tells too little, a hidden one meets the first of all who may be known of, and of every group; one that may be known
of meets hidden ones only as one of the first: there are as many groups as there are ways to hide something.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from schemas.tables import BlockKey, from_micros
from streams.clusters.kinds import Item, Kind
from streams.clusters.sets import micros, those
from streams.driver import ask
from streams.statements import Statement
from streams.store import add

FEW = 2  # who shares a rare name or place with somebody is among them
Stand = tuple[str, int]  # (group, at): the group of what is hidden alike, empty for what every agency may know
Place = tuple[str, int, str]  # with the item: where it stands in its blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The pairs to judge anew, and the items whose every pair that is."""

    pairs: frozenset[tuple[str, str]]
    items: frozenset[str]


def change(
    connection: Connection, of: Kind[Any], known: Collection[str], came: Sequence[Item], gone: Collection[str]
) -> Candidates:
    """Put items in their blocks (``known`` ones stood in some), take the gone ones out, and say who meets whom."""
    kind = of.name
    before = _keys_of(connection, kind, known)
    after = {item.id: dict.fromkeys(item.keys, (item.group, item.at)) for item in came}
    blocks = _Blocks(connection, of, before)
    blocks.read({key for keys in (*before.values(), *after.values()) for key in keys})
    _write(connection, kind, before, after)
    shifted = blocks.move(before, after) - after.keys() - set(gone)
    places = after | _keys_of(connection, kind, shifted)
    blocks.read({key for item in shifted for key in places[item]})
    return Candidates(pairs=blocks.pairs(places), items=frozenset(places))


class _Blocks:
    """The blocks that a change touches, read as far from their start as what is taken out can let others move up."""

    def __init__(self, connection: Connection, of: Kind[Any], before: Mapping[str, Mapping[str, Stand]]) -> None:
        self._connection, self._kind, self._head, self._tells = connection, of.name, of.head, of.tells
        self._reach = of.head + 1 + max(map(len, _by_key(before).values()), default=0)
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
            rows = sorted(self._rows[key])
            if _most(rows) < self._reach:
                self._whole.add(key)
            self._rows[key] = list(_heads(rows, self._reach))

    def move(self, before: Mapping[str, Mapping[str, Stand]], after: Mapping[str, Mapping[str, Stand]]) -> set[str]:
        """Apply the change to what was read; the items that came into a block's head by it, or left it."""
        taken, put = _by_key(before), _by_key(after)
        moved: set[Place] = set()
        for key in taken.keys() | put.keys():
            rows, out = self._rows[key], taken.get(key)
            kept = [row for row in rows if row not in out] if out else rows
            now = self._rows[key] = sorted([*kept, *put.get(key, ())])
            for head in (self._head,) if self._tells(key) else (FEW, self._head):
                if max(len(rows), len(now)) > head:
                    moved |= set(_heads(rows, head)) ^ set(_heads(now, head))
        return {item for *_, item in moved}

    def pairs(self, places: Mapping[str, Mapping[str, Stand]]) -> frozenset[tuple[str, str]]:
        """Every pair one of ``places`` makes: with all of a block it heads, else with the block's head."""
        met: set[tuple[str, str]] = set()
        once: set[tuple[str, str]] = set()  # by a key that tells too little alone
        for key, members in _by_key(places).items():
            if len(self._rows[key]) == 1:  # most are alone in most of their blocks
                continue
            if self._tells(key):
                met.update(self._meet(key, members, self._head))
            else:
                met.update(self._meet(key, members, FEW, apart=True))
                here = set(self._meet(key, members, self._head, apart=True))
                met |= once & here
                once |= here
        return frozenset(met)

    def _meet(
        self, key: str, members: Collection[Place], most: int, *, apart: bool = False
    ) -> Iterator[tuple[str, str]]:
        """The pairs ``members`` make of a block by its first ``most``; ``apart``: hidden heads meet the hidden."""
        rows = self._rows[key]
        heads = _heads(rows, most)
        head = set(heads)
        if key not in self._whole and not head.isdisjoint(members):
            rows = self._all(key)
        known = [place for place in heads if not place[0]] if apart else heads
        hidden = [*known, *(place for place in rows if place[0])] if len(known) < len(heads) else rows
        for place in members:
            of_all, of_few = (hidden, heads) if place[0] else (rows, known)
            for other in of_all if place in head else of_few:
                if other[2] != place[2]:
                    yield (place[2], other[2]) if place[2] < other[2] else (other[2], place[2])

    def _all(self, key: str) -> list[Place]:
        self._whole.add(key)
        rows = _WHOLE(self._connection, kind=self._kind, key=key)
        self._rows[key] = sorted((group, at, item) for group, at, item in rows)
        return self._rows[key]


_WHOLE = Statement(
    lambda _: select(BlockKey.group, micros(BlockKey.at), BlockKey.item).where(
        BlockKey.kind == bindparam("kind"), BlockKey.key == bindparam("key")
    )
)


def _most(rows: Sequence[Place]) -> int:
    """How many are in the largest group of those that were read."""
    if not rows or not rows[-1][0]:
        return len(rows)
    return max(Counter(group for group, *_ in rows).values())


def _heads(rows: Sequence[Place], head: int) -> Sequence[Place]:
    """The first of each group, of rows in order."""
    if len(rows) <= head:
        return rows
    if not rows[-1][0]:  # nothing in it is hidden
        return rows[:head]
    return [row for _, some in groupby(rows, key=itemgetter(0)) for row in islice(some, head)]


def _by_key(places: Mapping[str, Mapping[str, Stand]]) -> dict[str, set[Place]]:
    found: dict[str, set[Place]] = {}
    for item, keys in places.items():
        for key, (group, at) in keys.items():
            found.setdefault(key, set()).add((group, at, item))
    return found


def _keys_of(connection: Connection, kind: str, items: Collection[str]) -> dict[str, dict[str, Stand]]:
    found: dict[str, dict[str, Stand]] = {item: {} for item in items}
    for item, key, group, at in _STAND(connection, kind=kind, items=items).all():
        found[item][key] = (group, at)
    return found


_STAND = Statement(
    lambda any_of: select(BlockKey.item, BlockKey.key, BlockKey.group, micros(BlockKey.at)).where(
        BlockKey.kind == bindparam("kind"), any_of(BlockKey.item, "items")
    )
)


def _first(connection: Connection, kind: str, keys: Collection[str], reach: int) -> Iterable[tuple[str, Place]]:
    """The first of each group of a block in event order, ``reach`` of them and those of the last one's moment."""
    if not keys:
        return []
    dialect = connection.dialect.name
    rows = ask(connection, _FIRST[dialect], {"keys": those(dialect, keys), "kind": kind, "last": reach - 1})
    return [(key, (group, at, item)) for key, group, at, item in rows]


# Read as far as is asked and no further: a block may hold a town. As text: this stands in the way of every report.
# Of what is hidden each is looked at, for how many groups there are nobody knows; it is little.
def _first_of(rows: str, named: str) -> str:
    kind, last = named.format("kind"), named.format("last")
    return f"""
        select wanted.value, block."group", block.at, block.item from {rows} cross join block_key as block
        where block.kind = {kind} and block.key = wanted.value and block."group" = '' and block.at <= coalesce((
            select at from block_key where kind = {kind} and key = wanted.value and "group" = ''
            order by at limit 1 offset {last}
        ), 9223372036854775807)
        union all
        select wanted.value, block."group", block.at, block.item from {rows} cross join block_key as block
        where block.kind = {kind} and block.key = wanted.value and block."group" > '' and block.at <= coalesce((
            select at from block_key where kind = {kind} and key = wanted.value and "group" = block."group"
            order by at limit 1 offset {last}
        ), 9223372036854775807)
        """  # noqa: S608


_FIRST = {
    "sqlite": _first_of("json_each(:keys) as wanted", ":{}"),
    "postgresql": _first_of("unnest(%(keys)s::varchar[]) as wanted(value)", "%({})s"),
}


_LEAVE = Statement(
    lambda any_of: delete(BlockKey).where(BlockKey.kind == bindparam("kind"), any_of(BlockKey.item, "items"))
)


def _write(
    connection: Connection,
    kind: str,
    before: Mapping[str, Mapping[str, Stand]],
    after: Mapping[str, Mapping[str, Stand]],
) -> None:
    stood = [item for item, keys in before.items() if keys]
    _LEAVE(connection, kind=kind, items=stood)
    add(
        connection,
        BlockKey,
        (
            {"kind": kind, "key": key, "group": group, "at": moment, "item": item}
            for item, keys in after.items()
            if keys
            for group, at in (next(iter(keys.values())),)
            for moment in (from_micros(at),)
            for key in keys
        ),
    )

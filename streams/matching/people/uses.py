"""Who uses which value, kept in the store, and which values are generic: what is counted is who uses them now.

Only in reports that every statutory agency may know: what a hidden one uses must show in nothing that others see.
"""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, delete, func, select, text

from schemas.tables import GenericValue, ValueUse
from streams.clusters.sets import among
from streams.matching.openly import open_refs
from streams.matching.people import generic
from streams.matching.people.person import Mention
from streams.store import add

_TOLD = "values that many people use have stopped linking them: see tocsin generic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A generic value: its kind, the value, and how many names and mentions use it."""

    kind: str
    value: str
    names: int
    mentions: int


def known(connection: Connection) -> frozenset[str]:
    """The keys of all generic values: they are few, each being used by many."""
    return frozenset(connection.execute(select(GenericValue.key)).scalars())


def count(connection: Connection, touched: Collection[str], now: Collection[Mention]) -> frozenset[str]:
    """Let the mentions of ``touched`` use what those of ``now`` say; all that use a value that turned by it.

    A value turns when it becomes generic, and when it is so no longer.
    """
    before = connection.execute(select(ValueUse.key).where(among(connection, ValueUse.item, touched)))
    changed = set(before.scalars())
    if changed:
        connection.execute(delete(ValueUse).where(among(connection, ValueUse.item, touched)))
    said = open_refs(connection, {mention.ref for mention in now})
    mine = [mention for mention in now if mention.ref in said]
    uses = [(key, generic.name_of(mention), mention.id) for mention in mine for key in set(generic.values(mention))]
    add(connection, ValueUse, ({"key": key, "name": name, "item": item} for key, name, item in uses))
    changed |= {key for key, _, _ in uses}
    turned = _turn(connection, changed) if changed else frozenset()
    if not turned:
        return frozenset()
    return frozenset(connection.execute(select(ValueUse.item).where(among(connection, ValueUse.key, turned))).scalars())


def listed(connection: Connection) -> list[Shared]:
    """The generic values, those of the most names first."""
    names = func.count(func.nullif(ValueUse.name, "").distinct())
    rows = connection.execute(
        select(ValueUse.key, names, func.count())
        .join(GenericValue, GenericValue.key == ValueUse.key)
        .group_by(ValueUse.key)
        .order_by(names.desc(), ValueUse.key)
    )
    return [
        Shared(kind=generic.kind_of(key), value=key[3:], names=of_names, mentions=mentions)
        for key, of_names, mentions in rows
    ]


def _turn(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """Write down which of ``keys`` are generic now; those that were not and are, or were and are not."""
    over = {key for key, names in _names(connection, keys) if names > generic.most(key)}
    were = set(connection.execute(select(GenericValue.key).where(among(connection, GenericValue.key, keys))).scalars())
    if were - over:
        connection.execute(delete(GenericValue).where(among(connection, GenericValue.key, were - over)))
    add(connection, GenericValue, ({"key": key} for key in sorted(over - were)))
    for kind, number in sorted(Counter(map(generic.kind_of, over - were)).items()):
        structlog.get_logger().warning(_TOLD, kind=kind, n=number)
    return frozenset(over ^ were)


def _names(connection: Connection, keys: Collection[str]) -> list[tuple[str, int]]:
    """How many names use each value, counted no further than it takes."""
    postgresql = connection.dialect.name == "postgresql"
    listed_ = sorted(keys)
    values = {"keys": listed_ if postgresql else json.dumps(listed_), "most": max(generic.MOST.values())}
    return [(key, names) for key, names in connection.execute(_COUNT[postgresql], values)]


# From one name to the next, not use by use. As text: this stands in the way of every report.
_COUNT = tuple(
    text(
        f"""
        with recursive seen (key, name, nth) as (
            select wanted.value, (select min(name) from value_use where key = wanted.value and name > ''), 1
            from {rows}
            union all
            select key, (select min(u.name) from value_use u where u.key = seen.key and u.name > seen.name), nth + 1
            from seen where name is not null and nth <= :most
        )
        select key, count(name) from seen group by key
        """  # noqa: S608
    )
    for rows in ("json_each(:keys) as wanted", "unnest(cast(:keys as varchar[])) as wanted(value)")
)

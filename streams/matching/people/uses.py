"""Who uses which value, kept in the store, and which values are generic: what is counted is who uses them now.

Only in reports that all may know who are told all: what a hidden one uses must show in nothing that others see. For a
mention that others may know besides (its circle), in those alone that all of them may know.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, delete, func, select

from schemas.tables import GenericAmong, GenericValue, ValueHeld, ValueUse
from streams.clusters.sets import among, those
from streams.driver import ask
from streams.matching.circles import circles, names_in
from streams.matching.openly import open_refs
from streams.matching.people import generic
from streams.matching.people.person import Mention
from streams.statements import Statement
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
    return frozenset(_GENERIC(connection).scalars())


_GENERIC = Statement(lambda _: select(GenericValue.key))


def own(connection: Connection, mentions: Iterable[Mention]) -> dict[str, Mention]:
    """By id, those of ``mentions`` that have a generic value, without what is generic to all of their circle."""
    generics = known(connection)
    if not generics:
        return {}
    cut = [(mention, bare) for mention in mentions if (bare := generic.without(mention, generics)) is not mention]
    drawn = circles(connection, {mention.ref for mention, _ in cut}) if cut else {}
    found = {}
    for mention, bare in cut:
        circle = drawn[mention.ref].of(mention.role)
        found[mention.id] = generic.without(mention, _among(connection, bare.generic, circle)) if circle else bare
    return found


def _among(connection: Connection, keys: Collection[str], circle: str) -> frozenset[str]:
    """Those of ``keys`` that are generic by what all of a circle may know."""
    rows = connection.execute(
        select(GenericAmong.key, GenericAmong.circle).where(among(connection, GenericAmong.key, keys))
    )
    return frozenset(key for key, wider in rows if names_in(wider) >= names_in(circle))


def count(connection: Connection, touched: Collection[str], now: Collection[Mention]) -> frozenset[str]:
    """Let the mentions of ``touched`` use what those of ``now`` say; all that use a value that turned by it.

    A value turns when it becomes generic, and when it is so no longer.
    """
    changed = _forget(connection, touched)
    drawn, said = circles(connection, {m.ref for m in now}), open_refs(connection, {m.ref for m in now})
    used, held = [], []
    for mention in now:
        circle, counts = drawn[mention.ref].of(mention.role), mention.ref in said and drawn[mention.ref].counted
        for key in set(generic.values(mention)):
            held.append({"key": key, "item": mention.id})
            if counts:
                used.append({**held.pop(), "name": generic.name_of(mention), "circle": circle})
    add(connection, ValueUse, used)
    add(connection, ValueHeld, held)
    turned = _turn(connection, changed | {use["key"] for use in used})
    if not turned:
        return frozenset()
    of_turned = [select(table.item).where(among(connection, table.key, turned)) for table in (ValueUse, ValueHeld)]
    return frozenset(item for query in of_turned for item in connection.execute(query).scalars())


def _forget(connection: Connection, items: Collection[str]) -> set[str]:
    """Take away what ``items`` use; the keys of what counted."""
    changed = set(_USED(connection, items=items).scalars())
    if changed:
        connection.execute(delete(ValueUse).where(among(connection, ValueUse.item, items)))
    _HELD_NO_MORE(connection, items=items)
    return changed


_USED = Statement(lambda any_of: select(ValueUse.key).where(any_of(ValueUse.item, "items")))
_HELD_NO_MORE = Statement(lambda any_of: delete(ValueHeld).where(any_of(ValueHeld.item, "items")))


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
    """Write down which of ``keys`` are generic now; those that were not and are, or were and are not, to anybody."""
    if not keys:
        return frozenset()
    over = {key for key, names in _names(connection, keys) if names > generic.most(key)}
    were = set(_GENERIC_OF(connection, keys=keys).scalars())
    if were - over:
        connection.execute(delete(GenericValue).where(among(connection, GenericValue.key, were - over)))
    add(connection, GenericValue, ({"key": key} for key in sorted(over - were)))
    for kind, number in sorted(Counter(map(generic.kind_of, over - were)).items()):
        structlog.get_logger().warning(_TOLD, kind=kind, n=number)
    return frozenset(over ^ were) | (_turn_among(connection, over | were, over) if over or were else frozenset())


_GENERIC_OF = Statement(lambda any_of: select(GenericValue.key).where(any_of(GenericValue.key, "keys")))


def _turn_among(connection: Connection, keys: Collection[str], over: Collection[str]) -> frozenset[str]:
    """The same for those who are not told all: each circle by what all of it may know."""
    table = GenericAmong
    rows = connection.execute(select(table.key, table.circle).where(among(connection, table.key, keys)))
    were = {(key, circle) for key, circle in rows}
    now = {(key, circle) for key, circle, names in _names_by_circle(connection, over) if names > generic.most(key)}
    for key, circle in sorted(were - now):
        connection.execute(delete(table).where(table.key == key, table.circle == circle))
    add(connection, table, ({"key": key, "circle": circle} for key, circle in sorted(now - were)))
    return frozenset(key for key, _ in now ^ were)


def _names_by_circle(connection: Connection, keys: Collection[str]) -> Iterable[tuple[str, str, int]]:
    """How many names use each value, by each circle that one of its uses has, in what all of that circle may know."""
    uses: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = select(ValueUse.key, ValueUse.circle, ValueUse.name).where(
        among(connection, ValueUse.key, keys), ValueUse.circle > ""
    )
    for key, circle, name in connection.execute(query.distinct()) if keys else ():
        uses[key][circle].add(name)
    for key, names in uses.items():
        for circle in names:
            wider = (some for other, some in names.items() if names_in(other) >= names_in(circle))
            yield key, circle, len(set[str]().union(*wider) - {""})


def _names(connection: Connection, keys: Collection[str]) -> list[tuple[str, int]]:
    """How many names use each value, counted no further than it takes."""
    dialect = connection.dialect.name
    values = {"keys": those(dialect, keys), "most": max(generic.MOST.values())}
    return [(key, names) for key, names in ask(connection, _COUNT[dialect], values)]


# From one name to the next, not use by use. As text: this stands in the way of every report.
def _count_of(rows: str, most: str) -> str:
    return f"""
        with recursive seen (key, name, nth) as (
            select wanted.value, (select min(name) from value_use where key = wanted.value and name > ''), 1
            from {rows}
            union all
            select key, (select min(u.name) from value_use u where u.key = seen.key and u.name > seen.name), nth + 1
            from seen where name is not null and nth <= {most}
        )
        select key, count(name) from seen group by key
        """  # noqa: S608


_COUNT = {
    "sqlite": _count_of("json_each(:keys) as wanted", ":most"),
    "postgresql": _count_of("unnest(%(keys)s::varchar[]) as wanted(value)", "%(most)s"),
}

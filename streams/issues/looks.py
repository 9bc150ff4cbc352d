"""How an incident told by several reports may look to those who may know some of them: what, when and where of each.

Where it stands for all is not where it stands for them, and a run or a day that only they see must be found too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from sqlalchemy import Connection, delete

from schemas.tables import Look
from streams.dedupe.account import account
from streams.dedupe.current import tellings
from streams.dedupe.telling import Telling
from streams.issues.counting import COLUMNS, Counting, looks
from streams.issues.periods import period_of
from streams.statements import Statement
from streams.store import add


def keep_looks(
    connection: Connection, incidents: Collection[str], now: Mapping[str, Counting], told: Mapping[str, str]
) -> list[Counting]:
    """Note how ``incidents`` may look, by the reports that ``told`` names with their incident; the looks that moved."""
    before = _by_incident(looks(connection, incidents))
    after = _by_incident(_looks(connection, now, told))
    changed = [one for one in sorted(before.keys() | after.keys()) if before.get(one) != after.get(one)]
    if changed:
        _GONE(connection, incidents=changed)
        add(connection, Look, (_row(n, look) for one in changed for n, look in enumerate(after.get(one, ()))))
    return [look for known in (before, after) for one in changed for look in known.get(one, ())]


_GONE = Statement(lambda any_of: delete(Look).where(any_of(Look.incident, "incidents")))


def _looks(connection: Connection, now: Mapping[str, Counting], told: Mapping[str, str]) -> Iterator[Counting]:
    refs: dict[str, list[str]] = defaultdict(list)
    for ref, incident in sorted(told.items()):
        if incident in now:
            refs[incident].append(ref)
    several = {
        incident: some
        for incident, some in refs.items()
        if len(some) > 1 and (now[incident].shut or len({ref.partition(":")[0] for ref in some}) > 1)
    }
    known = tellings(connection, {ref for some in several.values() for ref in some})
    for incident, some in several.items():
        yield from _may_look(now[incident], [known[ref] for ref in some if ref in known])


def _may_look(whole: Counting, told: Collection[Telling]) -> Iterator[Counting]:
    """Every meeting of what, when and where that some of the tellings may make, but for how it looks to all."""
    alone = [account(whole.incident, [one]) for one in told]
    whats = _each(alone, "category", "detail")
    whens = _each(alone, "occurred_from", "occurred_to")
    wheres = _each(alone, "area", "easting", "northing")
    for what, when, where in product(whats, whens, wheres):
        look = replace(whole, **what, **when, **where, period=period_of(**when), shut=True)
        if replace(look, shut=whole.shut) != whole:
            yield look


def _each(rows: Iterable[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    different = {tuple(row[name] for name in names): None for row in rows}
    return [dict(zip(names, values, strict=True)) for values in different]


def _by_incident(some: Iterable[Counting]) -> dict[str, list[Counting]]:
    found: dict[str, list[Counting]] = defaultdict(list)
    for one in some:
        found[one.incident].append(one)
    return found


def _row(number: int, look: Counting) -> dict[str, Any]:
    row = {column.name: getattr(look, column.name) for column in COLUMNS}
    return row | {"number": number, "agencies": list(look.agencies)}

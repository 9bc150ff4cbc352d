"""What is learnt of the ground, kept in the store: who says what of a name, and what the first of them come to.

Only by reports that all may know who are told all: what a hidden one says must show in nothing that others see.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select

from schemas.tables import Ground, GroundUse, from_micros
from streams.clusters.sets import micros
from streams.dedupe import ground
from streams.dedupe.telling import Telling
from streams.matching.openly import counted_refs
from streams.statements import AnyOf, Statement
from streams.store import add, put

_Place = tuple[int, str]  # when it was reported, and its ref
_Row = tuple[str, int, str]  # key, when, what is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The reports that ask which street something is in, or where it lies."""

    street: frozenset[str] = frozenset()
    point: frozenset[str] = frozenset()


def known(connection: Connection, keys: Collection[str]) -> Mapping[str, str]:
    """What is learnt of each of the keys, where something is."""
    return _KNOWN.pairs(connection, keys=keys)


_KNOWN = Statement(lambda any_of: select(Ground.key, Ground.says).where(any_of(Ground.key, "keys"), Ground.says != ""))


def count(connection: Connection, touched: Collection[str], now: Mapping[str, Telling]) -> Asking:
    """Let the reports of ``touched`` say what ``now`` tells of the ground; those that ask for what turned by it."""
    before, after = _said_before(connection, touched), _said_now(connection, now)
    changed = {ref for ref in touched if before.get(ref, set()) != after.get(ref, set())}
    if not changed:
        return Asking()
    _SAID_NO_MORE(connection, refs=changed & before.keys())
    rows = ((ref, *row) for ref in sorted(changed) for row in sorted(after.get(ref, ())))
    add(
        connection,
        GroundUse,
        (
            {"key": key, "asks": not says, "at": from_micros(at), "ref": ref, "says": says}
            for ref, key, at, says in rows
        ),
    )
    places: dict[str, set[_Place]] = defaultdict(set)
    for ref in changed:
        for key, at, says in before.get(ref, set()) ^ after.get(ref, set()):
            if says:
                places[key].add((at, ref))
    turned = _turn(connection, places)
    streets = {key for key in turned if key.endswith(ground.STREET)}
    return Asking(street=_asking(connection, streets), point=_asking(connection, turned - streets))


def _asking(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    return frozenset(_WHO_ASKS(connection, keys=keys).scalars())


_WHO_ASKS = Statement(lambda any_of: select(GroundUse.ref).where(any_of(GroundUse.key, "keys"), GroundUse.asks))


def _said_before(connection: Connection, refs: Collection[str]) -> dict[str, set[_Row]]:
    found: dict[str, set[_Row]] = defaultdict(set)
    for ref, key, at, says in _SAID(connection, refs=refs):
        found[ref].add((key, at, says))
    return found


_SAID = Statement(
    lambda any_of: select(GroundUse.ref, GroundUse.key, micros(GroundUse.at), GroundUse.says).where(
        any_of(GroundUse.ref, "refs")
    )
)
_SAID_NO_MORE = Statement(lambda any_of: delete(GroundUse).where(any_of(GroundUse.ref, "refs")))


def _said_now(connection: Connection, now: Mapping[str, Telling]) -> dict[str, set[_Row]]:
    """What each report says or asks; a hidden one asks, and says nothing."""
    openly = counted_refs(connection, now.keys())
    return {
        ref: {(use.key, telling.reported_at, use.says) for use in ground.uses(telling) if ref in openly or not use.says}
        for ref, telling in now.items()
    }


def _turn(connection: Connection, places: Mapping[str, Collection[_Place]]) -> set[str]:
    """Learn anew what the changed ``places`` of each key bear on; the keys of which something else is known now."""
    was = {row.key: row for row in _LEARNT(connection, keys=places.keys())}
    due = {key for key, some in places.items() if _bears(was.get(key), min(some))}
    first = _first(connection, due)
    rows = [_learnt(key, some) for key, some in sorted(first.items())]
    _KNOWN_NO_MORE(connection, keys=due - first.keys())
    put(connection, Ground, rows)
    says = {row["key"]: row["says"] for row in rows}
    return {key for key in due if says.get(key, "") != (was[key].says if key in was else "")}


def _learnt(key: str, first: Sequence[Any]) -> dict[str, Any]:
    """What is known of a key now; who is last counts where there are as many as are ever asked."""
    last = first[-1] if len(first) == ground.MOST else None
    says = ground.learnt(key, [row.says for row in first])
    return {"key": key, "says": says, "last_at": last and from_micros(last.at), "last": last and last.ref}


_LEARNT_COLUMNS = (Ground.key, Ground.says, micros(Ground.last_at).label("last_at"), Ground.last)
_LEARNT = Statement(lambda any_of: select(*_LEARNT_COLUMNS).where(any_of(Ground.key, "keys")))
_KNOWN_NO_MORE = Statement(lambda any_of: delete(Ground).where(any_of(Ground.key, "keys")))


def _bears(kept: Any, place: _Place) -> bool:
    """Whether a report at ``place`` is among the first, or may come to be."""
    return kept is None or kept.last is None or place <= (kept.last_at, kept.last)


def _first(connection: Connection, keys: Collection[str]) -> Mapping[str, Sequence[Any]]:
    """The first of those who say something of each key, in the order of time."""
    rows = _FIRST(connection, keys=keys)
    return {key: list(some) for key, some in groupby(rows, key=lambda row: row.key)}


def _first_of(any_of: AnyOf) -> Select[Any]:
    place = func.row_number().over(partition_by=GroundUse.key, order_by=(GroundUse.at, GroundUse.ref)).label("place")
    said = (
        select(GroundUse.key, micros(GroundUse.at).label("at"), GroundUse.ref, GroundUse.says, place)
        .where(any_of(GroundUse.key, "keys"), GroundUse.asks.is_(False))
        .subquery()
    )
    return select(said).where(said.c.place <= ground.MOST).order_by(said.c.key, said.c.at, said.c.ref)


_FIRST = Statement(_first_of)

"""Who belongs to what now: the member rows, the ids of entities, and the ids that were told once and are no more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from schemas.identity import identity
from schemas.tables import EntityAlias, Member, from_micros
from streams.clusters.sets import among, micros
from streams.statements import Statement
from streams.store import put


class Standing(NamedTuple):
    """An item's place in the world: its entity, its state and its time. No entity: it was just taken in."""

    entity: str | None
    state: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an update came to: entities whose members or contents changed, with their items; ids that are no more.

    ``since``: the earliest time of an item whose pairs were judged anew.
    """

    entities: Mapping[str, tuple[str, ...]]
    vanished: frozenset[str]
    since: int | None = None


def entity_of(kind: str, items: Iterable[str], at: Mapping[str, int]) -> str:
    """The id of the entity that ``items`` make: that of the earliest, so that it stays while later ones join."""
    return identity(kind, min(items, key=lambda item: (at[item], item)))


def standings(connection: Connection, kind: str, items: Collection[str]) -> dict[str, Standing]:
    """How ``items`` stand in the store; those it does not hold are left out."""
    if not items:
        return {}
    rows = _STANDINGS(connection, kind=kind, items=items)
    return {item: Standing(entity, state, at) for item, entity, state, at in rows.all()}


_STANDINGS = Statement(
    lambda any_of: select(Member.item, Member.entity, Member.state, micros(Member.at)).where(
        Member.kind == bindparam("kind"), any_of(Member.item, "items")
    )
)


def settle(
    connection: Connection, kind: str, before: Mapping[str, Standing], after: Mapping[str, Standing]
) -> frozenset[str]:
    """Write what changed from ``before`` to ``after``; the entity ids that are no more."""
    changed = [item for item, standing in after.items() if before.get(item) != standing]
    put(connection, Member, ({"kind": kind, "item": item, **_row(after[item])} for item in changed))
    gone = before.keys() - after.keys()
    if gone:
        connection.execute(delete(Member).where(Member.kind == kind, among(connection, Member.item, gone)))
    now = {standing.entity for standing in after.values()}
    vanished = {standing.entity for standing in before.values() if standing.entity} - now
    _alias(connection, kind, vanished, before, after)
    return frozenset(vanished)


def _row(standing: Standing) -> dict[str, object]:
    return {"entity": standing.entity, "state": standing.state, "at": from_micros(standing.at)}


def _alias(
    connection: Connection,
    kind: str,
    vanished: set[str],
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
) -> None:
    """Say where the members of each vanished id went: to where its earliest member that is still there went."""
    was = {item: standing.entity for item, standing in before.items()}
    back = {now.entity for item, now in after.items() if now.entity and now.entity != was.get(item)}
    _NO_ALIASES(connection, kind=kind, back=back)  # an id that came back is no alias any more
    if not vanished:
        return
    heirs: dict[str, str] = {}
    for item in sorted(before.keys() & after.keys(), key=lambda item: (before[item].at, item), reverse=True):
        old, new = before[item].entity, after[item].entity
        if old in vanished and old and new:
            heirs[old] = new
    stale = BECAME(connection, kind=kind, those=vanished)
    moved = {old: heirs[new] for old, new in stale if new in heirs} | heirs
    at = {after[item].entity: after[item].at for item in sorted(after, key=lambda item: -after[item].at)}
    put(
        connection,
        EntityAlias,
        (
            {"kind": kind, "old": old, "new": new, "at": from_micros(at[new])}
            for old, new in moved.items()
            if old != new
        ),
    )


# The ids that came to be one of those.
BECAME = Statement(
    lambda any_of: select(EntityAlias.old, EntityAlias.new).where(
        EntityAlias.kind == bindparam("kind"), any_of(EntityAlias.new, "those")
    )
)
_NO_ALIASES = Statement(
    lambda any_of: delete(EntityAlias).where(EntityAlias.kind == bindparam("kind"), any_of(EntityAlias.old, "back"))
)

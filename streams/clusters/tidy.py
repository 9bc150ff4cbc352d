"""Entities in doubt, gone over again: judged by other rules than those in force, or held together by doubtful pairs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, or_, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters.decisions import STAGE_OF, refs_of
from streams.clusters.kinds import Kind
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.stage import leave_for
from streams.store import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """How many entities were looked at, and what became of those that changed: the old id, and the ids now."""

    looked_at: int
    changed: Mapping[str, tuple[str, ...]]


def tidy(engine: Engine, kind: Kind[Any], drain: Callable[[], object], *, whole: bool = False) -> Tidied:
    """Go over the entities in doubt, or all of them; ``drain`` lets the stages take what is left for them."""
    with reading(engine) as connection:
        entities = _all(connection, kind.name) if whole else in_doubt(connection, kind)
        before = _members(connection, kind.name, entities)
    with writing(engine) as connection:
        leave_for(connection, STAGE_OF[kind.name], refs_of(connection, kind.name, _items(before)).values())
    drain()
    with reading(engine) as connection:
        now = _entities(connection, kind.name, _items(before))
        after = _members(connection, kind.name, set(now.values()))
    changed = {
        entity: tuple(sorted({now[item] for item in items if item in now}))
        for entity, items in before.items()
        if after.get(entity) != items
    }
    return Tidied(looked_at=len(before), changed=changed)


def in_doubt(connection: Connection, kind: Kind[Any]) -> set[str]:
    """The entities with a pair judged by other rules, or with a pair inside that would not stay by itself."""
    one, other = aliased(Member), aliased(Member)
    doubtful = or_(Judgement.bits < kind.bars.stay, Judgement.verdict == "review") & (one.entity == other.entity)
    rows = connection.execute(
        select(one.entity, other.entity)
        .select_from(Judgement)
        .join(one, (one.kind == kind.name) & (one.item == Judgement.a))
        .join(other, (other.kind == kind.name) & (other.item == Judgement.b))
        .where(
            Judgement.kind == kind.name,
            Judgement.judge == PIPELINE,
            or_(Judgement.rule.not_in({kind.rule, *kind.besides}), doubtful),
        )
    )
    return {entity for row in rows for entity in row}


def _all(connection: Connection, kind: str) -> set[str]:
    return set(connection.execute(select(Member.entity).where(Member.kind == kind).distinct()).scalars())


def _members(connection: Connection, kind: str, entities: Collection[str]) -> dict[str, set[str]]:
    rows = connection.execute(
        select(Member.entity, Member.item).where(Member.kind == kind, among(connection, Member.entity, entities))
    )
    found: dict[str, set[str]] = {}
    for entity, item in rows:
        found.setdefault(entity, set()).add(item)
    return found


def _entities(connection: Connection, kind: str, items: Collection[str]) -> dict[str, str]:
    rows = connection.execute(
        select(Member.item, Member.entity).where(Member.kind == kind, among(connection, Member.item, items))
    )
    return dict(rows.all())


def _items(members: Mapping[str, Collection[str]]) -> set[str]:
    return {item for items in members.values() for item in items}

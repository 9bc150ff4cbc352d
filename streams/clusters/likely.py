"""Which entity an item would be part of if people confirmed every pair that stands open to them.

The entities as they stand are the start, so nothing is parted: the open pairs between them tie, and what people or a
rule said is never, stays so. Components of entities are gone through a few at a time; only their ids are held at once.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters import pairs
from streams.clusters.agglomerate import Pair, agglomerate
from streams.clusters.entities import entity_of
from streams.clusters.kinds import Kind
from streams.clusters.sets import among, micros

AT_A_TIME = 2_000  # entities read together


def likely(connection: Connection, kind: Kind[Any]) -> dict[str, str]:
    """The entity of each item that would be part of another than it is part of now."""
    found: dict[str, str] = {}
    for entities in _batches(_components(connection, kind.name)):
        found |= _confirmed(connection, kind, _members(connection, kind.name, entities))
    return found


def _components(connection: Connection, kind: str) -> Iterator[list[str]]:
    """The sets of entities that open pairs tie, each of two or more."""
    leader: dict[str, str] = {}

    def lead(entity: str) -> str:
        while (above := leader.setdefault(entity, entity)) != entity:
            leader[entity] = leader[above]
            entity = above
        return entity

    for one, other in _open_between(connection, kind):
        first, second = sorted((lead(one), lead(other)))
        leader[second] = first
    for _, tied in groupby(sorted(leader, key=lambda entity: (lead(entity), entity)), key=lead):
        yield list(tied)


def _open_between(connection: Connection, kind: str) -> Iterator[tuple[str, str]]:
    one, other = aliased(Member), aliased(Member)
    query = (
        select(one.entity, other.entity)
        .select_from(Judgement)
        .join(one, (one.kind == kind) & (one.item == Judgement.a))
        .join(other, (other.kind == kind) & (other.item == Judgement.b))
        .where(
            Judgement.kind == kind,
            Judgement.judge == pairs.PIPELINE,
            Judgement.verdict.in_(("same", "review")),
            one.entity != other.entity,
        )
    )
    rows = connection.execute(query, execution_options={"yield_per": 10_000})
    return ((first, second) for first, second in rows)


def _batches(components: Iterator[list[str]]) -> Iterator[list[str]]:
    batch: list[str] = []
    for component in components:
        batch += component
        if len(batch) >= AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _members(connection: Connection, kind: str, entities: Collection[str]) -> dict[str, dict[str, int]]:
    """The items of each entity with their times."""
    found: dict[str, dict[str, int]] = {entity: {} for entity in entities}
    rows = connection.execute(
        select(Member.entity, Member.item, micros(Member.at)).where(
            Member.kind == kind, among(connection, Member.entity, entities)
        )
    )
    for entity, item, at in rows:
        found[entity][item] = at
    return found


def _confirmed(connection: Connection, kind: Kind[Any], members: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """What ``members`` would come to; those that stay where they are left out."""
    at = {item: moment for items in members.values() for item, moment in items.items()}
    now = {item: entity for entity, items in members.items() for item in items}
    contents = kind.load(connection, at)
    standing = [Pair(a=min(items), b=item, bits=0.0, verdict="told") for items in members.values() for item in items]
    between = [
        replace(pair, verdict="same") if pair.open else pair
        for pair in pairs.around(connection, kind.name, at)
        if now.get(pair.a) and now.get(pair.b) and now[pair.a] != now[pair.b]
    ]
    clusters = agglomerate(
        at,
        [*(pair for pair in standing if pair.a != pair.b), *between],
        kind.bars.review,
        lambda a, b: a in contents and b in contents and kind.never(contents[a], contents[b]),
        kind.between(contents),
    )
    would = {item: entity_of(kind.name, cluster, at) for cluster in clusters for item in cluster}
    return {item: entity for item, entity in would.items() if entity != now[item]}

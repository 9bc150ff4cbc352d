"""Which entity an item would be part of if people confirmed every open pair that is at least as likely as not.

The entities as they stand are the start, so nothing is parted: the open pairs between them tie, and what people or a
rule said is never, stays so; of two rivals people would confirm the likelier alone. Components of entities are gone
through a few at a time; only their ids are held at once.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from math import inf, log2
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters import pairs
from streams.clusters.agglomerate import Pair, agglomerate
from streams.clusters.entities import entity_of
from streams.clusters.kinds import Kind
from streams.clusters.rivals import by_item, likeliest
from streams.clusters.sets import among, micros

AT_A_TIME = 2_000  # entities read together
_SURE = 60.0  # bits beyond which a likelihood is as good as nothing


def likely(connection: Connection, kind: Kind[Any]) -> dict[str, str]:
    """The entity of each item that would be part of another than it is part of now."""
    found: dict[str, str] = {}
    bar = _as_likely_as_not(connection, kind)
    for entities in _batches(_components(connection, kind.name)):
        found |= _confirmed(connection, kind, _members(connection, kind.name, entities), bar)
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
    return ((first, second) for first, second, _ in _open(connection, kind))


def _bits_between(connection: Connection, kind: str) -> Iterator[float]:
    return (bits for _, _, bits in _open(connection, kind))


def _open(connection: Connection, kind: str) -> Iterator[Any]:
    """The open pairs between two entities: theirs, and the bits."""
    one, other = aliased(Member), aliased(Member)
    query = (
        select(one.entity, other.entity, Judgement.bits)
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
    return iter(connection.execute(query, execution_options={"yield_per": 10_000}))


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


def _as_likely_as_not(connection: Connection, kind: Kind[Any]) -> float:
    """The bits that outweigh how few of all pairs here are one entity's: the more items, the more strangers.

    Weights learnt from this store tell how many of those in doubt are one's too. The shipped do not: they would find
    2,300 such pairs where there are 1,000.
    """
    of_entity = (
        select(func.count().label("n"))
        .where(Member.kind == kind.name, Member.state != "unlinkable")
        .group_by(Member.entity)
        .subquery()
    )
    items, twice = connection.execute(
        select(func.sum(of_entity.c.n), func.sum(of_entity.c.n * (of_entity.c.n - 1)))
    ).one()
    if not items or items < 2 or not kind.bars.prior:
        return max(kind.bars.review, kind.bars.even)
    found = _outweighing(kind, int(items), int(twice) / 2)
    if kind.bars.learnt:
        in_doubt = sum(1 / (1 + 2 ** min(_SURE, found - bits)) for bits in _bits_between(connection, kind.name))
        found = _outweighing(kind, int(items), int(twice) / 2 + in_doubt)
    return found


def _outweighing(kind: Kind[Any], items: int, expected: float) -> float:
    """The bits that outweigh how few pairs of so many items are expected to be one entity's."""
    prior = log2(items * (items - 1) / 2 / (expected + 1))
    return max(kind.bars.review, kind.bars.even + prior - kind.bars.prior)


def _confirmed(
    connection: Connection, kind: Kind[Any], members: Mapping[str, Mapping[str, int]], bar: float
) -> dict[str, str]:
    """What ``members`` would come to; those that stay where they are left out."""
    at = {item: moment for items in members.values() for item, moment in items.items()}
    now = {item: entity for entity, items in members.items() for item in items}
    contents = kind.load(connection, at)
    # before all else: what people said between two entities must not take apart what stands
    standing = [Pair(a=min(items), b=item, bits=inf, verdict="told") for items in members.values() for item in items]
    around = pairs.around(connection, kind.name, at)
    near = by_item(around)
    between = [
        pair._replace(verdict="same" if likeliest(pair, near, kind.rivals) else "review") if pair.open else pair
        for pair in around
        if now.get(pair.a) and now.get(pair.b) and now[pair.a] != now[pair.b]
    ]
    clusters = agglomerate(
        at,
        [*(pair for pair in standing if pair.a != pair.b), *between],
        bar,
        lambda a, b: a in contents and b in contents and kind.never(contents[a], contents[b]),
        kind.between(contents),
    )
    would = {item: entity_of(kind.name, cluster, at) for cluster in clusters for item in cluster}
    return {item: entity for item, entity in would.items() if entity != now[item]}

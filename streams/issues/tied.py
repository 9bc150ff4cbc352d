"""What hangs together: entities with a pair between them that could make one of two, or keep two of others apart."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from math import inf

from sqlalchemy import BindParameter, Connection, Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters.sets import among_those, those

Together = Mapping[str, frozenset[str]]


def together(connection: Connection, kind: str, entities: Collection[str], rivalry: float = inf) -> Together:
    """Each of ``entities`` that hangs together with others, and each of those, with all of them.

    A report one may not know may have kept two of them apart: without it they are clustered together. ``rivalry``: the
    bits from which a doubtful pair can do so.
    """
    meets: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    frontier = set(entities)
    while frontier:
        seen |= frontier
        for one, other in _meeting(connection, kind, frontier, rivalry):
            meets[one].add(other)
            meets[other].add(one)
        frontier = meets.keys() - seen
    return _components(meets)


def _meeting(connection: Connection, kind: str, entities: Collection[str], rivalry: float) -> set[tuple[str, str]]:
    dialect = connection.dialect.name
    values = {"kind": kind, "entities": those(dialect, entities)} | ({"rivalry": rivalry} if rivalry < inf else {})
    queries = _meets(dialect, rivals=rivalry < inf)
    return {(one, other) for query in queries for one, other in connection.execute(query, values)}


@lru_cache  # one for every frontier of every batch: to make it took as long as to ask it
def _meets(dialect: str, *, rivals: bool) -> tuple[Select[str, str], ...]:
    mine, theirs = aliased(Member), aliased(Member)
    doubtful = and_(Judgement.verdict == "review", Judgement.bits >= bindparam("rivalry"))
    counts = or_(Judgement.verdict == "same", doubtful) if rivals else Judgement.verdict == "same"
    kind: BindParameter[str] = bindparam("kind", type_=String)
    return tuple(
        select(mine.entity, theirs.entity)
        .join(Judgement, and_(Judgement.kind == kind, here == mine.item, counts))
        .join(theirs, and_(theirs.kind == kind, theirs.item == there))
        .where(
            mine.kind == kind,
            among_those(dialect, mine.entity, "entities"),
            theirs.entity != mine.entity,
            Judgement.undone.is_(False),
        )
        .distinct()
        for here, there in ((Judgement.a, Judgement.b), (Judgement.b, Judgement.a))
    )


def _components(meets: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for start in meets:
        if start in found:
            continue
        component, ahead = {start}, [start]
        while ahead:
            fresh = set(meets[ahead.pop()]) - component
            component |= fresh
            ahead += fresh
        found |= dict.fromkeys(component, frozenset(component))
    return found

"""What hangs together: entities with a pair between them that could make one of two, whoever kept them apart."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters.sets import among

Together = Mapping[str, frozenset[str]]


def together(connection: Connection, kind: str, entities: Collection[str]) -> Together:
    """Each of ``entities`` that hangs together with others, and each of those, with all of them.

    A report one may not know may have kept two of them apart: without it they are clustered together.
    """
    meets: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    frontier = set(entities)
    while frontier:
        seen |= frontier
        for one, other in _meeting(connection, kind, frontier):
            meets[one].add(other)
            meets[other].add(one)
        frontier = meets.keys() - seen
    return _components(meets)


def _meeting(connection: Connection, kind: str, entities: Collection[str]) -> set[tuple[str, str]]:
    mine, theirs = aliased(Member), aliased(Member)
    found: set[tuple[str, str]] = set()
    for here, there in ((Judgement.a, Judgement.b), (Judgement.b, Judgement.a)):
        rows = connection.execute(
            select(mine.entity, theirs.entity)
            .join(Judgement, and_(Judgement.kind == kind, here == mine.item, Judgement.verdict == "same"))
            .join(theirs, and_(theirs.kind == kind, theirs.item == there))
            .where(
                mine.kind == kind,
                among(connection, mine.entity, entities),
                theirs.entity != mine.entity,
                Judgement.undone.is_(False),
            )
            .distinct()
        )
        found.update((one, other) for one, other in rows)
    return found


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

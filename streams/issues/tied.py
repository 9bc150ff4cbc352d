"""What hangs together: entities with a pair between them that could make one of two, or keep two of others apart."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from math import inf
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, String, and_, bindparam, or_, select, union
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.statements import AnyOf, Statement

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
    rivals = rivalry < inf
    values = {"kind": kind, "entities": entities} | ({"rivalry": rivalry} if rivals else {})
    return {(one, other) for one, other in _MEETS[rivals](connection, **values)}


def _meets(any_of: AnyOf, here: Any, there: Any, *, rivals: bool) -> Select[str, str]:
    mine, theirs = aliased(Member), aliased(Member)
    doubtful = and_(Judgement.verdict == "review", Judgement.bits >= bindparam("rivalry"))
    counts = or_(Judgement.verdict == "same", doubtful) if rivals else Judgement.verdict == "same"
    kind: BindParameter[str] = bindparam("kind", type_=String)
    return (
        select(mine.entity.label("one"), theirs.entity.label("other"))
        .join(Judgement, and_(Judgement.kind == kind, here == mine.item, counts))
        .join(theirs, and_(theirs.kind == kind, theirs.item == there))
        .where(
            mine.kind == kind,
            any_of(mine.entity, "entities"),
            theirs.entity != mine.entity,
            Judgement.undone.is_(False),
        )
    )


def _by_either_end(*, rivals: bool) -> Statement:
    ends = ((Judgement.a, Judgement.b), (Judgement.b, Judgement.a))
    return Statement(lambda any_of: union(*(_meets(any_of, *some, rivals=rivals) for some in ends)))


_MEETS = {rivals: _by_either_end(rivals=rivals) for rivals in (False, True)}


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

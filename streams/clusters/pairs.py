"""The pairs kept in the store: what the pipeline said of them, and what people said, which outlives it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, literal, select, union_all

from schemas.tables import Judgement, from_micros
from streams.clusters.agglomerate import Pair
from streams.clusters.kinds import Kind, Verdict, Verdicts
from streams.clusters.sets import micros
from streams.statements import AnyOf, Statement
from streams.store import add

PIPELINE = "pipeline"
_PEOPLES = {"same": "told", "never": "barred", "apart": "barred"}  # "unsure" and the like leave the pair as it is
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Items that stood in a pair with one forgotten: as the same, or at all."""

    same: frozenset[str]
    all: frozenset[str]


def forget(connection: Connection, kind: str, items: Collection[str]) -> Parted:
    """Take away what the pipeline said of ``items``; whom they stood in a pair with."""
    if not items:
        return Parted(same=frozenset(), all=frozenset())
    neighbours: set[tuple[str, str]] = set()
    for met, forget_them in (_MET_AT_A, _MET_AT_B):
        found = met(connection, kind=kind, items=items)
        neighbours.update((item, verdict) for item, verdict in found if item not in items)
        forget_them(connection, kind=kind, items=items)
    return Parted(
        same=frozenset(item for item, verdict in neighbours if verdict == "same"),
        all=frozenset(item for item, _ in neighbours),
    )


def _met_at(one: Any, other: Any) -> tuple[Statement, Statement]:
    """Whom items at one end of their pairs met at the other, and to take away what the pipeline said of it."""

    def theirs(any_of: AnyOf) -> tuple[ColumnElement[bool], ...]:
        return (Judgement.kind == bindparam("kind"), any_of(one, "items"))

    return (
        Statement(lambda any_of: select(other, Judgement.verdict).where(*theirs(any_of))),
        Statement(lambda any_of: delete(Judgement).where(*theirs(any_of), Judgement.judge == PIPELINE)),
    )


_MET_AT_A, _MET_AT_B = _met_at(Judgement.a, Judgement.b), _met_at(Judgement.b, Judgement.a)


def judge(
    kind: Kind[T], pairs: Iterable[tuple[str, str]], contents: Mapping[str, T]
) -> dict[tuple[str, str], tuple[str, Verdict]]:
    """The pairs worth keeping, each with its word and what the rules say of it."""
    found: Verdicts = {(a, b): said for a, b in pairs if (said := kind.judge(contents[a], contents[b])) is not None}
    if kind.ask is not None and found:
        found = kind.ask(found)
    return {pair: (word, said) for pair, said in found.items() if (word := kind.verdict(said))}


def keep(
    connection: Connection, kind: Kind[Any], kept: Mapping[tuple[str, str], tuple[str, Verdict]], at: Mapping[str, int]
) -> None:
    """Write the pairs down with their evidence; a pair's time is that of its later item."""
    add(
        connection,
        Judgement,
        (
            {
                "kind": kind.name,
                "a": a,
                "b": b,
                "judge": PIPELINE,
                "verdict": word,
                "bits": round(said.bits, 2),
                "evidence": [{"name": e.name, "bits": round(e.bits, 2), "says": e.says} for e in said.evidence],
                "rule": said.rule or kind.rule,
                "at": from_micros(max(at[a], at[b])),
                "why": None,
                "undone": False,
                "needs": said.needs,
                "circle": said.asked and said.asked.circle,
                "counts": said.asked and said.asked.counts,
            }
            for (a, b), (word, said) in kept.items()
        ),
    )


def around(connection: Connection, kind: str, items: Collection[str]) -> list[Pair]:
    """Every pair that one of ``items`` stands in: people's newest judgement goes before the pipeline's."""
    wanted = frozenset(items)
    rows: dict[tuple[str, str], list[tuple[int, str, str, float]]] = {}
    for end, a, b, at, judge_, verdict, bits in _SAID(connection, kind=kind, items=wanted).all():
        if end == "b" and a in wanted:  # read by its other end
            continue
        rows.setdefault((a, b), []).append((at, judge_, verdict, bits or 0.0))
    return [_decided(a, b, said) for (a, b), said in rows.items()]


def _said_at(name: str, end: Any, any_of: AnyOf) -> Select[*tuple[Any, ...]]:
    """What was said of the pairs with one of some items at one end."""
    columns = (Judgement.a, Judgement.b, micros(Judgement.at), Judgement.judge, Judgement.verdict, Judgement.bits)
    return select(literal(name).label("end"), *columns).where(
        Judgement.kind == bindparam("kind"), any_of(end, "items"), Judgement.undone.is_(False)
    )


_SAID = Statement(lambda any_of: union_all(_said_at("a", Judgement.a, any_of), _said_at("b", Judgement.b, any_of)))


def _decided(a: str, b: str, said: Sequence[tuple[int, str, str, float]]) -> Pair:
    if len(said) == 1 and said[0][1] == PIPELINE:  # people have spoken of few
        return Pair(a, b, said[0][3], said[0][2])
    bits = next((bits for _, judge_, _, bits in said if judge_ == PIPELINE), 0.0)
    peoples = [(at, judge_, verdict) for at, judge_, verdict, _ in said if judge_ != PIPELINE and verdict in _PEOPLES]
    if peoples:
        return Pair(a=a, b=b, bits=bits, verdict=_PEOPLES[max(peoples)[2]])
    pipeline = [verdict for _, judge_, verdict, _ in said if judge_ == PIPELINE]
    return Pair(a=a, b=b, bits=bits, verdict=pipeline[0] if pipeline else "none")

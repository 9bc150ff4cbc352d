"""The pairs kept in the store: what the pipeline said of them, and what people said, which outlives it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, String, bindparam, delete, select

from schemas.tables import Judgement, from_micros
from streams.clusters.agglomerate import Pair
from streams.clusters.kinds import Kind, Verdict, Verdicts
from streams.clusters.sets import among, among_those, micros, those
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
    for one, other in ((Judgement.a, Judgement.b), (Judgement.b, Judgement.a)):
        theirs = (Judgement.kind == kind, among(connection, one, items))
        found = connection.execute(select(other, Judgement.verdict).where(*theirs))
        neighbours.update((item, verdict) for item, verdict in found if item not in items)
        connection.execute(delete(Judgement).where(*theirs, Judgement.judge == PIPELINE))
    return Parted(
        same=frozenset(item for item, verdict in neighbours if verdict == "same"),
        all=frozenset(item for item, _ in neighbours),
    )


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
    wanted, dialect = frozenset(items), connection.dialect.name
    rows: dict[tuple[str, str], list[tuple[int, str, str, float]]] = {}
    values = {"kind": kind, "items": those(dialect, wanted)}
    for end in ("a", "b"):
        for a, b, at, judge_, verdict, bits in connection.execute(_said(dialect, end), values).all():
            if end == "b" and a in wanted:  # read by its other end
                continue
            rows.setdefault((a, b), []).append((at, judge_, verdict, bits or 0.0))
    return [_decided(a, b, said) for (a, b), said in rows.items()]


@lru_cache
def _said(dialect: str, end: str) -> Select[str, str, int, str, str, float | None]:
    """What was said of the pairs with one of some items at one end."""
    return select(
        Judgement.a, Judgement.b, micros(Judgement.at), Judgement.judge, Judgement.verdict, Judgement.bits
    ).where(
        Judgement.kind == bindparam("kind", type_=String),
        among_those(dialect, Judgement.__table__.c[end], "items"),
        Judgement.undone.is_(False),
    )


def _decided(a: str, b: str, said: Sequence[tuple[int, str, str, float]]) -> Pair:
    if len(said) == 1 and said[0][1] == PIPELINE:  # people have spoken of few
        return Pair(a, b, said[0][3], said[0][2])
    bits = next((bits for _, judge_, _, bits in said if judge_ == PIPELINE), 0.0)
    peoples = [(at, judge_, verdict) for at, judge_, verdict, _ in said if judge_ != PIPELINE and verdict in _PEOPLES]
    if peoples:
        return Pair(a=a, b=b, bits=bits, verdict=_PEOPLES[max(peoples)[2]])
    pipeline = [verdict for _, judge_, verdict, _ in said if judge_ == PIPELINE]
    return Pair(a=a, b=b, bits=bits, verdict=pipeline[0] if pipeline else "none")

"""What stands open for people: pairs of two entities that the rules leave in doubt, the strongest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from schemas.tables import Judgement, Member
from streams.clusters.decision_log import AGAIN, decisions, waiting_again
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPair:
    """Two items of different entities, with what the rules say of them.

    ``again``: people spoke of it before a report was amended to speak of someone else.
    """

    a: str
    b: str
    bits: float
    evidence: tuple[Mapping[str, Any], ...]
    again: bool = False


def open_pairs(
    connection: Connection, kind: str, judge: str, most: int, skipped: Collection[tuple[str, str]] = ()
) -> list[OpenPair]:
    """The first pairs for ``judge`` to look at: one of any two entities, and none that people have spoken of.

    What was said of one pair of two entities holds for all: they are asked about once, until they change.
    """
    answered = _answered(connection, kind, judge)
    again = waiting_again(connection, kind)
    found: list[OpenPair] = []
    one, other = aliased(Member), aliased(Member)
    query = (
        select(Judgement.a, Judgement.b, Judgement.bits, Judgement.evidence, one.entity, other.entity)
        .join(one, (one.kind == kind) & (one.item == Judgement.a))
        .join(other, (other.kind == kind) & (other.item == Judgement.b))
        .where(Judgement.kind == kind, Judgement.undone.is_(False), one.entity != other.entity)
    )
    first_again = query.where(among(connection, Judgement.a, {a for a, _ in again}), Judgement.verdict == AGAIN)
    open_now = query.where(Judgement.judge == PIPELINE, Judgement.verdict.in_(("review", "same")))
    for asked in (first_again, open_now.order_by(Judgement.bits.desc(), Judgement.a, Judgement.b)):
        with connection.execute(asked, execution_options={"yield_per": 500}) as rows:
            for a, b, bits, evidence, first, second in rows:
                if len(found) >= most:
                    break
                between = frozenset((first, second))
                if between not in answered and (a, b) not in skipped:
                    answered.add(between)
                    claims = () if asked is first_again else tuple(evidence)
                    found.append(OpenPair(a=a, b=b, bits=bits or 0.0, evidence=claims, again=(a, b) in again))
    return found


def _answered(connection: Connection, kind: str, judge: str) -> set[frozenset[str]]:
    """The pairs of entities between which people said something, or ``judge`` was unsure."""
    one, other = aliased(Member), aliased(Member)
    rows = connection.execute(
        select(one.entity, other.entity, Judgement.judge, Judgement.verdict)
        .select_from(Judgement)
        .join(one, (one.kind == kind) & (one.item == Judgement.a))
        .join(other, (other.kind == kind) & (other.item == Judgement.b))
        .where(
            Judgement.kind == kind,
            # the log is short beside the pairs, and its index leads to those that people spoke of
            among(connection, Judgement.a, {entry.a for entry in decisions(connection, kind)}),
            Judgement.judge != PIPELINE,
            Judgement.undone.is_(False),
        )
    )
    said = ("same", "never")
    return {
        frozenset((a, b)) for a, b, who, verdict in rows if verdict in said or (verdict == "unsure" and who == judge)
    }

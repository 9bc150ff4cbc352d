"""The log of what people decided of two items: every entry for good, so that the last can be taken back.

It is the audit log's acts of combination. An entry names items and report versions, never what they say of a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select

from schemas.identity import identity
from schemas.tables import Audit, Judgement
from streams.clusters.sets import among
from streams.keeping.log import DECISIONS, PEOPLE, log, words_of

COMBINATION = "combination"  # the act of the audit log
OF_PEOPLE = (Audit.act == COMBINATION, Audit.chain.in_(DECISIONS))  # and not what the pipeline linked
AGAIN = "again"  # the verdict of a row that was in force, and is to be looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry: what ``judge`` said of two items, or (``verdict`` None) that they took back what ``of`` had said.

    ``before`` and ``after`` are what people's word on the pair came to. ``versions`` are the report versions that were
    decided about, by item. ``undone``: a later entry took it back.
    """

    at: datetime
    judge: str
    kind: str
    a: str
    b: str
    verdict: str | None
    why: str
    before: str | None = None
    after: str | None = None
    of: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    undone: bool = False


def decisions(connection: Connection, kind: str | None = None, pair: tuple[str, str] | None = None) -> list[Decision]:
    """Every entry in the order they were made; of one kind, or of one pair, if asked."""
    query = select(Audit.at, Audit.actor, Audit.detail, Audit.why).where(*OF_PEOPLE).order_by(Audit.seq)
    if kind and pair:
        query = query.where(Audit.subject == _subject(kind, *pair))
    rows = connection.execute(query).all()
    why = words_of(connection, [row.why for row in rows])
    found = [Decision(at=row.at, judge=row.actor, why=why.get(row.why or "", ""), **row.detail) for row in rows]
    return [entry for entry in _with_undone(found) if kind in (None, entry.kind)]


def standing(connection: Connection, kind: str, a: str, b: str) -> list[Decision]:
    """The decisions on a pair that were not taken back, in the order they were made."""
    return [entry for entry in decisions(connection, kind, (a, b)) if entry.verdict and not entry.undone]


def waiting_again(connection: Connection, kind: str) -> set[tuple[str, str]]:
    """The pairs that are to be looked at again: a report was amended since, and speaks of someone else."""
    # the log is short beside the pairs, and leads to those that people spoke of
    spoken_of = among(connection, Judgement.a, {entry.a for entry in decisions(connection, kind)})
    query = select(Judgement.a, Judgement.b).where(Judgement.kind == kind, spoken_of, Judgement.undone.is_(False))
    return {(a, b) for a, b in connection.execute(query.where(Judgement.verdict == AGAIN))}


def in_force(stands: Sequence[Decision]) -> str | None:
    """The verdict that counts: of the last of each judge, the last that is not "unsure"."""
    last = {decision.judge: decision for decision in stands}
    told = [one.verdict for one in stands if last[one.judge] is one and one.verdict != "unsure"]
    return told[-1] if told else None


def write(connection: Connection, made: Decision) -> None:
    """Put an entry at the end of the log."""
    named = ("kind", "a", "b", "verdict", "before", "after", "of")
    detail = {name: getattr(made, name) for name in named} | {"versions": dict(made.versions)}
    subject = _subject(made.kind, made.a, made.b)
    said = {"at": made.at, "actor": made.judge, "act": COMBINATION, "subject": subject, "detail": detail}
    log(connection, PEOPLE, [said | {"why": made.why}])


def _subject(kind: str, a: str, b: str) -> str:
    # Two names of reports can be longer than the column; the entry itself names both.
    return f"{kind}-pair:{identity('pair', kind, a, b)}"


def _with_undone(entries: Iterable[Decision]) -> list[Decision]:
    """Mark what was taken back: each taking back is of the last decision on its pair that still stood."""
    told: list[Decision] = []
    stacks: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        told.append(entry)
        stack = stacks.setdefault(_subject(entry.kind, entry.a, entry.b), [])
        if entry.verdict:
            stack.append(place)
        elif stack:
            undone = stack.pop()
            told[undone] = replace(told[undone], undone=True)
    return told

"""What people say of two items: it goes before the rules, outlives every replay and amendment, and can be taken back.

A judgement names two items by id: whatever else comes or is amended, it holds. An item whose report was retracted takes
no part, and its judgements rest with it; they hold again when the report comes back. Taking back the last decision on a
pair lets the one before it stand again, and the clusters follow from what stands: they come back exactly.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from schemas.tables import Judgement, Member, Mention, Report
from streams.clusters.decision_log import Decision, in_force, standing, write
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.stage import leave_for
from streams.store import only_one, put

VERDICTS = ("same", "never", "unsure")
STAGE_OF = {"person": "matching", "incident": "dedupe"}
_LONGEST_NAME = 80  # characters the store takes


class Refused(ValueError):
    """A decision that cannot be taken, in a sentence."""


def decide(
    connection: Connection, kind: str, a: str, b: str, verdict: str, judge: str, why: str, at: datetime
) -> Decision:
    """Write down what ``judge`` says of two items, and leave their reports for the stage that acts on it."""
    if verdict not in VERDICTS:
        raise Refused(f"{verdict!r} is no verdict; there are: {', '.join(VERDICTS)}")
    only_one(connection, "decisions")
    made = _entry(kind, a, b, verdict, judge, why, at)
    refs = refs_of(connection, kind, (a, b))
    _can_be_one(connection, made, refs)
    stands = standing(connection, kind, made.a, made.b)
    if stands:  # clocks of two machines differ, and the later decision counts
        made = replace(made, at=max(at, stands[-1].at + timedelta(microseconds=1)))
    made = replace(made, versions=_versions(connection, refs))
    return _carry_out(connection, made, stands, [*stands, made])


def undo(connection: Connection, kind: str, a: str, b: str, judge: str, why: str, at: datetime) -> Decision:
    """Take back the last decision on two items that still stands, whoever made it; what stood before stands again."""
    only_one(connection, "decisions")
    taken = _entry(kind, a, b, None, judge, why, at)
    stands = standing(connection, kind, taken.a, taken.b)
    if not stands:
        raise Refused("nobody has decided on these two, or all of it was taken back")
    return _carry_out(connection, replace(taken, of=stands[-1].judge), stands, stands[:-1])


def set_apart(
    connection: Connection, kind: str, item: str, others: Collection[str], judge: str, why: str, at: datetime
) -> list[Decision]:
    """Say that ``item`` is never one with ``others``, or with any other item of its entity where none are named."""
    found = set(others) or set(companions(connection, kind, item))
    if not found - {item}:
        raise Refused("it stands alone already")
    return [decide(connection, kind, item, other, "never", judge, why, at) for other in sorted(found - {item})]


def companions(connection: Connection, kind: str, item: str) -> list[str]:
    """The other items of the entity that ``item`` belongs to."""
    entity = select(Member.entity).where(Member.kind == kind, Member.item == item).scalar_subquery()
    rows = connection.execute(
        select(Member.item).where(Member.kind == kind, Member.entity == entity, Member.item != item)
    )
    return sorted(rows.scalars())


def refs_of(connection: Connection, kind: str, items: Collection[str]) -> dict[str, str]:
    """The report of each item, of those that are there."""
    if kind == "incident":
        there = among(connection, Report.ref, items)
        return {ref: ref for ref in connection.execute(select(Report.ref).where(there)).scalars()}
    rows = connection.execute(select(Mention.id, Mention.ref).where(among(connection, Mention.id, items)))
    return dict(rows.all())


def _entry(kind: str, a: str, b: str, verdict: str | None, judge: str, why: str, at: datetime) -> Decision:
    if a == b:
        raise Refused("that is one mention twice" if kind == "person" else "that is one report twice")
    if verdict != "unsure" and not why.strip():
        raise Refused("a decision needs a reason")
    if not judge.strip() or judge == PIPELINE or len(judge) > _LONGEST_NAME:
        raise Refused(f"{judge!r} cannot be who decides")
    a, b = sorted((a, b))
    return Decision(at=at, judge=judge, kind=kind, a=a, b=b, verdict=verdict, why=why.strip())


def _can_be_one(connection: Connection, made: Decision, refs: Mapping[str, str]) -> None:
    for item in (made.a, made.b):
        if item not in refs:
            raise Refused(f"the store holds no such {made.kind}")
    states = connection.execute(
        select(Member.state).where(Member.kind == made.kind, among(connection, Member.item, refs))
    )
    if "unlinkable" in states.scalars().all():
        raise Refused("one of them holds nothing to tell a person by, and is never linked")


def _versions(connection: Connection, refs: Mapping[str, str]) -> dict[str, str]:
    """The report version that each item is of now."""
    rows = connection.execute(select(Report.ref, Report.uid).where(among(connection, Report.ref, refs.values())))
    now = dict(rows.all())
    return {item: uid for item, ref in refs.items() if (uid := now.get(ref))}


def _carry_out(
    connection: Connection, entry: Decision, before: Sequence[Decision], after: Sequence[Decision]
) -> Decision:
    """Log an entry, write what each judge says now, and leave the reports for the stage."""
    entry = replace(entry, before=in_force(before), after=in_force(after))
    write(connection, entry)
    for judge in {one.judge for one in (*before, *after)}:
        theirs = [one for one in after if one.judge == judge]
        if theirs:
            put(connection, Judgement, [_row(theirs[-1])])
        else:
            pair = (Judgement.kind == entry.kind, Judgement.a == entry.a, Judgement.b == entry.b)
            connection.execute(update(Judgement).where(*pair, Judgement.judge == judge).values(undone=True))
    leave_for(connection, STAGE_OF[entry.kind], refs_of(connection, entry.kind, (entry.a, entry.b)).values())
    return entry


def _row(said: Decision) -> dict[str, object]:
    return {
        "kind": said.kind,
        "a": said.a,
        "b": said.b,
        "judge": said.judge,
        "verdict": said.verdict,
        "bits": None,
        "evidence": [{"item": item, "version": uid} for item, uid in sorted(said.versions.items())],
        "rule": "people",
        "at": said.at,
        "why": said.why,
        "undone": False,
        "needs": None,
    }

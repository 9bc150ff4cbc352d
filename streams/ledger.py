"""The offset ledger: one transaction takes a run of one partition, or nothing.

Faust's committed offset is only a hint; ``progress.next`` is what was taken. A run below it was taken already, a run
above it has a hole before it and is not taken, and a worker that lost the partition cannot move ``next`` on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, insert, select, update

from schemas.tables import KnownTopic, LostRange, Progress, Received, Rejected
from streams.fail_points import step
from streams.outbox import owe
from streams.stage import Message
from streams.statements import Statement
from streams.store import add_new, put, reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it was read: of a topic, or a line of a file (then ``agency`` is None: the body says)."""

    source: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    taken_at: datetime
    agency: str | None


Take = Callable[[Connection, Sequence[Record]], Sequence[Message]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a run went: records taken, records seen before, and the offset to go back to when there is a hole."""

    taken: int
    seen: int
    hole: int | None = None


class StillAnotherWriting(Exception):
    """The partition moved on under this transaction: another worker has it, and this one writes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """Where a partition stands, and what of its records may be taken from there."""

    place: tuple[str, int]
    known: int | None
    run: Sequence[Record]
    seen: int
    hole: int | None


def take_run(engine: Engine, records: Sequence[Record], take: Take) -> Taken:
    """Take what ``next`` allows of a run of one partition, in offset order, with all that follows from it."""
    return take_runs(engine, lambda: [records], take)[0]


def take_runs(engine: Engine, runs: Callable[[], Sequence[Sequence[Record]]], take: Take) -> list[Taken]:
    """Take runs of several partitions, each as ``take_run`` does, in one transaction: all of them or none.

    ``runs()`` is asked when the turn to write has come: whatever came while it was waited for may be among them.
    """
    with writing(engine, hurry=True) as connection:
        begun = [_begin(connection, run) for run in runs()]
        records = [record for one in begun for record in one.run]
        if records:
            step("transaction.begun")
            messages = take(connection, records)
            step("transaction.taken")
            owe(connection, messages)
            step("transaction.owed")
            for one in begun:
                _move_on(connection, one)
            step("transaction.moved")
    if records:
        step("transaction.committed")
    return [Taken(taken=len(one.run), seen=one.seen, hole=one.hole) for one in begun]


def _begin(connection: Connection, records: Sequence[Record]) -> _Begun:
    topic, partition = records[0].source, records[0].partition
    known = _NEXT(connection, of=topic, at=partition).scalar_one_or_none()
    first = known or 0
    run, seen = _unbroken(records, first)
    hole = first + len(run) if len(run) + seen < len(records) else None
    return _Begun(place=(topic, partition), known=known, run=run, seen=seen, hole=hole)


_HERE = (Progress.topic == bindparam("of"), Progress.partition == bindparam("at"))
_MOVE = update(Progress).where(*_HERE, Progress.next == bindparam("first")).values(next=bindparam("to"))
_NEXT = Statement(lambda _: select(Progress.next).where(*_HERE))


def _unbroken(records: Sequence[Record], first: int) -> tuple[list[Record], int]:
    run: list[Record] = []
    seen = 0
    for record in records:
        if record.offset < first + len(run):
            seen += 1
        elif record.offset == first + len(run):
            run.append(record)
        else:
            break
    return run, seen


def _move_on(connection: Connection, begun: _Begun) -> None:
    if not begun.run:
        return
    topic, partition = begun.place
    first = begun.known or 0
    if begun.known is None:
        add_new(connection, Progress, [{"topic": topic, "partition": partition, "next": 0}])
    moved = connection.execute(_MOVE, {"of": topic, "at": partition, "first": first, "to": first + len(begun.run)})
    if moved.rowcount != 1:
        raise StillAnotherWriting(f"{topic}/{partition} is no longer at {first}")


def positions(engine: Engine) -> Mapping[tuple[str, int], int]:
    """The next offset to take of every partition there is a record of."""
    with reading(engine) as connection:
        rows = connection.execute(select(Progress.topic, Progress.partition, Progress.next))
        return {(row.topic, row.partition): row.next for row in rows}


def record_lost(engine: Engine, topic: str, partition: int, earliest: int) -> int | None:
    """Record that the broker deleted offsets before ``earliest`` unread, and go on from there; None if it did not."""
    with writing(engine) as connection:
        here = (Progress.topic == topic, Progress.partition == partition)
        known = connection.execute(select(Progress.next).where(*here)).scalar_one_or_none()
        first = known or 0
        if first >= earliest:
            return None
        add_new(
            connection,
            LostRange,
            [{"topic": topic, "partition": partition, "first": first, "last": earliest - 1}],
        )
        if known is None:
            connection.execute(insert(Progress).values(topic=topic, partition=partition, next=earliest))
        else:
            connection.execute(update(Progress).where(*here, Progress.next == known).values(next=earliest))
    return first


def know_topics(engine: Engine, ids: Mapping[str, str]) -> list[str]:
    """Start anew the ledger of each topic that is no longer the one it counted; which they are.

    ``ids``: the broker's id of each topic. Offsets of a topic that was deleted and made anew mean other records: what
    was taken of the old one keeps its place under another name. Reading a report again changes nothing.
    """
    with writing(engine) as connection:
        known = {row.topic: row.id for row in connection.execute(select(KnownTopic.topic, KnownTopic.id))}
        anew = sorted(topic for topic, now in ids.items() if known.get(topic, now) != now)
        for topic in anew:
            connection.execute(delete(Progress).where(Progress.topic == topic))
            _put_aside(connection, f"{topic}@{known[topic]}", (Received.source == topic,), (Rejected.source == topic,))
            # what the old one lost is no part of what the new one counts
            connection.execute(delete(LostRange).where(LostRange.topic == topic))
        put(connection, KnownTopic, [{"topic": topic, "id": now} for topic, now in sorted(ids.items())])
    return anew


def log_was_cut(engine: Engine, topic: str, partition: int, end: int) -> int | None:
    """Go back to ``end`` where the broker's log ends before the ledger, as after a power cut; where it stood, if so.

    What was taken from behind ``end`` stays taken. Without this, the records that now get those offsets were skipped.
    """
    with writing(engine) as connection:
        here = (Progress.topic == topic, Progress.partition == partition)
        known = connection.execute(select(Progress.next).where(*here)).scalar_one_or_none()
        if known is None or known <= end:
            return None
        _put_aside(
            connection,
            f"{topic}@cut-at-{end}-of-{known}",
            (Received.source == topic, Received.partition == partition, Received.offset >= end),
            (Rejected.source == topic, Rejected.partition == partition, Rejected.offset >= end),
        )
        connection.execute(update(Progress).where(*here, Progress.next == known).values(next=end))
    return int(known)


def _put_aside(
    connection: Connection, name: str, received: Sequence[ColumnElement[bool]], rejected: Sequence[ColumnElement[bool]]
) -> None:
    connection.execute(update(Received).where(*received).values(source=name))
    connection.execute(update(Rejected).where(*rejected).values(source=name))

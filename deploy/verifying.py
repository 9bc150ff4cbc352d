"""The auditor: reads every inbound topic itself, without Faust, and holds each record against the store.

For every partition: sent = accepted + superseded + retracted + seen + rejected + erased + waiting + missing. It joins
no group and commits nothing, so it may run at any time beside the workers.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError
from sqlalchemy import Engine

from consumers.broker import NO_LOGIN, BrokerAway, Login, look_up, trouble_of
from deploy.broker.records import reader, record_of
from schemas.agencies import Partnership
from schemas.topics import INBOUND
from streams.carry_on import carry_on
from streams.intake.counted import counted
from streams.intake.held import MISSING, NO_TRACE, WAITING, Found, find
from streams.intake.once_more import take_once_more
from streams.intake.versions import Became
from streams.keeping.periods import periods
from streams.ledger import Record
from streams.store import reading

# A broker that sends nothing for so long, of what it says it has, is away.
PATIENCE_MS = 30_000
KEY_SHOWN = 128  # an id is no longer; what stands in its place may be

Said = Callable[[int], None]
Seen = Callable[[list[Found]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A record that is not in the store; its key alone says which report it may be, and nothing says more."""

    topic: str
    partition: int
    offset: int
    key: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of the records that stand on a partition, from ``first`` up to and without ``end``.

    ``untold``: of all it ever held, how many more the store counts neither as taken nor as lost; ``lost``: how many the
    broker deleted before they were read.
    """

    topic: str
    partition: int
    first: int
    end: int
    outcomes: Mapping[str, int]
    missing: tuple[Missing, ...] = ()
    untold: int = 0
    lost: int = 0

    @property
    def sent(self) -> int:
        """How many records stand on it."""
        return self.end - self.first

    @property
    def waiting(self) -> int:
        """How many were not taken yet."""
        return self.outcomes.get(WAITING, 0)

    @property
    def nothing_missing(self) -> bool:
        """Whether each record is in the store or waits to be taken, and none that stood there before is untold."""
        return not self.missing and not self.untold and self.sent == sum(self.outcomes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where to read: a broker, as whom, and the partnership whose topics they are."""

    bootstrap: str
    partnership: Partnership
    login: Login = field(default_factory=lambda: NO_LOGIN)


def verify(engine: Engine, source: Source, said: Said = lambda _: None) -> list[Proof]:
    """Read every inbound topic and say what became of each record; ``said`` is told how many were looked at.

    Raises ``BrokerTrouble`` where the broker is away or a topic may not be read, ``WrongKey`` where the store's key is.
    """
    read = [_read(engine, source, place, said, lambda _: None) for place in _places(source)]
    with reading(engine) as connection:
        ours = {(one.topic, one.partition): one for one in counted(connection)}
    proofs = []
    for proof in read:
        one = ours.get((proof.topic, proof.partition))
        named = sum(missing.why == NO_TRACE for missing in proof.missing)
        proofs.append(replace(proof, untold=max(0, one.missing - named), lost=one.lost) if one else proof)
    return proofs


def repair(engine: Engine, source: Source, most: int, said: Said = lambda _: None) -> int:
    """Send what is missing and still stands on its topic through intake once more; how many records.

    ``most`` keys at a time are then taken through the stages, here or by the workers that are there.
    """
    again = 0

    def mend(found: list[Found]) -> None:
        nonlocal again
        for one in found:
            if one.what == MISSING:
                again += take_once_more(engine, one.record, source.partnership, _refused_go_at())

    for place in _places(source):
        _read(engine, source, place, said, mend)
    if again:
        carry_on(engine, source.partnership, most)
    return again


def figures(proofs: Sequence[Proof]) -> dict[str, int]:
    """All partitions in one line of numbers: ``sent`` is the sum of those after it."""
    total: Counter[str] = Counter()
    for proof in proofs:
        total.update(proof.outcomes)
    names = (*(one.value for one in Became), WAITING, MISSING)
    return {"sent": sum(proof.sent for proof in proofs), **{name: total[name] for name in names}}


def _places(source: Source) -> Iterator[TopicPartition]:
    for agency in sorted(source.partnership):
        topic = INBOUND.topic(agency)
        for partition in look_up(source.bootstrap, topic, source.login).partitions:
            yield TopicPartition(topic, partition)


def _read(engine: Engine, source: Source, place: TopicPartition, said: Said, seen: Seen) -> Proof:
    """Hold one partition against the store; from the start again where its oldest records go meanwhile."""
    try:
        with closing(reader(source.bootstrap, source.login)) as consumer:
            consumer.assign([place])
            while True:
                try:
                    return _once(engine, source, consumer, place, said, seen)
                except OffsetOutOfRangeError:
                    continue
    except KafkaError as error:
        raise trouble_of(error, source.bootstrap, source.login) from None


def _once(engine: Engine, source: Source, consumer: Any, place: TopicPartition, said: Said, seen: Seen) -> Proof:
    first, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
    outcomes: Counter[str] = Counter()
    missing: list[Missing] = []
    for run in _runs(consumer, place, first, end):
        with reading(engine) as connection:
            found = find(connection, run, source.partnership, _refused_go_at())
        outcomes.update(one.what for one in found)
        missing += [_named(one) for one in found if one.what == MISSING]
        seen(found)
        said(len(run))
    return Proof(
        topic=place.topic,
        partition=place.partition,
        first=first,
        end=end,
        outcomes=dict(outcomes),
        missing=tuple(missing),
    )


def _runs(consumer: Any, place: TopicPartition, first: int, end: int) -> Iterator[list[Record]]:
    consumer.seek(place, first)
    while consumer.position(place) < end:
        polled = consumer.poll(timeout_ms=PATIENCE_MS).get(place, ())
        if not polled:
            raise BrokerAway(f"{place.topic}/{place.partition} has records and the broker does not send them")
        if run := [record_of(one) for one in polled if one.offset < end]:
            yield run


def _named(found: Found) -> Missing:
    record = found.record
    return Missing(
        topic=record.source,
        partition=record.partition,
        offset=record.offset,
        key=None if record.key is None else record.key.decode("utf-8", "replace")[:KEY_SHOWN],
        why=found.why or "",
    )


def _refused_go_at() -> datetime:
    return datetime.now(UTC) - periods().rejected

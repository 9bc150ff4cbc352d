"""Nothing raises through the wrapper, and what cannot be taken is refused by itself."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import OperationalError

from schemas.tables import Base, Outbox, Progress
from streams import agent as agent_module
from streams.agent import Taker, Waker, record_of
from streams.ledger import Record, StillAnotherWriting, positions
from streams.stage import Lane, Message
from streams.store import open_store, put, reading, writing
from streams.together import Together

TOPIC = "tocsin.inbound.police.v1"


@pytest.fixture
def engine(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@dataclass
class FakeMessage:
    offset: int
    value: bytes = b"{}"
    topic: str = TOPIC
    partition: int = 0
    key: bytes | None = None
    timestamp: float = 1_767_225_600.0
    headers: Any = field(default_factory=dict)


class FakeStream:
    """Hands messages out; ``pauses`` are the offsets after which nothing more stands waiting yet."""

    def __init__(self, messages: list[FakeMessage], pauses: set[int] = frozenset()) -> None:
        self.messages = messages
        self.pauses = pauses
        self.last: FakeMessage | None = None
        self.channel = self
        self.queue = self

    def empty(self) -> bool:
        return self.last is self.messages[-1] or (self.last is not None and self.last.offset in self.pauses)

    async def events(self):
        for message in self.messages:
            self.last = message
            yield type("Event", (), {"message": message})()


class Batches:
    """Takes all but the poison, and remembers in which batches."""

    def __init__(self, poison: set[int] = frozenset()) -> None:
        self.poison = poison
        self.taken: list[list[int]] = []
        self.refused: list[int] = []

    def take(self, connection, records: list[Record]):
        if bad := self.poison & {one.offset for one in records}:
            raise ValueError(f"cannot take {bad}")
        self.taken.append([one.offset for one in records])
        return [Message(topic="t", key=None, value=b"taken %d" % one.offset) for one in records]

    def refuse(self, connection, records: list[Record]):
        self.refused += [one.offset for one in records]
        return [Message(topic="t", key=None, value=b"refused %d" % one.offset) for one in records]


def taker_of(engine: Engine, take, refuse, most: int = 10, of: type[Taker] = Taker) -> Taker:
    together = Together(engine, take, most=most, name="intake")
    return of(engine, together=together, refuse=refuse, most=most, committed=lambda: None)


def follow(engine: Engine, batches: Batches, stream: FakeStream, most: int = 100) -> list[tuple[str, int, int]]:
    sought = []

    async def seek(topic: str, partition: int, offset: int) -> None:
        sought.append((topic, partition, offset))

    taker = taker_of(engine, batches.take, batches.refuse, most)
    asyncio.run(taker.follow(stream, seek))
    return sought


def test_a_lone_report_does_not_wait_for_company_and_a_backlog_goes_in_batches(engine: Engine) -> None:
    batches = Batches()
    follow(engine, batches, FakeStream([FakeMessage(n) for n in range(8)], pauses={0}), most=5)
    assert batches.taken == [[0], [1, 2, 3, 4, 5], [6, 7]]


def test_partitions_are_taken_apart(engine: Engine) -> None:
    batches = Batches()
    messages = [FakeMessage(n // 2, partition=n % 2) for n in range(4)]
    follow(engine, batches, FakeStream(messages))
    assert positions(engine) == {(TOPIC, 0): 2, (TOPIC, 1): 2}


def test_poison_is_refused_alone_and_everything_else_taken(engine: Engine) -> None:
    batches = Batches(poison={3, 11})
    follow(engine, batches, FakeStream([FakeMessage(n) for n in range(16)]))
    assert sorted(offset for batch in batches.taken for offset in batch) == [n for n in range(16) if n not in (3, 11)]
    assert batches.refused == [3, 11]
    assert positions(engine) == {(TOPIC, 0): 16}
    with reading(engine) as connection:
        assert len(connection.execute(select(Outbox.value)).all()) == 16


def test_a_hole_is_asked_for_again(engine: Engine) -> None:
    batches = Batches()
    sought = follow(engine, batches, FakeStream([FakeMessage(0), FakeMessage(2)]))
    assert batches.taken == [[0]]
    assert sought == [(TOPIC, 0, 1)]


def test_what_another_worker_wrote_meanwhile_is_read_on_from(engine: Engine) -> None:
    """Its last transaction ended after the partition came here: what follows on it is ours, and nobody else's."""
    batches = Batches()
    sought = []

    def take(connection, records):
        put(connection, Progress, [{"topic": TOPIC, "partition": 0, "next": 3}])
        return batches.take(connection, records)

    async def seek(*place: object) -> None:
        sought.append(place)

    def moved_by_the_other() -> None:
        with writing(engine) as connection:
            put(connection, Progress, [{"topic": TOPIC, "partition": 0, "next": 3}])

    class Crossed(Taker):
        async def take(self, run):
            try:
                return await super().take(run)
            except StillAnotherWriting:
                moved_by_the_other()  # our transaction, in which the test moved it, left nothing behind
                raise

    taker = taker_of(engine, take, batches.refuse, of=Crossed)
    asyncio.run(taker.follow(FakeStream([FakeMessage(n) for n in range(6)]), seek))
    assert sought == [(TOPIC, 0, 3)]


def test_the_store_away_is_waited_for_in_place(engine: Engine) -> None:
    batches = Batches()
    fails = iter([True, True, False])

    def take(connection, records):
        if next(fails, False):
            raise OperationalError("insert", {}, Exception("database is locked"))
        return batches.take(connection, records)

    taker = taker_of(engine, take, batches.refuse)
    taken = asyncio.run(taker.take([record_of(FakeMessage(0))]))
    assert taken.taken == 1
    assert batches.refused == []


def test_a_record_that_can_be_neither_taken_nor_refused_ends_the_process(engine: Engine, monkeypatch) -> None:
    class Ended(BaseException):
        pass

    def end(code: int) -> None:
        raise Ended(code)

    def fail(connection, records):
        raise ValueError("no")

    monkeypatch.setattr(agent_module.os, "_exit", end)
    taker = taker_of(engine, fail, fail)
    with pytest.raises(Ended):
        asyncio.run(taker.take([record_of(FakeMessage(0))]))


def test_foreign_headers_are_dropped() -> None:
    message = FakeMessage(0, headers={"ce_id": b"1", "Faust-Ag-ReplyTo": b"elsewhere", "x-name": b"someone"})
    record = record_of(message)
    assert record.headers == (("ce_id", b"1"),)
    assert record.agency == "police"
    assert record.taken_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_stage_runs_until_nothing_stands_before_it() -> None:
    batches = iter([5, 5, 2, 0, 0])
    commits = []
    waker = Waker(lambda lane: next(batches) if lane is Lane.QUICK else 0, committed=lambda: commits.append(1))
    assert asyncio.run(waker.run()) == 12
    assert len(commits) == 3


def test_a_stage_that_is_woken_while_it_runs_looks_once_more() -> None:
    async def woken_twice() -> list[int]:
        loop, done, standing, looks = asyncio.get_running_loop(), asyncio.Event(), [3], []

        def walk(lane: Lane) -> int:
            if lane is Lane.SLOW:
                return 0
            looks.append(standing.pop() if standing else 0)
            if looks == [3, 0]:  # work is left, and the stage woken for it, while it finds nothing
                standing.append(2)
                loop.call_soon_threadsafe(waker.wake)
            if sum(looks) == 5 and not looks[-1]:
                loop.call_soon_threadsafe(done.set)
            return looks[-1]

        waker = Waker(walk, committed=lambda: None)
        waker.wake()
        await done.wait()
        return looks

    assert asyncio.run(asyncio.wait_for(woken_twice(), 10)) == [3, 0, 2, 0]


def test_a_stage_that_fails_is_told_and_stands_for_the_sweep() -> None:
    def fail(lane: Lane) -> int:
        raise ValueError("broken")

    waker = Waker(fail, committed=lambda: None)
    assert asyncio.run(waker.run()) == 0


def test_the_store_is_told_from_a_bad_record() -> None:
    from sqlalchemy.exc import IntegrityError

    from streams.store import is_away

    assert is_away(OperationalError("x", {}, Exception("database is locked")))
    assert not is_away(OperationalError("x", {}, Exception("no such table: report")))
    assert not is_away(IntegrityError("x", {}, Exception("UNIQUE constraint failed")))
    assert not is_away(ValueError("x"))
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    assert is_away(caught.value)

"""What came to several partitions at one moment is taken in one transaction, and none holds up another."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from schemas.tables import Base, Outbox, Progress
from streams.ledger import Record, StillAnotherWriting, Taken, positions
from streams.stage import Message
from streams.store import open_store, put, reading, writing
from streams.together import Together

TOPIC = "tocsin.inbound.police.v1"


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def run(partition: int, offsets: range) -> list[Record]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Record(source=TOPIC, partition=partition, offset=n, key=None, value=b"%d" % n, taken_at=at, agency="police")
        for n in offsets
    ]


class Taking:
    """Remembers what it was given at once; a record of ``poison`` cannot be taken."""

    def __init__(self, poison: tuple[int, int] | None = None) -> None:
        self.batches: list[list[tuple[int, int]]] = []
        self.poison = poison

    def __call__(self, connection, records):
        places = [(one.partition, one.offset) for one in records]
        if self.poison in places:
            raise ValueError("poison")
        self.batches.append(places)
        return [Message(topic="t", key=None, value=b"%d/%d" % place) for place in places]


def ask(engine: Engine, take, *runs: list[Record], most: int = 100) -> list[Taken | BaseException]:
    async def all_at_once() -> list[Taken | BaseException]:
        together = Together(engine, take, most=most, name="intake")
        return await asyncio.gather(*(together.take(one) for one in runs), return_exceptions=True)

    return asyncio.run(all_at_once())


def test_runs_of_several_partitions_are_one_transaction(engine: Engine) -> None:
    take = Taking()
    taken = ask(engine, take, run(0, range(2)), run(1, range(3)), run(2, range(1)))
    assert [one.taken for one in taken] == [2, 3, 1]
    assert take.batches == [[(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0)]]
    assert positions(engine) == {(TOPIC, 0): 2, (TOPIC, 1): 3, (TOPIC, 2): 1}


def test_who_comes_while_the_turn_is_waited_for_comes_along(engine: Engine) -> None:
    take = Taking()

    async def one_after_the_other() -> list[Taken]:
        together = Together(engine, take, most=4, name="intake")
        began, over = threading.Event(), threading.Event()

        def write() -> None:
            with writing(engine):
                began.set()
                over.wait(5)

        writer = threading.Thread(target=write)
        writer.start()
        began.wait(5)
        first = asyncio.ensure_future(together.take(run(0, range(1))))
        await asyncio.sleep(0.1)  # it waits for the writer now
        rest = [asyncio.ensure_future(together.take(run(n, range(2)))) for n in (1, 2)]
        await asyncio.sleep(0.1)
        over.set()
        writer.join()
        return await asyncio.gather(first, *rest)

    assert [one.taken for one in asyncio.run(one_after_the_other())] == [1, 2, 2]
    if engine.dialect.name == "sqlite":  # elsewhere nobody waits for a turn
        assert [len(batch) for batch in take.batches] == [3, 2], "no more than a batch"


def test_who_comes_while_one_is_taken_goes_before_those_who_wait_without_hurry(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")  # elsewhere nobody waits for a turn
    Base.metadata.create_all(engine)
    began, over, order = threading.Event(), threading.Event(), []

    class Slow(Taking):
        def __call__(self, connection, records):
            began.set()
            assert over.wait(5)
            order.append(records[0].partition)
            return super().__call__(connection, records)

    def write() -> None:
        with writing(engine):
            order.append("a stage")

    async def three() -> None:
        together = Together(engine, Slow(), most=4, name="intake")
        first = asyncio.ensure_future(together.take(run(0, range(1))))
        await asyncio.to_thread(began.wait, 5)
        stage = threading.Thread(target=write)
        stage.start()
        await asyncio.sleep(0.1)
        second = asyncio.ensure_future(together.take(run(1, range(1))))
        await asyncio.sleep(0.1)  # both wait now
        over.set()
        await asyncio.gather(first, second)
        stage.join()

    asyncio.run(three())
    assert order == [0, 1, "a stage"]
    engine.dispose()


def test_each_has_its_own_ledger(engine: Engine) -> None:
    ask(engine, Taking(), run(0, range(2)))
    seen, hole = ask(engine, Taking(), run(0, range(2)), run(1, range(4, 6)))
    assert (seen.taken, seen.seen, seen.hole) == (0, 2, None)
    assert (hole.taken, hole.seen, hole.hole) == (0, 0, 0)


def test_no_more_than_a_batch_goes_together(engine: Engine) -> None:
    take = Taking()
    ask(engine, take, run(0, range(3)), run(1, range(3)), run(2, range(9)), most=6)
    assert [len(batch) for batch in take.batches] == [6, 9]


def test_one_that_fails_fails_alone(engine: Engine) -> None:
    take = Taking(poison=(1, 1))
    first, second, third = ask(engine, take, run(0, range(2)), run(1, range(3)), run(2, range(1)))
    assert (first.taken, third.taken) == (2, 1)
    assert isinstance(second, ValueError)
    assert positions(engine) == {(TOPIC, 0): 2, (TOPIC, 2): 1}
    with reading(engine) as connection:
        assert len(connection.execute(select(Outbox.seq)).all()) == 3, "what failed together left nothing behind"


def test_a_partition_that_another_has_taken_over_keeps_none_of_the_others(engine: Engine) -> None:
    class Crossed(Taking):
        def __call__(self, connection, records):
            if any(one.partition == 1 for one in records):
                put(connection, Progress, [{"topic": TOPIC, "partition": 1, "next": 7}])
            return super().__call__(connection, records)

    first, second = ask(engine, Crossed(), run(0, range(2)), run(1, range(2)))
    assert first.taken == 2
    assert isinstance(second, StillAnotherWriting)
    assert positions(engine) == {(TOPIC, 0): 2}

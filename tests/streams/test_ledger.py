"""One transaction takes a run of one partition, or nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, update

from schemas.tables import Base, LostRange, Outbox, Progress, Received
from streams.ledger import (
    Record,
    StillAnotherWriting,
    know_topics,
    log_was_cut,
    positions,
    record_lost,
    take_run,
)
from streams.stage import Message
from streams.store import add_new, open_store, reading, writing

TOPIC = "tocsin.inbound.police.v1"


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def record(offset: int) -> Record:
    return Record(
        source=TOPIC,
        partition=0,
        offset=offset,
        key=None,
        value=b"%d" % offset,
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
        agency="police",
    )


class Taking:
    """Remembers what was handed over, and tells one message a record."""

    def __init__(self) -> None:
        self.offsets: list[int] = []

    def __call__(self, connection, records):
        self.offsets += [one.offset for one in records]
        return [Message(topic="t", key=None, value=one.value) for one in records]


def told(engine: Engine) -> list[bytes]:
    with reading(engine) as connection:
        return list(connection.execute(select(Outbox.value).order_by(Outbox.seq)).scalars())


def test_a_run_is_taken_once_however_often_it_comes(engine: Engine) -> None:
    take = Taking()
    first = take_run(engine, [record(0), record(1)], take)
    again = take_run(engine, [record(0), record(1), record(2)], take)
    assert (first.taken, first.seen, again.taken, again.seen) == (2, 0, 1, 2)
    assert take.offsets == [0, 1, 2]
    assert told(engine) == [b"0", b"1", b"2"]
    assert positions(engine) == {(TOPIC, 0): 3}


def test_what_stands_behind_a_hole_is_not_taken(engine: Engine) -> None:
    take = Taking()
    taken = take_run(engine, [record(0), record(1), record(3)], take)
    assert (taken.taken, taken.hole) == (2, 2)
    assert take_run(engine, [record(3)], take).hole == 2
    assert take.offsets == [0, 1]


def test_a_failing_run_leaves_nothing_behind(engine: Engine) -> None:
    def take(connection, records):
        Taking()(connection, records)
        raise ValueError("poison")

    with pytest.raises(ValueError, match="poison"):
        take_run(engine, [record(0)], take)
    assert positions(engine) == {}
    assert told(engine) == []


def test_a_worker_that_lost_the_partition_writes_nothing(engine: Engine) -> None:
    take_run(engine, [record(0)], Taking())

    def take(connection, records):
        # the other worker's commit, as this transaction would see it when it comes to move on
        connection.execute(update(Progress).values(next=9))
        return [Message(topic="t", key=None, value=b"mine")]

    with pytest.raises(StillAnotherWriting):
        take_run(engine, [record(1)], take)
    assert positions(engine) == {(TOPIC, 0): 1}
    assert told(engine) == [b"0"]


def test_two_workers_with_one_partition_take_each_record_once(engine: Engine) -> None:
    """On PostgreSQL both transactions stand open at once; on SQLite they queue."""
    from concurrent.futures import ThreadPoolExecutor
    from itertools import pairwise

    taken: list[int] = []

    def work(_: int) -> None:
        for start, stop in pairwise(range(0, 101, 10)):
            take = Taking()
            try:
                take_run(engine, [record(n) for n in range(start, stop)], take)
            except StillAnotherWriting:
                continue
            taken.extend(take.offsets)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert sorted(taken) == list(range(100))


def test_what_retention_took_is_recorded_and_passed(engine: Engine) -> None:
    assert record_lost(engine, TOPIC, 0, 5) == 0
    assert record_lost(engine, TOPIC, 0, 5) is None
    take = Taking()
    assert take_run(engine, [record(5)], take).taken == 1
    with reading(engine) as connection:
        lost = connection.execute(select(LostRange.first, LostRange.last)).all()
    assert [tuple(row) for row in lost] == [(0, 4)]
    with writing(engine) as connection:
        assert connection.execute(select(Progress.next)).scalar_one() == 6


def received(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(connection.execute(select(Received.source)).scalars())


class Noting(Taking):
    """Notes what was received as intake does."""

    def __call__(self, connection, records):
        rows = [
            {"source": one.source, "partition": one.partition, "offset": one.offset, "outcome": "accepted", "ref": None}
            for one in records
        ]
        add_new(connection, Received, rows)
        return super().__call__(connection, records)


def test_a_topic_made_anew_is_read_from_its_beginning(engine: Engine) -> None:
    assert know_topics(engine, {TOPIC: "one"}) == []
    take_run(engine, [record(0), record(1)], Noting())
    assert know_topics(engine, {TOPIC: "one"}) == []
    assert know_topics(engine, {TOPIC: "two"}) == [TOPIC]
    take = Noting()
    assert take_run(engine, [record(0)], take).taken == 1
    assert take.offsets == [0]
    assert received(engine) == [TOPIC, f"{TOPIC}@one", f"{TOPIC}@one"]
    assert know_topics(engine, {TOPIC: "two"}) == []


def test_a_log_that_was_cut_is_gone_back_to(engine: Engine) -> None:
    take_run(engine, [record(n) for n in range(5)], Noting())
    assert log_was_cut(engine, TOPIC, 0, 5) is None
    assert log_was_cut(engine, TOPIC, 0, 3) == 5
    assert positions(engine) == {(TOPIC, 0): 3}
    assert take_run(engine, [record(3)], Noting()).taken == 1
    assert received(engine).count(TOPIC) == 4

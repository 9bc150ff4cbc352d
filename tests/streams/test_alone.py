"""A stage's transaction reads one state of the store, though the other stages go on meanwhile."""

import threading
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine, select, update

from schemas.agencies import Partnership, load_partnership
from schemas.tables import Base, Progress, Waiting
from streams.pipeline import Telling, advance
from streams.stage import Message, Stage, leave_for, standing_before
from streams.store import add, alone, open_store, reading, writing


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    """On SQLite nobody else writes meanwhile, so there is nothing to see."""
    engine = open_store(postgresql_url)
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        add(connection, Progress, [{"topic": "t", "partition": 0, "next": 1}])
    yield engine
    engine.dispose()


def _next(connection: Connection) -> int:
    return connection.execute(select(Progress.next)).scalar_one()


def _elsewhere(engine: Engine, to: int) -> None:
    with writing(engine) as connection:
        connection.execute(update(Progress).values(next=to))


def _waiting(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(Waiting.key).order_by(Waiting.seq)).scalars())


def test_what_others_commit_meanwhile_is_not_seen(engine: Engine) -> None:
    with alone(engine, "sharing") as connection:
        assert _next(connection) == 1
        _elsewhere(engine, 2)
        assert _next(connection) == 1
    with alone(engine, "sharing") as connection:
        assert _next(connection) == 2


def test_who_waited_for_the_job_sees_what_was_done_meanwhile(engine: Engine) -> None:
    seen: list[int] = []

    def second() -> None:
        with alone(engine, "sharing") as connection:
            seen.append(_next(connection))

    thread = threading.Thread(target=second)
    with alone(engine, "sharing") as connection:
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "it waits for its turn"
        connection.execute(update(Progress).values(next=7))
    thread.join(10)
    assert seen == [7]


def test_the_job_is_free_again_after_a_failure(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), alone(engine, "sharing") as connection:
        _next(connection) / 0
    with alone(engine, "sharing") as connection:
        assert _next(connection) == 1


def test_work_left_while_the_same_is_being_done_stands_there_after_it(engine: Engine) -> None:
    with writing(engine) as connection:
        leave_for(connection, "sharing", ["day:2026-09-10"])
    with alone(engine, "sharing") as connection:
        assert standing_before(connection, "sharing", 10) == ["day:2026-09-10"]
        with writing(engine) as other:
            leave_for(other, "sharing", ["day:2026-09-10"])
    assert _waiting(engine) == ["day:2026-09-10"]


def test_work_left_twice_is_taken_once(engine: Engine) -> None:
    for key in ("b", "a", "b"):
        with writing(engine) as connection:
            leave_for(connection, "sharing", [key])
    with alone(engine, "sharing") as connection:
        assert standing_before(connection, "sharing", 10) == ["b", "a"]
    assert _waiting(engine) == []


def test_stages_that_meet_at_a_row_do_one_batch_anew(engine: Engine) -> None:
    tries: list[int] = []

    def work(connection: Connection, keys: Sequence[str], partnership: Partnership) -> Sequence[Message]:
        tries.append(_next(connection))
        if len(tries) == 1:
            _elsewhere(engine, 5)
        connection.execute(update(Progress).values(next=Progress.next + 1))
        return ()

    with writing(engine) as connection:
        leave_for(connection, "sharing", ["one"])
    stage = Stage(name="sharing", work=work)
    assert advance(engine, stage, load_partnership(), 10, Telling.NOTHING) == 1
    assert tries == [1, 5]
    with reading(engine) as connection:
        assert _next(connection) == 6
    assert _waiting(engine) == []

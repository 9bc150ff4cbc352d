"""A stage's turn is as long as is bearable while reports come in, and as long as it likes where none do."""

from sqlalchemy import Engine

from schemas.agencies import load_partnership
from schemas.tables import Base
from streams import pipeline
from streams.bearable import BEARABLE_S, FIRST_S, LEAST, LIVE_S, MOST_S, Bearable, bearable_in
from streams.pipeline import walk
from streams.stage import Lane, Stage, leave_for
from streams.store import open_store, writing


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _turns(bearable: Bearable, each: float, alone: float = 0.0, count: int = 150) -> tuple[int, float]:
    """How many keys the last of some turns takes and how long, where a turn costs ``alone`` and a key ``each``."""
    keys = 0
    for number in range(count):
        keys = bearable.keys("dedupe", 500)
        few = 1 + number * 7 % keys  # as many as stood there
        bearable.took("dedupe", few, alone + few * each)
    return keys, alone + keys * each


def test_turns_come_to_last_as_long_as_is_bearable_whatever_a_key_costs() -> None:
    bearable = Bearable(Clock())
    bearable.came()
    for each in (0.0005, 0.001, 0.002, 0.0005):
        for alone in (0.0, 0.01):
            assert 0.8 * BEARABLE_S < _turns(bearable, each, alone)[1] <= 1.1 * BEARABLE_S
    assert _turns(bearable, 0.1)[0] == LEAST


def test_half_of_a_turn_may_be_what_it_costs_by_itself_up_to_a_bound() -> None:
    bearable = Bearable(Clock())
    bearable.came()
    keys, seconds = _turns(bearable, 0.001, 0.04)
    assert 0.9 * 0.08 < seconds <= 1.1 * 0.08
    assert keys > 30  # ten are what is bearable otherwise
    assert _turns(bearable, 0.001, 0.09)[1] <= 1.1 * MOST_S


def test_turns_of_one_size_or_that_fail_to_grow_are_bounded_by_their_mean() -> None:
    bearable = Bearable(Clock())
    bearable.came()
    for _ in range(100):
        bearable.took("dedupe", 10, 0.04)
    assert bearable.keys("dedupe", 500) == 12
    for number in range(200):
        bearable.took("dedupe", 5 + number % 10, 0.04 - 0.001 * (number % 10))  # a machine that has its moments
    assert LEAST <= bearable.keys("dedupe", 500) < 500
    assert bearable.keys("matching", 500) == round(BEARABLE_S / FIRST_S)


def test_where_no_reports_come_in_a_turn_is_as_long_as_it_likes() -> None:
    clock = Clock()
    bearable = Bearable(clock)
    assert bearable.keys("dedupe", 500) == 500
    bearable.came()
    assert bearable.keys("dedupe", 500) == round(BEARABLE_S / FIRST_S)
    assert bearable.keys("dedupe", 3) == 3
    clock.now += LIVE_S
    assert bearable.keys("dedupe", 500) == 500
    bearable.took("dedupe", 500, 0.1)
    bearable.came()
    assert bearable.keys("dedupe", 500) == round(BEARABLE_S / FIRST_S)


def test_a_walk_takes_what_is_bearable_and_comes_to_the_same_end(monkeypatch, store_url: str) -> None:
    given: list[int] = []

    def work(connection, keys, partnership):
        given.append(len(keys))
        return []

    monkeypatch.setattr(pipeline, "STAGES", (Stage(name="first", work=work),))
    engine: Engine = open_store(store_url)
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        leave_for(connection, "first", [f"{number:03}" for number in range(200)])
    bearable = Bearable(Clock())
    bearable.came()
    bearable.took("first", 1000, 1000 * BEARABLE_S)
    while walk(engine, load_partnership(), 500, Lane.QUICK, bearable):
        pass
    assert sum(given) == 200
    assert given[0] == LEAST
    assert max(given) > LEAST  # it learnt that these cost little
    engine.dispose()


def test_where_many_write_at_a_time_no_turn_is_bounded() -> None:
    assert bearable_in(open_store("postgresql://127.0.0.1/nowhere")) is None  # it is not reached before it is asked
    assert bearable_in(open_store("sqlite://")) is not None

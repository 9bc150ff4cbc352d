"""A stage's turn is as long as is bearable while reports come in, and as long as it likes where none do."""

from sqlalchemy import Engine

from schemas.agencies import load_partnership
from schemas.tables import Base
from streams import pipeline
from streams.bearable import (
    BEARABLE_S,
    FIRST_S,
    IN_A_FLOOD_S,
    KEPT_TURN_S,
    LEAST,
    LIVE_S,
    MOST_S,
    Bearable,
    bearable_in,
)
from streams.pipeline import walk
from streams.stage import Lane, Stage, leave_for
from streams.store import open_store, writing


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def work(connection, keys, partnership):
    return []


DEDUPE = Stage(name="dedupe", work=work)
MATCHING = Stage(name="matching", work=work)
SHARING = Stage(name="sharing", work=work, heavy=frozenset(("place",)))


def keys_of(many: int) -> list[str]:
    return [f"police:{number:03}" for number in range(many)]


def _turns(bearable: Bearable, each: float, alone: float = 0.0, count: int = 150) -> tuple[int, float]:
    """How many keys the last of some turns takes and how long, where a turn costs ``alone`` and a key ``each``."""
    keys = 0
    for number in range(count):
        keys = bearable.keys(DEDUPE, 500)
        few = 1 + number * 7 % keys  # as many as stood there
        bearable.took(DEDUPE, keys_of(few), alone + few * each)
    return keys, alone + keys * each


def test_turns_come_to_last_as_long_as_is_bearable_whatever_a_key_costs() -> None:
    bearable = Bearable(Clock())
    bearable.came()
    for each in (0.0005, 0.001, 0.002, 0.0005):
        for alone in (0.0, 0.01):
            assert 0.8 * BEARABLE_S < _turns(bearable, each, alone)[1] <= 1.1 * BEARABLE_S
    assert _turns(bearable, 0.1)[0] == LEAST


def test_in_a_flood_turns_are_shorter() -> None:
    bearable = Bearable(Clock())
    bearable.came(flood=True)
    assert 0.8 * IN_A_FLOOD_S < _turns(bearable, 0.001)[1] <= 1.1 * IN_A_FLOOD_S
    bearable.came(flood=False)
    assert 0.8 * BEARABLE_S < _turns(bearable, 0.001)[1] <= 1.1 * BEARABLE_S


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
        bearable.took(DEDUPE, keys_of(10), 0.04)
    assert bearable.keys(DEDUPE, 500) == 12
    for number in range(200):
        bearable.took(DEDUPE, keys_of(5 + number % 10), 0.04 - 0.001 * (number % 10))  # a machine that has its moments
    assert LEAST <= bearable.keys(DEDUPE, 500) < 500
    assert bearable.keys(MATCHING, 500) == round(BEARABLE_S / FIRST_S)


def test_what_is_heavy_has_turns_of_its_own_whose_cost_is_learnt_apart() -> None:
    bearable = Bearable(Clock())
    waiting = ["report:a", "report:b", "place:a", "place:b", "report:c"]
    assert bearable.some(SHARING, waiting) == 5  # nobody waits
    bearable.came()
    assert bearable.some(SHARING, []) == 0
    assert [bearable.some(SHARING, waiting[start:]) for start in range(5)] == [2, 1, 2, 1, 1]
    assert bearable.some(DEDUPE, ["police:a", "place:a"]) == 2, "an agency of that name"
    before = bearable.keys(SHARING, 500)
    for count in (1, 2) * 20:
        bearable.took(SHARING, ["place:a"] * count, 0.2 * count)
    assert bearable.keys(SHARING, 500) == before
    assert [bearable.some(SHARING, waiting[start:]) for start in range(5)] == [2, 1, 1, 1, 1]
    for count in (1, 2) * 20:
        bearable.took(SHARING, ["report:a"] * count, 0.2 * count)
    assert bearable.keys(SHARING, 500) == LEAST


def test_where_no_reports_come_in_a_turn_is_as_long_as_it_likes() -> None:
    clock = Clock()
    bearable = Bearable(clock)
    assert bearable.keys(DEDUPE, 500) == 500
    bearable.came()
    assert bearable.keys(DEDUPE, 500) == round(BEARABLE_S / FIRST_S)
    assert bearable.keys(DEDUPE, 3) == 3
    clock.now += LIVE_S
    assert bearable.keys(DEDUPE, 500) == 500
    bearable.took(DEDUPE, keys_of(500), 0.1)
    bearable.came()
    assert bearable.keys(DEDUPE, 500) == round(BEARABLE_S / FIRST_S)


def test_a_walk_takes_what_is_bearable_and_comes_to_the_same_end(monkeypatch, store_url: str) -> None:
    given: list[list[str]] = []

    def take(connection, keys, partnership):
        given.append(list(keys))
        return []

    monkeypatch.setattr(pipeline, "STAGES", (Stage(name="first", work=take, heavy=frozenset(("thing",))),))
    engine: Engine = open_store(store_url)
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        leave_for(connection, "first", [*keys_of(197), "thing:a", "thing:b", "thing:c"])
    bearable = Bearable(Clock())
    bearable.came()
    bearable.took(pipeline.STAGES[0], keys_of(1000), 1000 * BEARABLE_S)
    while walk(engine, load_partnership(), 500, Lane.QUICK, bearable):
        pass
    assert sorted(key for keys in given for key in keys) == sorted([*keys_of(197), "thing:a", "thing:b", "thing:c"])
    heavy = [keys for keys in given if any(key.startswith("thing:") for key in keys)]
    assert all(key.startswith("thing:") for keys in heavy for key in keys)
    others = [len(keys) for keys in given if keys not in heavy]
    assert others[0] == LEAST
    assert max(others) > LEAST  # it learnt that these cost little
    engine.dispose()


def test_where_many_write_at_a_time_no_turn_is_bounded() -> None:
    assert bearable_in(open_store("postgresql://127.0.0.1/nowhere")) is None  # it is not reached before it is asked
    assert bearable_in(open_store("sqlite://")) is not None


def test_stages_keep_a_turn_while_much_comes_and_not_from_one_alone() -> None:
    clock = Clock()
    bearable = Bearable(clock)
    assert bearable.keeps() == 0
    bearable.came(busy=True)
    assert bearable.keeps() == KEPT_TURN_S
    bearable.came(busy=True, flood=True)
    assert bearable.keeps() == 0
    bearable.came(busy=True)
    bearable.came()
    assert bearable.keeps() == 0
    bearable.came(busy=True)
    clock.now += LIVE_S
    assert bearable.keeps() == 0

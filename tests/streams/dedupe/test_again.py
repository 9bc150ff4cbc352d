"""A report that dedupe only looks at again: judged as the store knows it now, and of no matter to matching."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from schemas.tables import Base, Judgement
from streams.dedupe.stage import DEDUPE
from streams.matching.stage import MATCHING
from streams.stage import AGAIN, told_apart
from streams.store import open_store, writing
from streams.withdrawn import withdrawn
from tests.streams.dedupe.test_ground import AT, BEFORE, IN_STREET, NAME, PAIR, body
from tests.streams.dedupe.test_order import derived, store
from tests.streams.holding import NOBODY, hold, left_for, take


@pytest.fixture
def turned() -> Engine:
    """A store that was told where a name lies after two reports were judged without it: they stand before dedupe."""
    made = open_store("sqlite://")
    Base.metadata.create_all(made)
    take(made, PAIR, (DEDUPE, MATCHING))
    with writing(made) as connection:
        DEDUPE.work(connection, hold(connection, BEFORE), NOBODY)
    left_for(made, "matching")
    return made


def test_what_others_tell_has_it_judged_again_and_not_matched(turned: Engine) -> None:
    stood = left_for(turned, "dedupe")
    assert stood == [f"{AGAIN}police:10"]
    with writing(turned) as connection:
        DEDUPE.work(connection, stood, NOBODY)
        pairs = connection.execute(select(Judgement.a, Judgement.b)).all()
    assert ("housing:11", "police:10") in pairs
    assert left_for(turned, "matching") == []


def test_one_that_changed_besides_is_matched(turned: Engine) -> None:
    with writing(turned) as connection:
        DEDUPE.work(connection, [f"{AGAIN}police:10", "police:10"], NOBODY)
    assert left_for(turned, "matching") == ["police:10"]


def test_one_that_is_withdrawn_meanwhile_is_known_by_its_ref(turned: Engine) -> None:
    with writing(turned) as connection:
        hold(connection, [{**PAIR[0], "version": 2, "action": "retract"}])
        assert withdrawn(connection, "matching", "dedupe") == {"police:10"}
        assert withdrawn(connection, "dedupe") == {"police:10"}
        assert withdrawn(connection, "dedupe") == set()


def test_what_came_and_is_to_be_looked_at_again_came() -> None:
    assert told_apart(["police:1", "~police:2", "~police:1"]) == ({"police:1"}, {"police:2"})


AT_IT = {**NAME, **AT}
PLACED = {**NAME, "postcode": "S40 1AA"}


@pytest.mark.parametrize(
    ("asks", "meets", "looked_at"),
    [
        (PLACED, {"postcode": "S40 1AA"}, True),
        (PLACED, {"text": "Spencer Street", "postcode": "S40 1AA"}, False),
        (PLACED, None, False),
        (NAME, None, True),
    ],
    ids=("told in no words", "told in words", "nobody there", "nothing else known of where"),
)
def test_where_others_put_a_name_has_those_judged_again_of_whom_it_can_say_more(
    asks: dict[str, Any], meets: dict[str, Any] | None, looked_at: bool
) -> None:
    there = open_store("sqlite://")
    Base.metadata.create_all(there)
    others = [] if meets is None else [body(11, "housing", meets, 0)]
    take(there, [body(10, "police", asks, 0), *others], (DEDUPE, MATCHING))
    with writing(there) as connection:
        DEDUPE.work(connection, hold(connection, [body(n, "fire", AT_IT, -9 + n) for n in range(3)]), NOBODY)
    assert left_for(there, "dedupe") == ([f"{AGAIN}police:10"] if looked_at else [])


GROUND: tuple[dict[str, Any], ...] = (
    NAME,
    AT_IT,
    {**NAME, **AT, "northing": AT["northing"] + 60, "accuracy_m": 300.0},
    IN_STREET,
    PLACED,
    {"postcode": "S40 1AA"},
    {"postcode": "S40 1AA", **AT},
    {"text": "Spencer Street", **AT},
)
told_of_one_spot = st.lists(
    st.tuples(st.sampled_from(("police", "housing", "fire")), st.sampled_from(GROUND), st.sampled_from((0, 0, 1, 9))),
    min_size=6,
    max_size=16,
)


@settings(max_examples=8, deadline=None)
@given(told_of_one_spot, st.randoms(use_true_random=False), st.integers(1, 6))
def test_what_is_learnt_of_the_ground_comes_to_the_same_in_any_order(
    told: list[tuple[str, dict[str, Any], int]], chance: random.Random, size: int
) -> None:
    sent = [body(number, agency, place, days) for number, (agency, place, days) in enumerate(told)]
    mixed = chance.sample(sent, len(sent))
    assert derived(store(), mixed, size) == derived(store(), sent)

"""Dedupe and matching together: what they derive is a function of the reports that hold, and of nothing else."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.tables import Base
from streams.dedupe.stage import DEDUPE
from streams.matching.stage import MATCHING
from streams.store import open_store
from tests.streams.holding import empty, left_for, state, take
from tests.streams.telling import AGENCIES, ref, report, reports

STAGES = (DEDUPE, MATCHING)


def fresh(url: str = "sqlite://") -> Engine:
    engine = open_store(url)
    Base.metadata.create_all(engine)
    return engine


@cache
def shared() -> Engine:
    """A store that is emptied each time: an engine of its own for each would compile every statement anew."""
    return fresh()


def linked(bodies: list[dict[str, Any]], size: int = 500) -> dict[str, Any]:
    empty(shared())
    take(shared(), bodies, STAGES, size)
    return state(shared())


@settings(max_examples=25, deadline=None)
@given(st.lists(reports, min_size=2, max_size=14, unique_by=ref), st.randoms(use_true_random=False), st.integers(1, 5))
def test_neither_order_nor_batches_count(bodies: list[dict[str, Any]], chance: random.Random, size: int) -> None:
    expected = linked(bodies)
    chance.shuffle(bodies)
    assert linked(bodies, size) == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(reports, st.booleans()), min_size=2, max_size=16), st.integers(1, 5))
def test_what_was_amended_or_retracted_leaves_no_trace(sent: list[tuple[dict[str, Any], bool]], size: int) -> None:
    """A report sent again takes the place of the one before; a retraction takes it away."""
    last: dict[str, dict[str, Any]] = {}
    bodies = []
    for version, (body, stays) in enumerate(sent, 1):
        versioned = {**body, "version": version, "action": "amend" if stays else "retract"}
        bodies.append(versioned)
        last[ref(body)] = versioned
    held = [body for body in last.values() if body["action"] != "retract"]
    assert linked(bodies, size) == linked(held)


def test_both_databases_say_the_same(store_url: str) -> None:
    chance = random.Random(7)
    bodies = [
        report(
            number,
            chance.choice(AGENCIES),
            chance.choice((0, 5, 20, 60, 300)),
            tuple(chance.sample(range(8), chance.randint(0, 2))),
            chance.choice((None, 0, 1, 2, 3, 4, 5)),
            chance.randrange(4),
        )
        for number in range(80)
    ]
    bodies += [{**body, "version": 2, "action": "retract"} for body in bodies[::9]]
    engine = fresh(store_url)
    take(engine, bodies, STAGES, 7)
    found = state(engine)
    engine.dispose()
    assert found == linked(bodies)
    assert {row[3] for row in found["member"]} == {"joined", "review", "single", "unlinkable"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = fresh()
    yield made
    made.dispose()


def test_every_stage_behind_is_told_what_changed(engine: Engine) -> None:
    take(engine, [report(1, "police", 0, (0,), 0), report(2, "housing", 5, (0,), 0)], STAGES)
    state_before = state(engine)
    entities = {(row[0], row[2]) for row in state_before["member"]}
    assert set(left_for(engine, "issues")) == {f"{kind}:{entity}" for kind, entity in entities}
    assert left_for(engine, "sharing") == ["report:housing:002", "report:police:001"]
    assert left_for(engine, "matching") == ["housing:002", "police:001"]
    take(engine, [{**report(1, "police", 0), "version": 2, "action": "retract"}], STAGES)
    told = set(left_for(engine, "issues"))
    now = {(row[0], row[2]) for row in state(engine)["member"]}
    assert told == {f"{kind}:{entity}" for kind, entity in entities | now}, "the ids that are no more, and the new ones"


def test_one_place_of_two_reports_outlives_one_of_them(engine: Engine) -> None:
    take(engine, [report(1, "police", 0, where=2), report(2, "police", 300, where=2)], STAGES)
    (before,) = state(engine)["place_value"]
    take(engine, [{**report(1, "police", 0), "version": 2, "action": "retract"}], STAGES)
    found = state(engine)
    assert found["place_value"] == [before]
    (place,) = [row for row in found["member"] if row[0] == "place"]
    assert place[4] > "2024-05-03 22:00", "its time is that of the earliest report that still says so"
    take(engine, [{**report(2, "police", 300), "version": 2, "action": "retract"}], STAGES)
    assert not any(state(engine).values())

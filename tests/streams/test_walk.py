"""The stages are walked through in a report's order, and one that fails keeps none of the others."""

from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Engine

from schemas.agencies import load_partnership
from schemas.tables import Base
from streams import bearable as bearable_module
from streams import pipeline, store
from streams.bearable import Bearable
from streams.pipeline import standing, walk
from streams.stage import Lane, Stage, leave_for
from streams.store import open_store, reading, writing


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _stages(monkeypatch, *fails: str) -> list[tuple[str, list[str]]]:
    """Three stages, each leaving what it gets for the next; what they were given, in order."""
    given: list[tuple[str, list[str]]] = []

    def stage(name: str, then: str | None) -> Stage:
        def work(connection, keys, partnership):
            if name in fails:
                raise LookupError(name)
            given.append((name, list(keys)))
            if then is not None:
                leave_for(connection, then, keys)
            return []

        return Stage(name=name, work=work)

    monkeypatch.setattr(pipeline, "STAGES", (stage("first", "second"), stage("second", "third"), stage("third", None)))
    return given


def _leave(engine: Engine, name: str, *keys: str) -> None:
    with writing(engine) as connection:
        leave_for(connection, name, keys)


def test_one_walk_brings_a_report_through_every_stage(monkeypatch, engine: Engine) -> None:
    given = _stages(monkeypatch)
    _leave(engine, "first", "a", "b")
    assert walk(engine, load_partnership(), 500, Lane.QUICK) == 6
    assert given == [("first", ["a", "b"]), ("second", ["a", "b"]), ("third", ["a", "b"])]
    assert walk(engine, load_partnership(), 500, Lane.QUICK) == 0


def test_keys_that_a_stage_fails_on_are_set_aside_and_the_others_walk_on(monkeypatch, engine: Engine) -> None:
    given = _stages(monkeypatch, "first")
    _leave(engine, "first", "a")
    _leave(engine, "second", "b")
    walk(engine, load_partnership(), 500, Lane.QUICK)
    assert given == [("second", ["b"]), ("third", ["b"])]
    with reading(engine) as connection:
        assert standing(connection) == {"first!"}


def test_closed_days_walk_by_themselves(monkeypatch, engine: Engine) -> None:
    given = _stages(monkeypatch)
    _leave(engine, "first", "day:2026-01-01", "person:p1", "week:2026-01", "daylight")
    walk(engine, load_partnership(), 500, Lane.QUICK)
    assert given == [(name, ["daylight", "person:p1"]) for name in ("first", "second", "third")]
    given.clear()
    walk(engine, load_partnership(), 500, Lane.SLOW)
    assert given == [(name, ["day:2026-01-01", "week:2026-01"]) for name in ("first", "second", "third")]


@pytest.mark.parametrize(
    ("busy", "order"),
    [(True, ["first", "second", "third", "intake"]), (False, ["first", "intake", "second", "third"])],
)
def test_while_much_comes_intake_has_its_turn_after_the_last_stage(
    monkeypatch, tmp_path: Path, busy: bool, order: list[str]
) -> None:
    engine, came, bearable = open_store(f"sqlite:///{tmp_path}/store.db"), [], Bearable()
    Base.metadata.create_all(engine)
    given = _stages(monkeypatch)

    def intake() -> None:
        with writing(engine, hurry=True):
            came.append([name for name, _ in given])

    waiting = Thread(target=intake)

    def come_in_the_first(connection, keys, partnership):
        waiting.start()
        while not store._QUEUES[engine]._hurried:
            sleep(0.001)
        return first.work(connection, keys, partnership)

    first, *others = pipeline.STAGES
    monkeypatch.setattr(pipeline, "STAGES", (replace(first, work=come_in_the_first), *others))
    monkeypatch.setattr(bearable_module, "KEPT_TURN_S", 60.0)
    bearable.came(busy=busy)
    _leave(engine, "first", "a")
    walk(engine, load_partnership(), 500, Lane.QUICK, bearable)
    waiting.join(5)
    ((*before,),) = came
    assert [*before, "intake", *(name for name, _ in given[len(before) :])] == order
    engine.dispose()


def test_a_stage_that_fails_in_a_kept_turn_takes_back_no_other(monkeypatch, engine: Engine) -> None:
    given, bearable = _stages(monkeypatch, "second"), Bearable()
    bearable.came(busy=True)
    _leave(engine, "first", "a", "b")
    assert walk(engine, load_partnership(), 500, Lane.QUICK, bearable) > 0
    assert given == [("first", ["a", "b"])]
    with reading(engine) as connection:
        assert standing(connection) == {"second!"}

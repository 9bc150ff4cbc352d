"""A store that fills faster than PostgreSQL counts is joined as a store of its size is."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, text

from schemas.tables import Base, Member
from streams.counted_anew import FEW, count_anew
from streams.store import add, open_store, writing

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = open_store(postgresql_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _fill(engine: Engine, numbers: range) -> None:
    rows = [{"kind": "person", "item": f"i{n}", "entity": f"e{n}", "state": "single", "at": AT} for n in numbers]
    with writing(engine) as connection:
        add(connection, Member, rows)
        connection.execute(text("select pg_stat_force_next_flush()"))


def _believed(engine: Engine) -> float:
    with writing(engine) as connection:
        return float(connection.execute(text("select reltuples from pg_class where relname = 'member'")).scalar_one())


def test_a_table_that_grew_is_counted_and_then_left(engine: Engine) -> None:
    _fill(engine, range(1))
    with writing(engine) as connection:
        connection.execute(text("analyze member"))  # as its own counting may, right after the start
    assert count_anew(engine) == []
    _fill(engine, range(1, 3 * FEW))
    assert _believed(engine) == 1
    assert count_anew(engine) == ["member"]
    assert _believed(engine) == 3 * FEW
    assert count_anew(engine) == []
    _fill(engine, range(3 * FEW, 5 * FEW))
    assert count_anew(engine) == [], "not twice as many yet"


def test_sqlite_is_told_its_shape_once() -> None:
    engine = create_engine("sqlite://")
    assert count_anew(engine) == []
    engine.dispose()

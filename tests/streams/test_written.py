"""Rows written in one piece come to the store as they would one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from schemas.tables import Base, Judgement
from streams.store import add, add_new, open_store, put, writing

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAIR = {"kind": "person", "a": "1", "b": "2", "judge": "pipeline", "verdict": "same", "bits": 14.5}
PAIR |= {"evidence": [{"name": "birth", "bits": 9.0}], "rule": "r", "at": AT, "why": None, "needs": None}
PAIR |= {"circle": None, "counts": None}


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    made = open_store(store_url)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def test_each_value_goes_in_as_its_column_keeps_it(engine: Engine) -> None:
    with writing(engine) as connection:
        add(connection, Judgement, [PAIR, {**PAIR, "b": "3", "bits": None, "evidence": []}])
        rows = connection.execute(select(*Judgement.__table__.columns).order_by(Judgement.b)).mappings().all()
    assert [dict(row) for row in rows] == [
        {**PAIR, "undone": False},
        {**PAIR, "b": "3", "bits": None, "evidence": [], "undone": False},
    ]


def test_a_row_that_is_there_fails_or_stands_or_is_replaced(engine: Engine) -> None:
    other = {**PAIR, "verdict": "review", "undone": True}
    with writing(engine) as connection:
        add(connection, Judgement, [PAIR])
        add_new(connection, Judgement, [other])
        assert connection.execute(select(Judgement.verdict, Judgement.undone)).one() == ("same", False)
        put(connection, Judgement, [other])
        assert connection.execute(select(Judgement.verdict, Judgement.undone)).one() == ("review", True)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        add(connection, Judgement, [PAIR])


def test_a_row_without_a_column_of_the_first_is_an_error(engine: Engine) -> None:
    with pytest.raises(KeyError), writing(engine) as connection:
        add(connection, Judgement, [PAIR, {name: value for name, value in PAIR.items() if name != "rule"}])

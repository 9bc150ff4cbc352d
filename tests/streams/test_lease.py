"""A lease has one holder at a time, and a clock that was set back holds nobody up."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from schemas.tables import Base, Lease
from streams.lease import hold, let_go
from streams.store import open_store, writing

LENGTH = timedelta(seconds=6)


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def ends_in(engine, seconds: float) -> None:
    with writing(engine) as connection:
        connection.execute(update(Lease).values(until=datetime.now(UTC) + timedelta(seconds=seconds)))


def test_a_lease_is_held_until_it_ends_or_is_let_go(engine) -> None:
    now = datetime.now(UTC)
    assert hold(engine, "relay", "one", now, LENGTH)
    assert not hold(engine, "relay", "two", now, LENGTH)
    assert hold(engine, "relay", "one", now, LENGTH)
    ends_in(engine, -0.1)
    assert hold(engine, "relay", "two", datetime.now(UTC), LENGTH)
    let_go(engine, "relay", "two")
    assert hold(engine, "relay", "one", datetime.now(UTC), LENGTH)


def test_a_lease_from_before_the_clock_was_set_back_binds_nobody(engine) -> None:
    assert hold(engine, "relay", "one", datetime.now(UTC), LENGTH)
    ends_in(engine, 3600)
    assert hold(engine, "relay", "two", datetime.now(UTC), LENGTH)
    assert not hold(engine, "relay", "one", datetime.now(UTC), LENGTH)


def test_two_machines_with_clocks_apart_go_by_the_stores(postgresql_url: str) -> None:
    engine = open_store(postgresql_url)
    Base.metadata.create_all(engine)
    ahead = datetime.now(UTC) + timedelta(hours=1)
    assert hold(engine, "relay", "one", datetime.now(UTC), LENGTH)
    assert not hold(engine, "relay", "ahead", ahead, LENGTH), "its clock says that the lease is long over"
    engine.dispose()

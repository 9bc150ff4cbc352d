"""A worker asks the broker how things stand with one client, for as long as that answers."""

import gc
from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient

from consumers.broker import NO_LOGIN
from deploy.seeing.broker_figures import BrokerLook, BrokerWatch
from schemas.agencies import load_partnership

pytestmark = pytest.mark.broker


@pytest.fixture
def watch(broker: str) -> Iterator[BrokerWatch]:
    made = BrokerWatch(BrokerLook(bootstrap=broker, partnership=load_partnership(), login=NO_LOGIN))
    yield made
    made.close()


def clients() -> list[KafkaAdminClient]:
    """Every one that is held or not yet collected, of other tests too."""
    return [one for one in gc.get_objects() if isinstance(one, KafkaAdminClient)]


def taken_by(watch: BrokerWatch) -> KafkaAdminClient:
    before = clients()
    watch()
    (mine,) = [one for one in clients() if one not in before]
    return mine


def test_however_often_it_looks_one_client_is_all_there_is(watch: BrokerWatch) -> None:
    gc.collect()
    before = len(clients())
    gc.disable()
    try:
        for _ in range(5):
            watch()
        assert len(clients()) == before + 1
    finally:
        gc.enable()


def test_after_a_look_that_failed_the_next_takes_another_client(watch: BrokerWatch) -> None:
    first = taken_by(watch)
    first.close()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever kafka-python says of a client that is closed
        watch()
    assert first._closed
    assert not taken_by(watch)._closed


def test_it_is_let_go_when_nobody_asks_any_more(watch: BrokerWatch) -> None:
    mine = taken_by(watch)
    assert not mine._closed
    watch.close()
    assert mine._closed

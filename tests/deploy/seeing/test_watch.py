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
    return [one for one in gc.get_objects() if isinstance(one, KafkaAdminClient)]


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
    watch()
    for client in clients():
        client.close()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever kafka-python says of a client that is closed
        watch()
    assert watch().workers is not None


def test_it_is_let_go_when_nobody_asks_any_more(watch: BrokerWatch) -> None:
    watch()
    (mine,) = [client for client in clients() if not client._closed]
    watch.close()
    assert mine._closed

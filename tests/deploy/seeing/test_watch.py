"""A worker asks the broker how things stand with one client, for as long as that answers."""

import gc
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from kafka import KafkaAdminClient

from consumers.broker import NO_LOGIN
from deploy.seeing import broker_figures
from deploy.seeing.broker_figures import BrokerLook, BrokerWatch
from schemas.agencies import load_partnership

pytestmark = pytest.mark.broker


@pytest.fixture
def watch(broker: str) -> Iterator[BrokerWatch]:
    made = BrokerWatch(BrokerLook(bootstrap=broker, partnership=load_partnership(), login=NO_LOGIN))
    looked_at_until_the_group_is_told_of(made)
    made.close()
    yield made
    made.close()


def clients() -> list[KafkaAdminClient]:
    """Every one that is held or not yet collected, of other tests too."""
    return [one for one in gc.get_objects() if isinstance(one, KafkaAdminClient)]


def looked_at_until_the_group_is_told_of(watch: BrokerWatch) -> None:
    """A broker that has just begun has nobody yet who coordinates the group."""
    until = monotonic() + 60
    while watch().workers is None:
        assert monotonic() < until, "nobody coordinates the group"
        sleep(0.2)


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


def test_a_client_that_is_not_told_of_the_group_is_let_go(watch: BrokerWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[KafkaAdminClient] = []
    monkeypatch.setattr(broker_figures, "_members", asked.append)
    assert watch().workers is None
    assert watch().workers is None
    first, second = asked
    assert first._closed
    assert second is not first


def test_it_is_let_go_when_nobody_asks_any_more(watch: BrokerWatch) -> None:
    mine = taken_by(watch)
    assert not mine._closed
    watch.close()
    assert mine._closed

"""The relay sends on while the broker answers, and takes out of the outbox only what is acknowledged, in order."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.errors import KafkaTimeoutError
from sqlalchemy import Engine, func, select

from schemas.tables import Base, Outbox
from streams import relay as relay_module
from streams.outbox import owe
from streams.relay import Relay
from streams.stage import Message
from streams.store import open_store, reading, writing

TOPIC = "tocsin.receipts.fire.v1"


@pytest.fixture
def engine(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


class Broker:
    """Stands for the producer: remembers what it was sent, and answers when told to."""

    def __init__(self, fails: bytes | None = None) -> None:
        self.sent: list[bytes] = []
        self.waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self.open = asyncio.Event()
        self.fails = fails

    def __call__(self, **_how: object) -> "Broker":
        return self

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Nothing to do."""

    async def send(self, topic: str, *, value: bytes, key: bytes | None, headers: object) -> "asyncio.Future[None]":
        self.sent.append(value)
        return asyncio.ensure_future(self._answer(value))

    async def _answer(self, value: bytes) -> None:
        await self.open.wait()
        if value == self.fails:
            self.fails = None
            raise KafkaTimeoutError


def _owe(engine: Engine, count: int) -> None:
    with writing(engine) as connection:
        owe(connection, [Message(topic=TOPIC, key=b"k", value=b"%d" % n) for n in range(count)])


def _left(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(Outbox)).scalar_one()


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never came true")


def _relayed(monkeypatch, engine: Engine, broker: Broker, during) -> None:
    async def run() -> None:
        relay = Relay(engine, "nowhere", holder="the only one", now=lambda: datetime.now(UTC), most=2)
        running = asyncio.ensure_future(relay.run())
        try:
            await during()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    monkeypatch.setattr(relay_module, "AIOKafkaProducer", broker)
    asyncio.run(run())


def test_it_sends_on_before_the_broker_has_answered_and_settles_only_then(monkeypatch, engine: Engine) -> None:
    broker = Broker()
    _owe(engine, 6)

    async def during() -> None:
        await _until(lambda: len(broker.sent) == 6)
        assert _left(engine) == 6
        broker.open.set()
        await _until(lambda: _left(engine) == 0)

    _relayed(monkeypatch, engine, broker, during)
    assert broker.sent == [b"%d" % n for n in range(6)], "each once, in order"


def test_what_the_broker_has_is_taken_out_together(monkeypatch, engine: Engine) -> None:
    broker, settled, settle = Broker(), [], relay_module.settle
    broker.open.set()
    monkeypatch.setattr(relay_module, "SETTLE_EVERY_S", 2.0)
    monkeypatch.setattr(relay_module, "settle", lambda at, numbers: (settled.append(len(numbers)), settle(at, numbers)))
    _owe(engine, 8)

    async def during() -> None:
        await _until(lambda: _left(engine) == 0)

    _relayed(monkeypatch, engine, broker, during)
    assert broker.sent == [b"%d" % n for n in range(8)]
    assert settled == [2, 6], "what comes first at once, the three lots after it as one"


def test_what_is_in_the_air_behind_a_failure_is_sent_again_behind_it(monkeypatch, engine: Engine) -> None:
    broker = Broker(fails=b"1")
    _owe(engine, 6)

    async def during() -> None:
        await _until(lambda: len(broker.sent) == 6)
        broker.open.set()
        await _until(lambda: _left(engine) == 0)

    _relayed(monkeypatch, engine, broker, during)
    assert broker.sent == [b"%d" % n for n in (*range(6), *range(6))], (
        "the newest word is the last, also the second time"
    )


def test_who_waited_for_the_store_longer_than_a_lease_lasts_leads_all_the_same(monkeypatch, engine: Engine) -> None:
    broker = Broker()
    broker.open.set()
    _owe(engine, 2)
    monkeypatch.setattr(relay_module, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(relay_module, "RENEW_EVERY_S", 60.0)  # it has this one chance

    async def during() -> None:
        with writing(engine):  # a stage at work
            await asyncio.sleep(2.3)
        await _until(lambda: _left(engine) == 0)

    _relayed(monkeypatch, engine, broker, during)

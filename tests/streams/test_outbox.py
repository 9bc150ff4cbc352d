"""What is owed: alerts before the receipts of a backlog, each topic in its order, nothing twice that is on its way."""

import pytest
from sqlalchemy import Engine

from schemas.tables import Base
from streams.outbox import owe, owed, settle
from streams.stage import Message
from streams.store import open_store, reading, writing

RECEIPTS, ALERTS = "tocsin.receipts.fire.v1", "tocsin.alerts.police.v1"


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def _owe(engine: Engine, *said: tuple[str, bytes]) -> None:
    with writing(engine) as connection:
        owe(connection, [Message(topic=topic, key=b"k", value=value) for topic, value in said])


def _read(engine: Engine, most: int, **how) -> list[tuple[int, bytes]]:
    with reading(engine) as connection:
        return [(number, message.value) for number, message in owed(connection, most, **how)]


def test_an_alert_does_not_stand_behind_receipts(engine: Engine) -> None:
    _owe(engine, *((RECEIPTS, b"r%d" % n) for n in range(20)), (ALERTS, b"a0"), (RECEIPTS, b"r20"), (ALERTS, b"a1"))
    values = [value for _, value in _read(engine, 10)]
    assert values == [b"a0", b"a1", *(b"r%d" % n for n in range(8))]


def test_alerts_leave_half_to_the_others(engine: Engine) -> None:
    _owe(engine, *((ALERTS, b"a%d" % n) for n in range(20)), *((RECEIPTS, b"r%d" % n) for n in range(20)))
    values = [value for _, value in _read(engine, 10)]
    assert values == [*(b"a%d" % n for n in range(5)), *(b"r%d" % n for n in range(5))]


def test_what_is_on_its_way_is_not_read_again(engine: Engine) -> None:
    _owe(engine, *((RECEIPTS, b"r%d" % n) for n in range(6)), (ALERTS, b"a0"))
    first = _read(engine, 4)
    flying = {number for number, _ in first}
    assert [value for _, value in first] == [b"a0", b"r0", b"r1", b"r2"]
    assert [value for _, value in _read(engine, 4, flying=flying)] == [b"r3", b"r4", b"r5"]
    with writing(engine) as connection:
        settle(connection, sorted(flying))
    assert [value for _, value in _read(engine, 4, besides=[ALERTS])] == [b"r3", b"r4", b"r5"]

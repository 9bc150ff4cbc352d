"""A partition whose records stand untaken, with nobody holding them, is read on from its ledger; any other is left."""

import asyncio
from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.tables import Base, Progress
from streams.agent import Taker
from streams.reading_on import ReadingOn
from streams.store import open_store, put, writing
from streams.together import Together

TOPIC = "tocsin.inbound.police.v1"
TP = namedtuple("TP", "topic partition")


@pytest.fixture
def engine(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@dataclass
class Broker:
    """Where partitions end, and what was sought."""

    ends: dict[TP, int]
    sought: list[tuple[str, int, int]] = field(default_factory=list)

    def assignment(self) -> set[Any]:
        return set(self.ends)

    def highwater(self, tp: TP) -> int | None:
        return self.ends[tp]

    async def seek(self, *place: Any) -> None:
        self.sought.append(place)


def _taken(engine: Engine, to: int) -> None:
    with writing(engine) as connection:
        put(connection, Progress, [{"topic": TOPIC, "partition": 1, "next": to}])


def _taker(engine: Engine) -> Taker:
    together = Together(engine, lambda *_: [], most=10, name="intake")
    return Taker(engine, together=together, refuse=lambda *_: [], most=10, committed=lambda: None)


def looks(engine: Engine, broker: Broker, taker: Taker, *between: Any) -> list[tuple[str, int, int]]:
    reading_on = ReadingOn(engine, {TOPIC: taker})
    for step in (lambda: None, *between):
        step()
        asyncio.run(reading_on.look(broker, broker.seek))
    return broker.sought


def test_what_stands_at_two_looks_is_sought(engine: Engine) -> None:
    _taken(engine, 54)
    broker = Broker({TP(TOPIC, 0): 0, TP(TOPIC, 1): 133, TP("tocsin.work.dedupe.v1", 0): 9})
    assert looks(engine, broker, _taker(engine), lambda: None) == [(TOPIC, 1, 54)]


def test_what_moves_between_looks_is_left(engine: Engine) -> None:
    _taken(engine, 54)
    broker = Broker({TP(TOPIC, 1): 133})
    assert looks(engine, broker, _taker(engine), lambda: _taken(engine, 60), lambda: _taken(engine, 133)) == []


def test_what_a_taker_holds_is_left(engine: Engine) -> None:
    taker = _taker(engine)
    taker.idle = False
    assert looks(engine, Broker({TP(TOPIC, 1): 133}), taker, lambda: None) == []


def test_a_partition_never_taken_from_is_read_from_its_start(engine: Engine) -> None:
    assert looks(engine, Broker({TP(TOPIC, 1): 3}), _taker(engine), lambda: None) == [(TOPIC, 1, 0)]


def test_what_is_handed_on_while_it_is_looked_at_is_left(engine: Engine) -> None:
    class HandingOn(Broker):
        def highwater(self, tp: TP) -> int | None:
            assert tp not in self.ends, "Partition is not assigned"
            return None

    assert looks(engine, HandingOn({TP(TOPIC, 1): 9}), _taker(engine), lambda: None) == []

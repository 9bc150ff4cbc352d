"""The figures say what the store and the broker hold, however often they are looked at."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine, select

from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.exposed import Exposed
from deploy.seeing.sampling import STALE_AFTER_S, Sampled
from deploy.seeing.store_figures import Ages, StoreLook
from deploy.store import migrate
from schemas.tables import Received, Rejected
from schemas.topics import INBOUND, REJECTED
from streams.intake.keep import take_reports
from streams.ledger import know_topics, take_run
from streams.outbox import owe
from streams.pipeline import drain
from streams.stage import Message
from streams.store import open_store, reading, writing
from tests.streams.intake import bad
from tests.streams.intake.making import CANARY, PARTNERSHIP, record, report


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def taken(engine: Engine, first: int, values: list[object]) -> None:
    run = [record(value, first + number) for number, value in enumerate(values)]
    take_run(engine, run, lambda connection, records: take_reports(connection, records, PARTNERSHIP))


def test_what_became_of_records_is_counted_once(engine: Engine) -> None:
    look = StoreLook(engine)
    some = [value for value, _ in bad.every_kind().values()]
    taken(engine, 0, [report(id="G-1"), *some[:20]])
    first = look()
    assert first.outcomes["police", "accepted"] == 1
    taken(engine, 21, [report(id="G-1"), report(id="G-2"), *some[20:40]])
    again, anew = look(), StoreLook(engine)()
    assert again.outcomes == anew.outcomes
    assert again.refused == anew.refused
    with reading(engine) as connection:
        outcomes = Counter(connection.execute(select(Received.outcome)).scalars())
        codes = Counter(connection.execute(select(Rejected.code)).scalars())
    assert again.outcomes == {("police", outcome): number for outcome, number in outcomes.items()}
    assert again.refused == {("police", code): number for code, number in codes.items()}
    assert sum(again.outcomes.values()) == 43
    assert again.heard == {"police": datetime(2024, 5, 2, 9, tzinfo=UTC)}
    assert again.waiting == {"dedupe": 2}
    drain(engine, PARTNERSHIP, 100)
    assert look().waiting == {}


def test_a_topic_made_anew_is_counted_from_its_beginning(engine: Engine) -> None:
    look = StoreLook(engine)
    taken(engine, 0, [report(id=f"O-{number}") for number in range(4)])
    assert look().outcomes == {("police", "accepted"): 4}
    topic = INBOUND.topic("police")
    know_topics(engine, {topic: "old"})
    know_topics(engine, {topic: "new"})
    taken(engine, 0, [report(id="O-1"), report(id="N-1")])
    assert look().outcomes == {("police", "accepted"): 1, ("police", "seen"): 1}


def test_the_outbox_is_as_old_as_its_oldest_was_seen() -> None:
    clock = iter([0.0, 10.0, 20.0, 30.0, 40.0])
    ages = Ages(lambda: next(clock))
    assert [ages.of(1, 1), ages.of(1, 5), ages.of(4, 9), ages.of(None, None), ages.of(10, 10), ages.of(10, 11)] == [
        0.0,
        10.0,
        10.0,
        0.0,
        0.0,
        10.0,
    ]


def test_lag_counts_from_the_ledger_or_from_what_is_still_there() -> None:
    figures = BrokerFigures(ends={("t", 0): 10, ("t", 1): 7, ("t", 2): 0}, starts={("t", 1): 5}, missing=(), workers=1)
    assert figures.lag({("t", 0): 4}) == {("t", 0): 6, ("t", 1): 2, ("t", 2): 0}


def test_an_answer_that_fails_or_grows_old_is_not_told() -> None:
    moments = [0.0]
    answers: list[object] = ["one", ValueError(CANARY), "two"]

    def ask() -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    sampled = Sampled(ask, seconds=lambda: moments[0])
    assert (sampled.well, sampled.trouble) == (False, "no answer yet")
    sampled.look()
    assert sampled.well
    sampled.look()
    assert (sampled.well, sampled.trouble, sampled.last) == (False, "ValueError", "one")
    sampled.look()
    assert sampled.well
    moments[0] = STALE_AFTER_S
    assert not sampled.well


def test_what_prometheus_reads_is_true_and_names_nobody(engine: Engine) -> None:
    values = [report(id=f"{CANARY}-{number}", people=[{"role": "victim", "name": CANARY}]) for number in range(3)]
    taken(engine, 0, [*values, *(value for value, _ in bad.every_kind().values())])
    drain(engine, PARTNERSHIP, 100)
    with writing(engine) as connection:
        owe(connection, [Message(topic=REJECTED.topic("police"), key=CANARY.encode(), value=CANARY.encode())])
    store, broker = Sampled(StoreLook(engine)), Sampled(broker_figures)
    registry = CollectorRegistry()
    registry.register(Exposed(store=store, broker=broker))
    assert b"tocsin_store_up 0.0" in generate_latest(registry)
    assert b"tocsin_records_total{" not in generate_latest(registry)
    store.look()
    broker.look()
    told = generate_latest(registry).decode()
    assert 'tocsin_records_total{agency="police",outcome="accepted"} 3.0' in told
    assert 'tocsin_rejected_total{agency="police",code="not-utf8"}' in told
    assert 'tocsin_lag_records{partition="0",topic="tocsin.inbound.police.v1"} 7.0' in told
    assert "tocsin_workers 2.0" in told
    for part in [CANARY, *CANARY.split(), "P-1"]:
        assert part not in told


def broker_figures() -> BrokerFigures:
    place = (INBOUND.topic("police"), 0)
    return BrokerFigures(ends={place: 10_000}, starts={place: 9_993}, missing=(), workers=2)


def test_the_shipped_partnership_makes_few_series(engine: Engine) -> None:
    """Fourteen agencies, fourteen codes, six outcomes: a label that took values from reports would go far beyond."""
    taken(engine, 0, [value for value, _ in bad.every_kind().values()])
    registry = CollectorRegistry()
    store = Sampled(StoreLook(engine))
    store.look()
    registry.register(Exposed(store=store))
    lines = [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]
    assert len(lines) < 60

"""Whatever order versions come in, however often, in whatever batches: the same reports hold."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.tables import Receipt, Received, Rejected, Report, ReportBody, ReportVersion, Waiting
from tests.streams.intake.making import empty, heads, record, records, report, rows, store, take

KEPT = (ReportVersion, ReportBody, Report, Receipt, Rejected, Waiting)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("order")
    with store(f"sqlite:///{folder / 'store.db'}") as opened:
        yield opened


@pytest.fixture
def other_engine(store_url: str) -> Iterator[Engine]:
    with store(store_url) as opened:
        yield opened


def said(id: str, version: int, action: str) -> dict[str, Any]:
    """The one thing an honest sender says at a version."""
    return report(
        id=id, version=version, action=action, summary=f"{id} as of {version}", reported_at="2024-05-01T21:30:00Z"
    )


honest = st.builds(
    said, st.sampled_from(["A", "B"]), st.integers(1, 4), st.sampled_from(["report", "amend", "retract"])
)
anyone = st.builds(
    lambda body, summary: body | {"summary": summary}, honest, st.sampled_from(["one", "other"])
) | st.just({"id": "A", "agency": "police"})


def cut(bodies: list[dict[str, Any]], at: list[int]) -> list[list[Any]]:
    batch = records(bodies)
    marks = sorted({min(mark, len(batch)) for mark in at} | {0, len(batch)})
    return [batch[start:end] for start, end in pairwise(marks)]


def held(engine: Engine) -> list[tuple[Any, ...]]:
    return [row[:-1] for row in heads(engine)]


@settings(max_examples=120, deadline=None)
@given(st.lists(honest, max_size=8), st.randoms(use_true_random=False), st.lists(st.integers(0, 16), max_size=3))
def test_any_order_and_any_redelivery_gives_the_same_heads(engine, bodies, random, at):
    empty(engine)
    take(engine, records(bodies))
    first = held(engine)
    again = bodies + [body for body in bodies if random.random() < 0.5]
    random.shuffle(again)
    empty(engine)
    for batch in cut(again, at):
        take(engine, batch)
    assert held(engine) == first


@settings(max_examples=120, deadline=None)
@given(st.lists(anyone, max_size=10), st.lists(st.integers(0, 10), max_size=4))
def test_how_records_are_cut_into_batches_changes_nothing(engine, bodies, at):
    empty(engine)
    take(engine, records(bodies))
    whole = [rows(engine, table) for table in (*KEPT[:-1], Received)]
    empty(engine)
    for batch in cut(bodies, at):
        take(engine, batch)
    assert [rows(engine, table) for table in (*KEPT[:-1], Received)] == whole


@settings(max_examples=80, deadline=None)
@given(st.lists(anyone, max_size=10))
def test_all_of_it_again_changes_nothing(engine, bodies):
    empty(engine)
    take(engine, records(bodies))
    before = [rows(engine, table) for table in KEPT]
    again = [record(body, offset + 100) for offset, body in enumerate(bodies)]
    messages = take(engine, again)
    assert messages == []
    assert [rows(engine, table) for table in KEPT] == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anyone, max_size=10), st.lists(st.integers(0, 10), max_size=3))
def test_both_stores_hold_the_same(engine, other_engine, bodies, at):
    for each in (engine, other_engine):
        empty(each)
        for batch in cut(bodies, at):
            take(each, batch)
    assert [rows(engine, table) for table in KEPT[:-1]] == [rows(other_engine, table) for table in KEPT[:-1]]

"""Rows written in one piece come to the store as they would one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from schemas.tables import Base, Judgement, OpenReport, ReportBody, Waiting
from streams.store import add, add_new, open_store, put, writing

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAIR = {"kind": "person", "a": "1", "b": "2", "judge": "pipeline", "verdict": "same", "bits": 14.5}
PAIR |= {"evidence": [{"name": "birth", "bits": 9.0}], "rule": "r", "at": AT, "why": None, "needs": None}
PAIR |= {"circle": None, "counts": None}
OPENED = {"ref": "police:1", "uid": "1", "incident": "i", "agency": "police", "reported_at": AT, "category": "noise"}
OPENED |= {"reported_on": "2026-11-20", "happened_on": None, "lag": 0.5, "detail": None, "terms": [], "names": ["ann"]}
OPENED |= {"first": "police:1", "week": None, "counts": None}


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


def test_no_text_is_taken_for_what_surrounds_it(engine: Engine) -> None:
    odd = ['"', "\\", "\\n", "a\nb\t", "{},[]", "%s %(rows)s", "null", "é 𝔘 \u200f", "'; drop table judgement; --", ""]
    with writing(engine) as connection:
        add(connection, Judgement, [{**PAIR, "b": text, "rule": text, "why": text, "evidence": [text]} for text in odd])
        asked = select(Judgement.b, Judgement.rule, Judgement.why, Judgement.evidence)
        assert {tuple(map(str, row)) for row in connection.execute(asked)} == {(t, t, t, str([t])) for t in odd}


def test_numbers_keep_their_last_figure_and_nothing_is_not_null_in_json(engine: Engine) -> None:
    bits = [0.1 + 0.2, 1e-300, -1.7976931348623157e308, 5e-324, 0.0, None]
    with writing(engine) as connection:
        add(connection, Judgement, [{**PAIR, "b": str(at), "bits": one} for at, one in enumerate(bits)])
        read = select(Judgement.bits).order_by(Judgement.b)
        assert connection.execute(read).scalars().all() == bits
        add(connection, OpenReport, [OPENED, {**OPENED, "ref": "police:2", "counts": {"area": None}}])
        unread = select(OpenReport.ref, OpenReport.counts).where(OpenReport.counts.is_(None))
        assert connection.execute(unread).all() == [("police:1", None)]


def test_a_text_too_long_for_its_column_is_refused_and_not_cut_off(postgresql_url: str) -> None:
    engine = open_store(postgresql_url)
    Base.metadata.create_all(engine)
    with pytest.raises(DataError), writing(engine) as connection:
        add(connection, Judgement, [{**PAIR, "verdict": "same as before"}])
    engine.dispose()


def test_of_rows_with_one_key_the_last_replaces_and_the_first_stands(engine: Engine) -> None:
    rows = [{**PAIR, "verdict": verdict} for verdict in ("same", "other", "review")]
    with writing(engine) as connection:
        put(connection, Judgement, rows)
        assert connection.execute(select(Judgement.verdict)).scalars().all() == ["review"]
        add_new(connection, Judgement, [{**row, "b": "3"} for row in rows])
        assert connection.execute(select(Judgement.verdict).where(Judgement.b == "3")).scalars().all() == ["same"]


def test_rows_are_numbered_in_their_order(engine: Engine) -> None:
    keys = [f"report:{at * 7919 % 6007:04}" for at in range(6_007)]
    with writing(engine) as connection:
        add(connection, Waiting, [{"stage": "dedupe", "key": key} for key in keys])
        assert connection.execute(select(Waiting.key).order_by(Waiting.seq)).scalars().all() == keys


def test_bytes_go_in_as_they_are(engine: Engine) -> None:
    raw = bytes(range(256))
    with writing(engine) as connection:
        put(connection, ReportBody, [{"uid": "1", "raw": b""}, {"uid": "2", "raw": raw}])
        assert connection.execute(select(ReportBody.raw).order_by(ReportBody.uid)).scalars().all() == [b"", raw]


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


def test_what_a_row_says_beside_its_columns_is_left_out(engine: Engine) -> None:
    with writing(engine) as connection:
        add(connection, Judgement, [{**PAIR, "told": "no column"}])
        put(connection, Judgement, [{**PAIR, "told": "no column", "verdict": "review"}])
        assert connection.execute(select(Judgement.verdict)).scalars().all() == ["review"]


def test_a_row_without_a_column_of_the_first_is_an_error(engine: Engine) -> None:
    with pytest.raises(KeyError), writing(engine) as connection:
        add(connection, Judgement, [PAIR, {name: value for name, value in PAIR.items() if name != "rule"}])

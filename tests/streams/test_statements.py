"""A statement written once says the same as one written anew, for every set of values and on either store."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, bindparam, delete, event, literal, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from schemas.tables import Base, Judgement
from streams.driver import ask
from streams.statements import Statement
from streams.store import add, is_away, open_store, reading, writing

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAIR = {"kind": "person", "a": "1", "b": "2", "judge": "pipeline", "verdict": "same", "bits": 14.5, "undone": False}
PAIR |= {"evidence": [{"name": "birth", "bits": 9.0}], "rule": "r", "at": AT, "why": None, "needs": None}
PAIR |= {"circle": None, "counts": None}

FROM = Statement(
    lambda any_of: (
        select(*Judgement.__table__.columns)
        .where(any_of(Judgement.a, "ends"), Judgement.at >= bindparam("since"), Judgement.undone.is_(False))
        .order_by(Judgement.a)
        .limit(bindparam("most"))
    )
)
JUDGED = Statement(lambda any_of: update(Judgement).where(any_of(Judgement.a, "ends")).values(verdict=bindparam("to")))
GONE = Statement(lambda any_of: delete(Judgement).where(Judgement.kind == "person", any_of(Judgement.a, "ends")))
TOLD = Statement(
    lambda _: (
        update(Judgement)
        .where(Judgement.a == bindparam("of"))
        .values(verdict=bindparam("to"), evidence=bindparam("as_told", type_=Judgement.evidence.type))
    )
)
VERDICTS = Statement(lambda _: select(Judgement.a, Judgement.verdict))


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    made = open_store(store_url)
    Base.metadata.create_all(made)
    with writing(made) as connection:
        add(connection, Judgement, [PAIR, {**PAIR, "a": "2", "evidence": None}, {**PAIR, "a": "é'", "bits": None}])
    yield made
    made.dispose()


def _from(connection: Connection, *ends: str, since: datetime = AT, most: int = 9) -> list[dict[str, object]]:
    return [dict(row) for row in FROM(connection, ends=ends, since=since, most=most).mappings()]


def test_values_go_in_and_come_out_as_their_columns_keep_them(engine: Engine) -> None:
    with reading(engine) as connection:
        assert _from(connection, "1") == [PAIR]
        assert _from(connection, "é'", "2", "none") == [
            {**PAIR, "a": "2", "evidence": None},
            {**PAIR, "a": "é'", "bits": None},
        ]
        assert [row.at for row in FROM(connection, ends=["1"], since=AT, most=1)] == [AT]
        assert _from(connection, "1", since=AT.replace(hour=10)) == []
        assert len(_from(connection, "1", "2", most=1)) == 1
        assert _from(connection) == []


def _changed_in_vain(engine: Engine) -> None:
    with writing(engine) as connection:
        GONE(connection, ends=["1"])
        JUDGED(connection, ends=["2"], to="review")
        assert VERDICTS.pairs(connection) == {"2": "review", "é'": "same"}
        raise LookupError


def test_what_is_changed_is_changed_with_its_transaction(engine: Engine) -> None:
    with pytest.raises(LookupError):
        _changed_in_vain(engine)
    with writing(engine) as connection:
        assert VERDICTS.pairs(connection) == {"1": "same", "2": "same", "é'": "same"}
        GONE(connection, ends=[])
        JUDGED(connection, ends=["2"], to="review")
    with reading(engine) as connection:
        assert VERDICTS.pairs(connection) == {"1": "same", "2": "review", "é'": "same"}


@pytest.mark.parametrize("listened_to", [False, True])
def test_it_is_asked_with_each_of_some_values(engine: Engine, listened_to: bool) -> None:
    told = [{"of": "1", "to": "apart", "as_told": [{"says": "é'"}]}, {"of": "2", "to": "never", "as_told": []}]
    with writing(engine) as connection:
        if listened_to:
            event.listen(connection, "before_cursor_execute", lambda *_: None)
        TOLD.each(connection, [])
        TOLD.each(connection, told)
        assert VERDICTS.pairs(connection) == {"1": "apart", "2": "never", "é'": "same"}
        assert [row["evidence"] for row in _from(connection, "1", "2")] == [[{"says": "é'"}], []]


def test_a_transaction_that_nobody_began_is_begun_with_it(engine: Engine) -> None:
    with engine.connect() as connection:
        GONE(connection, ends=["1"])
        connection.rollback()
        assert VERDICTS.pairs(connection) == {"1": "same", "2": "same", "é'": "same"}


def test_whoever_listens_is_told_of_every_statement(engine: Engine) -> None:
    told: list[str] = []
    with reading(engine) as connection:
        VERDICTS(connection)
        event.listen(connection, "before_cursor_execute", lambda *said: told.append(said[2]))
        assert VERDICTS.pairs(connection)["1"] == "same"
    assert [statement.split()[0] for statement in told] == ["SELECT"]


def _end_sessions_of_others(admin: Engine) -> None:
    with writing(admin) as connection:
        connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )


def _ask_of_a_session_that_ends(engine: Engine, admin: Engine) -> None:
    with writing(engine) as connection:
        add(connection, Judgement, [PAIR])
        _end_sessions_of_others(admin)
        VERDICTS(connection)


def test_a_session_that_is_gone_is_missed_once_and_then_replaced(postgresql_url: str) -> None:
    engine, other = open_store(postgresql_url), open_store(postgresql_url)
    Base.metadata.create_all(engine)
    with pytest.raises(OperationalError) as gone:
        _ask_of_a_session_that_ends(engine, other)
    assert is_away(gone.value)
    assert gone.value.connection_invalidated
    with writing(engine) as connection:
        assert VERDICTS.pairs(connection) == {}
        add(connection, Judgement, [PAIR])
        with pytest.raises(IntegrityError) as twice:
            add(connection, Judgement, [PAIR])
        assert not is_away(twice.value)
    engine.dispose()
    other.dispose()


def test_a_walks_statements_stay_planned(postgresql_url: str) -> None:
    engine = open_store(postgresql_url, pool_size=1)
    asked = [Statement(lambda _, at=at: select(literal(at).label(f"at_{at}"))) for at in range(200)]
    for _ in range(8):
        with reading(engine) as connection:
            assert [one(connection).scalar_one() for one in asked] == list(range(200))
    with reading(engine) as connection:
        planned = connection.execute(
            text("select count(*) from pg_prepared_statements where statement ~ ' at_[0-9]+$'")
        )
        assert planned.scalar_one() == 200
    engine.dispose()


def test_it_fails_as_through_the_library(tmp_path) -> None:
    store = f"sqlite:///{tmp_path}/store.db"
    engine, other = open_store(store), open_store(store)
    Base.metadata.create_all(engine)
    with writing(engine) as connection:
        add(connection, Judgement, [PAIR])
        with pytest.raises(IntegrityError) as twice:
            add(connection, Judgement, [PAIR])
        assert "person" not in str(twice.value)
        assert not is_away(twice.value)
    with writing(engine), reading(other) as connection:
        ask(connection, "pragma busy_timeout=1", ())
        with pytest.raises(OperationalError) as locked:
            GONE(connection, ends=["1"])
        assert is_away(locked.value)
    engine.dispose()
    other.dispose()

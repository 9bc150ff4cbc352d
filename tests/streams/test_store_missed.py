"""What a worker had asked PostgreSQL for ends with it, and its locks are free for who takes its place."""

import multiprocessing
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from streams.store import alone, open_store, reading

# PostgreSQL looks once a second; a busy machine may take longer.
MISSED_WITHIN_S = 10.0


def _ask_at_length(url: str) -> None:
    with alone(open_store(url), "a stage") as connection:
        connection.execute(text("select pg_sleep(60)"))


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = open_store(postgresql_url)
    yield engine
    engine.dispose()


def _asking(engine: Engine) -> int:
    with reading(engine) as connection:
        asked = (
            "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()"
        )
        return int(connection.execute(text(asked)).scalar_one())


def _until(true: bool, engine: Engine, within_s: float) -> float:
    since = time.monotonic()
    while bool(_asking(engine)) is not true:
        assert time.monotonic() - since < within_s
        time.sleep(0.05)
    return time.monotonic() - since


def test_a_killed_workers_statement_and_its_locks_are_gone_at_once(engine: Engine, postgresql_url: str) -> None:
    worker = multiprocessing.get_context("forkserver").Process(target=_ask_at_length, args=(postgresql_url,))
    worker.start()
    _until(True, engine, 60)
    worker.kill()
    worker.join()
    _until(False, engine, MISSED_WITHIN_S)
    with alone(engine, "a stage") as connection:
        assert connection.execute(text("select 1")).scalar_one() == 1


def test_what_the_address_asks_of_the_session_is_kept(postgresql_url: str) -> None:
    address = make_url(postgresql_url).update_query_dict({"options": "-c lock_timeout=7s"})
    engine = open_store(address.render_as_string(hide_password=False))
    with reading(engine) as connection:
        shown = [
            connection.execute(text(f"show {name}")).scalar_one()
            for name in ("lock_timeout", "client_connection_check_interval")
        ]
    engine.dispose()
    assert shown == ["7s", "1s"]

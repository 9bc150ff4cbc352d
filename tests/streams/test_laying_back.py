"""SQLite's log is laid back into the store beside whoever writes, and begins anew."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from streams.store import is_away, lay_back, open_store, reading, writing

LETTER = "x" * 4000  # a page


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    with writing(engine) as connection:
        connection.exec_driver_sql("create table letter (text)")
    return engine


def _write(engine: Engine, letters: int) -> None:
    with writing(engine) as connection:
        for _ in range(letters):
            connection.exec_driver_sql("insert into letter values (?)", (LETTER,))


def _in_the_file_alone(engine: Engine, beside: Path) -> int:
    """How many letters the store's file has without its log."""
    shutil.copy(str(engine.url.database), beside)
    with closing(sqlite3.connect(beside)) as alone:
        try:
            return int(alone.execute("select count(*) from letter").fetchone()[0])
        except sqlite3.DatabaseError:  # not even the table, or some of its pages
            return 0


def test_what_was_written_is_laid_back_while_another_has_the_turn_to_write(engine: Engine, tmp_path: Path) -> None:
    _write(engine, 50)
    assert _in_the_file_alone(engine, tmp_path / "before.db") == 0
    began, end = Event(), Event()

    def write() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("insert into letter values ('under way')")
            began.set()
            end.wait(30)

    writer, layer = Thread(target=write), Thread(target=lay_back, args=(engine,))
    writer.start()
    assert began.wait(30)
    layer.start()
    until = monotonic() + 30
    while _in_the_file_alone(engine, tmp_path / "beside.db") < 50:
        assert monotonic() < until
        sleep(0.01)
    assert layer.is_alive(), "what comes meanwhile is laid back in a turn"
    end.set()
    writer.join(30)
    layer.join(30)
    assert _in_the_file_alone(engine, tmp_path / "after.db") == 51


def test_the_log_begins_anew_where_all_of_it_was_laid_back(engine: Engine) -> None:
    sizes = []
    for _ in range(5):
        _write(engine, 100)
        lay_back(engine)
        sizes.append(Path(f"{engine.url.database}-wal").stat().st_size)
    assert sizes[-1] < 1.5 * sizes[0]


def test_who_reads_from_the_log_is_waited_for_a_moment_and_no_longer(engine: Engine) -> None:
    _write(engine, 100)
    with reading(engine) as connection:
        connection.exec_driver_sql("select count(*) from letter").fetchone()
        began = monotonic()
        assert lay_back(engine) >= 100
        assert monotonic() - began < 10, "whoever reads for long would hold up all who write"
        _write(engine, 100)
        assert lay_back(engine) >= 200, "the log cannot begin anew while it is read from"
    lay_back(engine)
    _write(engine, 1)
    assert lay_back(engine) < 100


def test_a_disk_that_is_full_is_a_store_that_is_away(engine: Engine, monkeypatch) -> None:
    class Full:
        def execute(self, _statement: str) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    class Raw:
        driver_connection = Full()

        def close(self) -> None:
            pass

    monkeypatch.setattr(engine, "raw_connection", Raw)
    with pytest.raises(DBAPIError) as failed:
        lay_back(engine)
    assert is_away(failed.value)

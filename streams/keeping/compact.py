"""Giving back what deleted rows leave in the store's files: until then their bytes lie there, shown by nothing."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from schemas.tables import Base

# They hold nothing about anybody, and may be large.
_OTHERS = frozenset({"address", "address_list", "area", "postcode_area", "audit"})


def compact(engine: Engine) -> tuple[str, ...]:
    """Write the store's files anew without what was deleted; what could not be done, in sentences."""
    if engine.dialect.name == "sqlite":
        return tuple(_sqlite(engine))
    return tuple(_postgresql(engine))


def _sqlite(engine: Engine) -> Iterator[str]:
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        cursor.execute("vacuum")
        busy, *_ = cursor.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:
            yield "the write-ahead log is being read and could not be emptied: run tocsin store compact again"
    except sqlite3.OperationalError:
        yield "the file is in use and could not be written anew: run tocsin store compact when it is not"
    finally:
        raw.close()


def _postgresql(engine: Engine) -> Iterator[str]:
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in _OTHERS]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # the planner keeps common values of columns, and goes on keeping those of a table that has no rows any more
        yield from _tried(connection, _FORGET_SAMPLES, "the planner's samples were not forgotten", {"tables": tables})
        for table in tables:
            connection.execute(text(f'vacuum (full, analyze) "{table}"'))
        # old segments of the log hold what was once written: with wal_recycle=off they go at the checkpoint
        for statement, what in (
            ("vacuum full pg_statistic", "the planner's samples were not written anew"),
            ("checkpoint", "the write-ahead log was not moved on"),
            ("select pg_switch_wal()", "the write-ahead log was not moved on"),
            ("checkpoint", "the write-ahead log was not moved on"),
        ):
            yield from _tried(connection, statement, what)
        if connection.execute(text("show wal_recycle")).scalar_one() == "on":
            yield "old segments of the write-ahead log are kept to be written over: set wal_recycle = off"


_FORGET_SAMPLES = (
    "delete from pg_statistic where starelid in "
    "(select oid from pg_class where relname = any(cast(:tables as varchar[])) and pg_table_is_visible(oid))"
)


def _tried(connection: Connection, statement: str, what: str, values: Mapping[str, Any] | None = None) -> Iterator[str]:
    try:
        connection.execute(text(statement), values or {})
    except DBAPIError:
        yield f"{what}: that takes a superuser ({statement.partition(' where')[0]})"

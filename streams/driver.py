"""Straight to SQLite's driver: of a small statement the library's own way takes twice what the rest of it does."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError


def goes_straight(connection: Connection) -> bool:
    """Whether a statement may go past the library.

    Whoever listens is told of every statement, and a transaction begins as the library begins it.
    """
    if connection.dialect.name != "sqlite" or not connection.in_transaction():
        return False
    return not connection.dispatch.before_cursor_execute


def ask(connection: Connection, sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The rows that a statement comes to; fails as through the library."""
    try:
        rows: list[Any] = _driver(connection).execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise as_the_librarys(connection.dialect, sql, error) from error
    return rows


def ask_many(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """A statement with each of ``rows``; fails as through the library."""
    try:
        _driver(connection).executemany(sql, rows)
    except sqlite3.Error as error:
        raise as_the_librarys(connection.dialect, sql, error) from error


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.dbapi_connection
    return driver  # type: ignore[no-any-return]


def as_the_librarys(dialect: Dialect, sql: str, error: sqlite3.Error) -> BaseException:
    """What the library would have raised."""
    return DBAPIError.instance(sql, None, error, sqlite3.Error, dialect=dialect)

"""Straight to the store's driver: of a small statement the library's own way takes twice what the rest of it does."""

from collections.abc import Sequence
from typing import Any, NoReturn

from sqlalchemy import Connection

Values = tuple[Any, ...] | list[Any] | dict[str, Any]


def goes_straight(connection: Connection) -> bool:
    """Whether a statement may go past the library.

    Whoever listens is told of every statement, and a transaction begins as the library begins it.
    """
    return connection.in_transaction() and not connection.dispatch.before_cursor_execute


def ask(connection: Connection, sql: str, values: Values) -> list[Any]:
    """The rows that a statement in the driver's own words comes to, if to any; fails as through the library."""
    if not goes_straight(connection):
        told = connection.exec_driver_sql(sql, values)
        return list(told.all()) if told.returns_rows else []
    try:
        asked = _asks(connection).execute(sql, values)
        # of a statement without rows there is nothing to number; SQLite's driver numbers none, and gives none then
        rows: list[Any] = [] if getattr(asked, "rownumber", 0) is None else asked.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, sql, error)
    return rows


def ask_many(connection: Connection, sql: str, rows: Sequence[Values]) -> None:
    """A statement in the driver's own words with each of ``rows``; fails as through the library."""
    if not goes_straight(connection):
        connection.exec_driver_sql(sql, list(rows))
        return
    try:
        _asks(connection).executemany(sql, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, sql, error)


def _asks(connection: Connection) -> Any:
    """What asks of a session: one, for with PostgreSQL's driver making it takes a third of a small statement."""
    asks: Any = connection.info.get("tocsin_asks")
    if asks is None:
        driver: Any = connection.connection.dbapi_connection
        asks = connection.info["tocsin_asks"] = driver.cursor()
    return asks


def _fail(connection: Connection, sql: str, error: Exception) -> NoReturn:
    """Leave it to the library what comes of it: which error, and whether sessions are of any more use."""
    # its own door to that, for it has no other: the tests of statements would tell if it closed
    connection._handle_dbapi_exception(error, sql, None, None, None)

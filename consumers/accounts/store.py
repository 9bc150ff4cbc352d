"""Reading the store at one moment, and writing what may be there already."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase


def add_new(connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any]) -> None:
    """Insert the row, unless its key is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A snapshot to read from, which on SQLite must not ask for the writer's place."""
    with engine.connect().execution_options(tocsin_reading=True) as connection, connection.begin():
        yield connection

"""Writing what may be there already."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase


def add_new(connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any]) -> None:
    """Insert the row, unless its key is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())

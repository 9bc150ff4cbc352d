"""Many rows of the store handed over in one piece."""

from typing import Any

from pydantic_core import from_json
from sqlalchemy import JSON, ColumnElement, Connection, Select, Text, cast, func


def at_once(connection: Connection, wanted: Select[Any]) -> list[list[Any]]:
    """The rows of a query as bare values, in any order: times as the store keeps them, JSON as its text.

    SQLite's driver lets other threads go on at each row, and waits for its turn after it: of ten thousand rows, read
    while other threads work, that made ten thousand waits.
    """
    on_sqlite = connection.dialect.name == "sqlite"
    whole, row = (func.json_group_array, func.json_array) if on_sqlite else (func.json_agg, func.json_build_array)
    values = [_bare(column) for column in wanted.selected_columns]
    said = connection.execute(wanted.with_only_columns(cast(whole(row(*values)), Text))).scalar_one()
    found: list[list[Any]] = from_json(said or "[]")
    return found


def _bare(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text) if isinstance(column.type, JSON) else column

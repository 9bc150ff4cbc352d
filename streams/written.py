"""Rows written by the thousand: a statement is compiled once, and its values are brought to the driver's by the column.

The library's own way goes through every value of every row in Python three times over, which took longer than SQLite.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal

from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from streams.driver import ask_many, goes_straight

Row = Mapping[str, Any]
Where = Literal["nothing there", "let it stand", "replace it"]  # what becomes of a row with the same key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Insert:
    """A compiled statement; what brings each column's values to the driver's; and what goes in where rows say nothing.

    ``named``: the driver takes values by name, not by their place.
    """

    sql: str
    brings: Mapping[str, Callable[[Any], Any] | None]
    defaults: Mapping[str, Any]
    named: bool


def write(connection: Connection, table: type[DeclarativeBase], rows: Sequence[Row], where: Where) -> None:
    """Insert rows that all name the same columns."""
    insert = _insert(connection.dialect, table, where, tuple(rows[0]))
    columns = []
    for name, bring in insert.brings.items():
        if name in insert.defaults:
            values: Any = [insert.defaults[name]] * len(rows)
        else:
            values = map(itemgetter(name), rows)
        columns.append(values if bring is None else map(bring, values))
    listed = list(zip(*columns, strict=True))
    if goes_straight(connection):
        ask_many(connection, insert.sql, listed)
        return
    connection.exec_driver_sql(
        insert.sql, [dict(zip(insert.brings, values, strict=True)) for values in listed] if insert.named else listed
    )


@lru_cache(maxsize=512)
def _insert(dialect: Dialect, table: type[DeclarativeBase], where: Where, names: tuple[str, ...]) -> _Insert:
    known = table.__table__
    statement = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    if where == "let it stand":
        statement = statement.on_conflict_do_nothing()
    if where == "replace it":
        keys = [column.name for column in known.primary_key]
        changed = {name: statement.excluded[name] for name in names if name not in keys}
        statement = (
            statement.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else statement.on_conflict_do_nothing()
        )
    defaults = {c.name: c.default.arg for c in known.columns if c.default is not None and c.name not in names}
    compiled = statement.compile(dialect=dialect, column_keys=[*names, *defaults])
    order = compiled.positiontup or list(compiled.params)
    return _Insert(
        sql=compiled.string,
        brings={name: known.columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order},
        defaults=defaults,
        named=not compiled.positional,
    )

"""Rows written by the thousand: a statement is compiled once, and its values are brought to the driver's by the column.

The library's own way goes through every value of every row in Python three times over, which took longer than SQLite.
PostgreSQL is given all rows in one JSON text: each bound by itself took three times as long (3,000 rows: 69 ms, 24).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    String,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from streams.driver import ask, ask_many

Row = Mapping[str, Any]
Where = Literal["nothing there", "let it stand", "replace it"]  # what becomes of a row with the same key
_Bring = Callable[[Any], Any] | None
# So many rows go to PostgreSQL in one text.
_TOGETHER = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Insert:
    """A compiled statement; what brings each column's values to the driver's; and what goes in where rows say nothing.

    ``whole``: it takes all rows as one text. ``keys``: the places of the key by which it replaces them.
    """

    sql: str
    brings: Mapping[str, _Bring]
    defaults: Mapping[str, Any]
    whole: bool
    keys: tuple[int, ...]


def as_text(value: Any) -> str:
    """JSON as the store writes it."""
    try:
        return to_json(value, inf_nan_mode="constants").decode()
    except ValueError:  # half of a surrogate pair, which it cannot write and the library's own escapes
        return json.dumps(value)


def write(connection: Connection, table: type[DeclarativeBase], rows: Sequence[Row], where: Where) -> None:
    """Insert rows that all name the same columns; what they say beside these is left out."""
    insert = _insert(connection.dialect, table, where, tuple(rows[0]))
    columns = []
    for name, bring in insert.brings.items():
        if name in insert.defaults:
            values: Any = [insert.defaults[name]] * len(rows)
        else:
            values = map(itemgetter(name), rows)
        columns.append(values if bring is None else map(bring, values))
    listed: list[Any] = list(zip(*columns, strict=True))
    if insert.whole:
        if where == "replace it":  # one statement replaces a row once: the last counts, as it would one by one
            listed = list({tuple(row[place] for place in insert.keys): row for row in listed}.values())
        for start in range(0, len(listed), _TOGETHER):
            ask(connection, insert.sql, {"rows": as_text(listed[start : start + _TOGETHER])})
        return
    if not connection.dialect.positional:
        listed = [dict(zip(insert.brings, values, strict=True)) for values in listed]
    ask_many(connection, insert.sql, listed)


@lru_cache(maxsize=512)
def _insert(dialect: Dialect, table: type[DeclarativeBase], where: Where, names: tuple[str, ...]) -> _Insert:
    known = table.__table__
    defaults = {c.name: c.default.arg for c in known.columns if c.default is not None and c.name not in names}
    # bytes are not text
    whole = dialect.name == "postgresql" and not any(isinstance(c.type, LargeBinary) for c in known.columns)
    order = [name for name in (*names, *defaults) if name in known.columns]
    statement = (sqlite if dialect.name == "sqlite" else postgresql).insert(table).inline()
    if whole:
        row = func.json_array_elements(bindparam("rows", type_=postgresql.JSON)).column_valued("each")
        says = [_said(row, place, known.columns[name].type) for place, name in enumerate(order)]
        statement = statement.from_select(order, select(*says), include_defaults=False)
    if where == "let it stand":
        statement = statement.on_conflict_do_nothing()
    if where == "replace it":
        keys = [column.name for column in known.primary_key]
        changed = {name: statement.excluded[name] for name in order if name not in keys and name not in defaults}
        statement = (
            statement.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else statement.on_conflict_do_nothing()
        )
    compiled = statement.compile(dialect=dialect, column_keys=None if whole else order)
    if not whole:
        order = list(compiled.positiontup or compiled.params)
    return _Insert(
        sql=compiled.string,
        brings={name: _brought(dialect, known.columns[name].type, whole=whole) for name in order},
        defaults=defaults,
        whole=whole,
        keys=tuple(order.index(c.name) for c in known.primary_key) if where == "replace it" else (),
    )


def _said(row: ColumnElement[Any], place: int, kind: Any) -> ColumnElement[Any]:
    """What stands at a place of a row, as its column takes it."""
    at: ColumnElement[int] = literal_column(str(place))
    text = row.op("->>")(at)
    if isinstance(kind, String):
        return text  # as it is: a cast would cut off what is too long for the column
    if not isinstance(kind, JSON):
        return cast(text, kind)
    value = cast(row.op("->")(at), kind)
    return case((text.is_(null()), null()), else_=value) if kind.none_as_null else value


def _brought(dialect: Dialect, kind: Any, *, whole: bool) -> _Bring:
    if whole and isinstance(kind, JSON):
        return None  # it goes into the text as it is
    return kind.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]

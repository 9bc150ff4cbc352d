"""Whole sets of ids in one statement, the same on both stores."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    TableValuedAlias,
    bindparam,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY


def among(connection: Connection, what: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Whether ``what`` is one of ``values``: one bound value however many they are, so it is compiled once."""
    listed = sorted(set(values))
    if connection.dialect.name == "postgresql":
        return what == func.any(bindparam(None, listed, type_=ARRAY(String), unique=True))  # type: ignore[no-any-return]
    return what.in_(select(each(connection, listed).c.value))  # type: ignore[no-any-return]


def each(connection: Connection, values: Iterable[str]) -> TableValuedAlias:
    """``values`` as rows with one column, ``value``."""
    listed = sorted(set(values))
    if connection.dialect.name == "postgresql":
        bound = bindparam(None, listed, type_=ARRAY(String), unique=True)
        return func.unnest(bound).table_valued(column("value", String)).render_derived()
    bound = bindparam(None, json.dumps(listed), type_=String, unique=True)
    return func.json_each(bound).table_valued(column("value", String))


def micros(instant: Any) -> ColumnElement[int]:
    """An instant as the integer it is kept as: thousands are read only to be put in order."""
    return type_coerce(instant, BigInteger)

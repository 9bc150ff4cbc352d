"""Whole sets of ids in one statement, the same on both stores."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, String, bindparam, column, func, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY


def among(connection: Connection, what: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Whether ``what`` is one of ``values``: one bound value however many they are, so it is compiled once."""
    listed = sorted(set(values))
    if connection.dialect.name == "postgresql":
        return what == func.any(bindparam(None, listed, type_=ARRAY(String), unique=True))  # type: ignore[no-any-return]
    each = func.json_each(bindparam(None, json.dumps(listed), type_=String, unique=True)).table_valued(column("value"))
    return what.in_(select(each.c.value))  # type: ignore[no-any-return]


def micros(instant: Any) -> ColumnElement[int]:
    """An instant as the integer it is kept as: thousands are read only to be put in order."""
    return type_coerce(instant, BigInteger)

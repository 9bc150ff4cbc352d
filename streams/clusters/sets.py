"""Whole sets of ids in one statement, the same on both stores."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, String, bindparam, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from streams.written import as_text


class _Among(FunctionElement[Any]):
    """A column and one bound value that lists what it may be: made for every statement, so it is made of little."""

    name = "among"
    type = Integer()  # of a truth value the library would ask whether it is 1, and SQLite then uses no index
    inherit_cache = True


@compiles(_Among)
def _in_a_list(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    what, values = (compiler.process(each, **how) for each in element.clauses)
    return f"({what} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - a column and a place for a value


@compiles(_Among, "postgresql")
def _in_an_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    what, values = (compiler.process(each, **how) for each in element.clauses)
    return f"({what} = ANY ({values}))"


def among(connection: Connection, what: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Whether ``what`` is one of ``values``: one bound value however many they are, so it is compiled once."""
    listed = sorted(set(values))
    if connection.dialect.name == "postgresql":
        return _Among(what, bindparam(None, listed, type_=ARRAY(String), unique=True))
    return _Among(what, bindparam(None, as_text(listed), type_=String, unique=True))


def among_those(dialect: str, what: Any, name: str) -> ColumnElement[bool]:
    """The same in a statement that is made once for a kind of store: ``those`` values are bound to it by their name.

    They are texts, or whole numbers where ``what`` is one.
    """
    one = BigInteger if isinstance(what.type, Integer) else String
    return _Among(what, bindparam(name, type_=ARRAY(one) if dialect == "postgresql" else String))


def those(dialect: str, values: Iterable[Any]) -> list[Any] | str:
    """Values for a statement that asks ``among_those``."""
    listed = sorted(set(values))
    return listed if dialect == "postgresql" else as_text(listed)


def micros(instant: Any) -> ColumnElement[int]:
    """An instant as the integer it is kept as: thousands are read only to be put in order."""
    return type_coerce(instant, BigInteger)

"""Statements that are asked for every report: each is written once, and bound to its values by their names.

With one report in a batch most of a worker's time went to writing them, and half of the rest to the library's going
through each as if for the first time. A small one took 290 µs, of which SQLite had 20; it takes 77, and straight 33.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Executable, Result, SelectBase, UpdateBase
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

from streams.clusters.sets import among_those, those
from streams.driver import ask, ask_many, goes_straight

AnyOf = Callable[[Any, str], ColumnElement[bool]]
# What PostgreSQL calls the one kind of number in the store that is not whole.
_FLOAT8 = 701
_Bring = Callable[[Any], Any] | None  # a value to the driver's, or from it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Straight:
    """A statement as the driver takes it: its values, in order or by name, and where and how those that change come in.

    ``reads``: how the values of the columns are read that are not what the driver gives.
    """

    sql: str
    values: list[Any] | dict[str, Any]
    places: tuple[tuple[Any, str, _Bring], ...]
    reads: tuple[tuple[int, Callable[[Any], Any]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A statement for one kind of store, the names under which it takes lists, and those of its columns."""

    statement: Executable
    lists: tuple[str, ...]
    columns: SimpleResultMetaData
    straight: _Straight | None


class Statement:
    """A statement written when it is first asked of a kind of store; where all its lists are empty it is not asked.

    So each list stands in a condition without which nothing is found: nothing else finds a row without one.
    """

    def __init__(self, write: Callable[[AnyOf], Executable]) -> None:
        """``write`` is given ``any_of(column, name)``: whether a column is among the values bound by that name."""
        self._write = write
        self._written: dict[str, _Written] = {}

    def __call__(self, connection: Connection, **values: Any) -> Result[*tuple[Any, ...]]:
        """What comes of it with these values; a list is any collection of texts, or of numbers for a number."""
        dialect = connection.dialect
        written = self._written.get(dialect.name) or self._first(dialect)
        if written.lists and not any(values[name] for name in written.lists):
            return IteratorResult(written.columns, iter(()))
        for name in written.lists:
            values[name] = those(dialect.name, values[name])
        if written.straight is None or not goes_straight(connection):
            return connection.execute(written.statement, values)
        return IteratorResult(written.columns, iter(_straight(connection, written.straight, values)))

    def each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Ask it once with each of some sets of values, none of them a list."""
        dialect = connection.dialect
        written = self._written.get(dialect.name) or self._first(dialect)
        if not rows:
            return
        if written.straight is None or not goes_straight(connection):
            connection.execute(written.statement, list(rows))
        else:
            ask_many(connection, written.straight.sql, [_bound(written.straight, values) for values in rows])

    def pairs(self, connection: Connection, **values: Any) -> dict[Any, Any]:
        """The second column of what comes of it, by the first."""
        return {key: value for key, value in self(connection, **values)}  # noqa: C416 - rows are no pairs to the types

    def _first(self, dialect: Dialect) -> _Written:
        lists: dict[str, None] = {}

        def any_of(column: Any, name: str) -> ColumnElement[bool]:
            lists[name] = None
            return among_those(dialect.name, column, name)

        statement = self._write(any_of)
        columns = list(statement.selected_columns) if isinstance(statement, SelectBase) else []
        made = _Written(
            statement=statement,
            lists=tuple(lists),
            columns=SimpleResultMetaData([str(column.key) for column in columns]),
            straight=_read_as(dialect, statement, columns, lists),
        )
        return self._written.setdefault(dialect.name, made)


def _read_as(
    dialect: Dialect, statement: Executable, columns: list[ColumnElement[Any]], lists: Collection[str]
) -> _Straight | None:
    """A statement as the store's driver takes it; none that is written anew for every set of values."""
    if not isinstance(statement, SelectBase | UpdateBase):
        return None
    compiled: Any = statement.compile(dialect=dialect)
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    values: dict[Any, Any] = {}
    places = []
    for at, name in enumerate(compiled.positiontup or compiled.params):
        place, bound = at if compiled.positional else name, compiled.binds[name]
        # a list is made for the driver before it is bound
        bring = None if name in lists else bound.type.dialect_impl(dialect).bind_processor(dialect)
        stays = bound.value if bring is None or bound.required else bring(bound.value)
        values[place] = None if bound.required else stays
        if bound.required:
            places.append((place, name, bring))
    reads = [column.type.dialect_impl(dialect).result_processor(dialect, _FLOAT8) for column in columns]
    return _Straight(
        sql=compiled.string,
        values=list(values.values()) if compiled.positional else values,
        places=tuple(places),
        reads=tuple((place, read) for place, read in enumerate(reads) if read is not None),
    )


def _bound(asked: _Straight, values: Mapping[str, Any]) -> Any:
    bound: Any = asked.values.copy()
    for place, name, bring in asked.places:
        bound[place] = values[name] if bring is None else bring(values[name])
    return bound


def _straight(connection: Connection, asked: _Straight, values: Mapping[str, Any]) -> list[Any]:
    rows = ask(connection, asked.sql, _bound(asked, values))
    if not asked.reads or not rows:
        return rows
    columns = list(zip(*rows, strict=True))
    for place, read in asked.reads:
        columns[place] = tuple(map(read, columns[place]))
    return list(zip(*columns, strict=True))

"""A table of counts as people keep it (``series,date,count``), and what was said of it, as rows again.

A series is weekly where all its dates are whole weeks apart, or else daily. A week or day that is missing between a
series' first and last is a count of 0, and is told: most tables are made by counting incidents, and leave out the days
that had none.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from schemas.files import NotReadable, text_of
from streams.detectors.values import Judged, Series

COLUMNS = ("series", "date", "count")
SURELY_WEEKLY = 0.8  # of the steps whole weeks: then the others are slips, not days
LARGEST = 10**12
# One mistyped year would put a count of 0 on each day of centuries.
LONGEST_YEARS = 100


class Unreadable(NotReadable):
    """The table cannot be read; the sentence says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The series that share their days, with their names, column by column."""

    names: tuple[str, ...]
    series: Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All series of a table, and how many counts of 0 were put into the gaps of each."""

    groups: tuple[Group, ...]
    order: tuple[str, ...]
    filled: Mapping[str, int]


def read_table(lines: Iterable[str]) -> Table:
    """Read CSV lines; raises ``Unreadable`` with the line."""
    counts = _rows(lines)
    together: dict[tuple[date, ...], list[str]] = defaultdict(list)
    for name, counted in counts.items():
        together[_days(name, counted)].append(name)
    groups = tuple(
        Group(
            names=tuple(names),
            series=Series(
                days=days, counts=np.array([[float(counts[name].get(day, 0)) for name in names] for day in days])
            ),
        )
        for days, names in together.items()
    )
    filled = {name: len(group.series.days) - len(counts[name]) for group in groups for name in group.names}
    return Table(groups=groups, order=tuple(counts), filled={name: count for name, count in filled.items() if count})


def read_table_file(path: Path) -> Table:
    """Read a CSV file; raises ``Unreadable``."""
    try:
        with io.StringIO(text_of(path), newline="") as lines:
            return read_table(lines)
    except NotReadable as error:
        raise Unreadable(str(error)) from None


def _rows(lines: Iterable[str]) -> dict[str, dict[date, int]]:
    reader = csv.DictReader(lines)
    try:
        header = [name.strip().removeprefix("\ufeff").lower() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise Unreadable(f"line 1: {error}") from None
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Unreadable(f"no column {' and no column '.join(missing)}; the first line must name: {','.join(COLUMNS)}")
    doubled = [name for name in COLUMNS if header.count(name) > 1]
    if doubled:
        raise Unreadable(f"two columns are named {doubled[0]}")
    reader.fieldnames = header
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    first: dict[tuple[str, date], int] = {}
    try:
        for row in reader:
            name, day, count = _cells(row, reader.line_num)
            if (name, day) in first:
                raise Unreadable(f"line {reader.line_num}: {name!r} has {day} twice, first on line {first[name, day]}")
            first[name, day] = reader.line_num
            counts[name][day] = count
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None
    if not counts:
        raise Unreadable("the table has no rows")
    return counts


def _cells(row: Mapping[str | None, str | None], line: int) -> tuple[str, date, int]:
    name, day, count = ((row.get(column) or "").strip() for column in COLUMNS)
    if not name:
        raise Unreadable(f"line {line}: the series has no name")
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise Unreadable(f"line {line}: {day!r} is not a date; write it as 2026-03-28") from None
    try:
        number = float(count)
    except ValueError:
        raise Unreadable(f"line {line}: {count!r} is not a count") from None
    if not 0 <= number <= LARGEST or number != int(number):
        raise Unreadable(f"line {line}: {count!r} is not a count: a whole number that is not below 0")
    return name, when, int(number)


def _days(name: str, counts: Mapping[date, int]) -> tuple[date, ...]:
    """Every day or week from a series' first to its last."""
    dates = sorted(counts)
    steps = [(later - earlier).days for earlier, later in pairwise(dates)]
    weekly = sum(step % 7 == 0 for step in steps)
    if len(steps) > 1 and weekly < len(steps) and len({day.day for day in dates}) == 1:
        raise Unreadable(f"{name!r} is monthly; the detectors read weeks or days")
    if SURELY_WEEKLY * len(steps) <= weekly < len(steps):
        usual = Counter(day.weekday() for day in dates).most_common(1)[0][0]
        odd = next(day for day in dates if day.weekday() != usual)
        raise Unreadable(f"{name!r} is weekly, but {odd} is not a whole number of weeks from its other dates")
    step = 7 if weekly == len(steps) else 1
    if (dates[-1] - dates[0]).days > LONGEST_YEARS * 366:
        raise Unreadable(
            f"{name!r} goes from {dates[0]} to {dates[-1]}, over {LONGEST_YEARS} years; is a date mistyped?"
        )
    return tuple(dates[0] + timedelta(days=at) for at in range(0, (dates[-1] - dates[0]).days + 1, step))


def told(table: Table, judged: Sequence[Judged]) -> Iterator[tuple[str, ...]]:
    """``series, date, count, expected, upper, alarm`` of every series, as the table had them, in order of date."""
    where = {name: (at, column) for at, group in enumerate(table.groups) for column, name in enumerate(group.names)}
    for name in table.order:
        at, column = where[name]
        series, found = table.groups[at].series, judged[at]
        for row, day in enumerate(series.days):
            yield (
                name,
                day.isoformat(),
                f"{series.counts[row, column]:.0f}",
                _figure(found.expected[row, column]),
                _figure(found.upper[row, column]),
                str(int(found.alarm[row, column])),
            )


def _figure(value: float) -> str:
    return f"{value:.9g}" if np.isfinite(value) else ""

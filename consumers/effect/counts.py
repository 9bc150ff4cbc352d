"""Incidents by area, category and week, as an agency may count them: what it and those that tell it reported openly.

They are the counts of the reports that every statutory agency may know (``cell_week``), so that no count tells of a
hidden one; and of these the ones that the agency itself, or an agency that tells it such reports, told of.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache

from sqlalchemy import ColumnElement, Connection, select

from schemas.agencies import Partnership
from schemas.cells import WHOLE, parts_of, scope_of
from schemas.kinds import CATEGORIES
from schemas.tables import CellWeek

_SQUARE = re.compile(r"[A-Z]{2}\d{4}")  # of the national grid: no area that members speak of
Area = str
Category = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts by (area, category) and Monday; a week that is not named had none. ``reporting``: Mondays by agency."""

    cells: Mapping[tuple[Area, Category], Mapping[date, int]]
    reporting: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def weeks(self, area: Area, categories: Iterable[Category], mondays: Sequence[date]) -> list[int]:
        """The incidents of some categories in an area, week by week."""
        held = [self.cells.get((area, category), {}) for category in categories]
        return [sum(one.get(monday, 0) for one in held) for monday in mondays]

    def anything(self, mondays: Collection[date]) -> bool:
        """Whether anybody reported anything in some weeks."""
        return any(not some.isdisjoint(mondays) for some in self.reporting.values())

    def total(self, area: Area, categories: Iterable[Category], mondays: Sequence[date]) -> int:
        """The same altogether."""
        return sum(self.weeks(area, categories, mondays))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Counts for one agency, as its agreements stand on ``today``."""

    connection: Connection
    partnership: Partnership
    agency: str
    today: date

    def last_week(self) -> date | None:
        """The Monday of the last whole week that anything it may know is counted in; None: nothing is yet."""
        whole = [scope_of(WHOLE, kind) for kind in CATEGORIES]
        newest = max((week for _, week in self._counted(CellWeek.cell.in_(whole))), default=None)
        if newest is None:
            return None
        this = self.today - timedelta(days=self.today.weekday())
        return min(monday_of(newest), this - timedelta(weeks=1))

    def areas(self, since: date) -> list[Area]:
        """The areas with a name of their own that anything it may know was counted in from ``since`` on."""
        counted = self._counted(CellWeek.week >= week_of(since), CellWeek.cell.endswith("|"))
        named = {parts_of(scope)[0] for scope in {scope for scope, _ in counted}}
        return sorted(area for area in named if area != WHOLE and not _SQUARE.fullmatch(area))

    def _counted(self, *where: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
        """The cells and weeks that something is counted in which the agency may know: another says what others know."""
        known = cache(self._known)
        for row in self.connection.execute(select(CellWeek.cell, CellWeek.week, CellWeek.told).where(*where)):
            givers = known(parts_of(row.cell)[1], monday_of(row.week))
            if any(not givers.isdisjoint(agencies.split(",")) for agencies in row.told):
                yield row.cell, row.week

    def count(self, mondays: Collection[date], areas: Collection[Area] | None = None) -> Counts:
        """The counts of some weeks, in some areas; in all where none is named."""
        cells: dict[tuple[Area, Category], dict[date, int]] = defaultdict(dict)
        reporting: dict[str, set[date]] = defaultdict(set)
        parts, known = cache(parts_of), cache(self._known)  # a table of a year has tens of thousands of rows
        for scope, week, told in self._rows(mondays, areas):
            area, category, _ = parts(scope)
            monday = monday_of(week)
            givers, count = known(category, monday), 0
            for agencies, number in told.items():
                if told_by := givers.intersection(agencies.split(",")):
                    count += number
                    for agency in told_by:
                        reporting[agency].add(monday)
            if count:
                cells[area, category][monday] = count
        return Counts(cells=cells, reporting={agency: frozenset(some) for agency, some in reporting.items()})

    def _rows(
        self, mondays: Collection[date], areas: Collection[Area] | None
    ) -> list[tuple[str, str, Mapping[str, int]]]:
        weeks = sorted({week_of(monday) for monday in mondays})
        if not weeks:
            return []
        query = select(CellWeek.cell, CellWeek.week, CellWeek.told).where(
            CellWeek.week.between(weeks[0], weeks[-1]), CellWeek.cell.endswith("|")
        )
        if areas is not None:
            query = query.where(CellWeek.cell.in_([scope_of(area, kind) for area in areas for kind in CATEGORIES]))
        wanted = set(weeks)
        return [(row.cell, row.week, row.told) for row in self.connection.execute(query) if row.week in wanted]

    def _known(self, category: Category, monday: date) -> frozenset[str]:
        """Who tells the agency of reports of a kind that were made in a week; itself among them."""
        agreed = (
            one
            for one in self.partnership.agreements
            if self.agency in one.receivers
            and not one.pointer
            and "area" in one.fields
            and one.details is None
            and one.covers(category, None)
            and one.holds(monday, self.today)
        )
        return frozenset({self.agency}.union(*(one.givers for one in agreed)))


@lru_cache(maxsize=1024)
def monday_of(week: str) -> date:
    """The day a week (``yyyy-Www``) begins on."""
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def week_of(day: date) -> str:
    """The week a day lies in, Monday to Sunday: ``yyyy-Www``."""
    year, number, _ = day.isocalendar()
    return f"{year:04}-W{number:02}"

"""Rises of closed weeks: what stands above the bar of its week, once the publishers' own volume is allowed for.

All cells of a week are judged together (Benjamini and Hochberg), each by its week and by its slow rise. More reporting
is not more crime: what is usual counts as many times as the publishers sent more of everything else than they do
usually.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, func, select

from schemas.cells import WHOLE
from schemas.kinds import CATEGORIES
from schemas.tables import CellWeek, OpenReport
from streams.clusters.sets import among
from streams.detectors.seasonal import SEASONAL
from streams.detectors.tails import at_least
from streams.issues.counts import bar
from streams.issues.rules import Rules, SpikeWeekRule
from streams.issues.tally import Cell, cell_of, counts_in
from streams.issues.weekly import Told, Verdict, known_in, median_before, number_of, of_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A cell's week above the bar: by the week itself (``high``), by a slow rise (``slow``), or both.

    ``recurrence``: how many days apart chance alone would do this somewhere in the partnership; ``bar``: the chance
    that a cell's week may have at the most.
    """

    cell: Cell
    week: str
    verdict: Verdict
    high: bool
    slow: bool
    recurrence: float
    bar: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRise:
    """An alarm with the open reports of its week, and the incidents they are of as the store has them."""

    alarm: Alarm
    refs: frozenset[str]
    incidents: frozenset[str]


def alarms_since(connection: Connection, week: str, firsts: Mapping[str, date], rules: Rules) -> dict[str, list[Alarm]]:
    """The alarms of each week from one on."""
    return _alarms(connection, CellWeek.week >= week, firsts, rules)


def alarms_of(
    connection: Connection, weeks: Collection[str], firsts: Mapping[str, date], rules: Rules
) -> dict[str, list[Alarm]]:
    """The alarms of each of some weeks."""
    return _alarms(connection, among(connection, CellWeek.week, weeks), firsts, rules) if weeks else {}


def _alarms(
    connection: Connection, these: ColumnElement[bool], firsts: Mapping[str, date], rules: Rules
) -> dict[str, list[Alarm]]:
    rule = rules.spike_week
    found: dict[str, list[Any]] = defaultdict(list)
    query = select(CellWeek.cell, CellWeek.week, CellWeek.told, CellWeek.judged)
    rows = connection.execute(query.where(these, CellWeek.chance <= 7 / rule.seldom))
    for row in sorted(rows, key=lambda row: row.cell):  # in the store's order the whole table would be gone through
        found[row.week].append(row)
    if not found:
        return {}
    sizes = select(CellWeek.week, func.count()).where(among(connection, CellWeek.week, found)).group_by(CellWeek.week)
    tests = {week: 2 * cells for week, cells in connection.execute(sizes)}
    above = [(row, alarm) for week, rows in found.items() for row, alarm in _above(rows, tests[week], rule)]
    if not above:
        return {}
    volumes = _Volumes(connection, firsts, rule)
    alarms: dict[str, list[Alarm]] = defaultdict(list)
    for row, alarm in above:
        standing = volumes.allowed_for(alarm, row.told)
        if standing is not None:
            alarms[row.week].append(standing)
    return alarms


def _above(rows: Sequence[Any], tests: int, rule: SpikeWeekRule) -> Iterator[tuple[Any, Alarm]]:
    """The rows of one week at or below its bar. Cells that hold nothing that week are no tests: they cannot alarm."""
    judged = [(row, Verdict.from_json(row.judged)) for row in rows]
    chances = [one for _, verdict in judged for one in (verdict.chance, verdict.slow.chance if verdict.slow else 1.0)]
    most = bar(sorted(chances), 7 / rule.seldom, tests)
    for row, verdict in judged:
        if verdict.least <= most:
            yield (
                row,
                Alarm(
                    cell=cell_of(row.cell),
                    week=row.week,
                    verdict=verdict,
                    high=verdict.chance <= most,
                    slow=verdict.slow is not None and verdict.slow.chance <= most,
                    bar=most,
                    recurrence=7 / (verdict.least * tests) if verdict.least > 0 else inf,
                ),
            )


class _Volumes:
    """How much each publisher told of in each week, of each category."""

    def __init__(self, connection: Connection, firsts: Mapping[str, date], rule: SpikeWeekRule) -> None:
        self._firsts, self._rule = firsts, rule
        self._sent: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        query = select(CellWeek.cell, CellWeek.week, CellWeek.told)
        whole = {Cell(area=WHOLE, category=category, detail=None).scope for category in CATEGORIES}
        for row in connection.execute(query.where(among(connection, CellWeek.cell, whole))):
            category, week = cell_of(row.cell).category, number_of(row.week)
            for agencies, count in row.told.items():
                for agency in agencies.split(","):
                    self._sent[agency][week][category] += count

    def allowed_for(self, alarm: Alarm, told: Told) -> Alarm | None:
        """What is left of an alarm when its publishers' own growth has been allowed for."""
        verdict, week = alarm.verdict, number_of(alarm.week)
        # a week may be high by itself or together with the one before
        growth = max(self._growth(alarm, told, week, weeks) for weeks in (1, SEASONAL.window))
        high = alarm.high and verdict.observed > min(verdict.upper, verdict.observed - 1) * growth
        slow = alarm.slow and self._still_slow(alarm, told, week)
        return replace(alarm, high=high, slow=slow) if high or slow else None

    def _still_slow(self, alarm: Alarm, told: Told, week: int) -> bool:
        """Whether so many would be above the bar where that much more is expected."""
        slow = alarm.verdict.slow
        if slow is None:
            return False
        mean = slow.expected * self._growth(alarm, told, week, slow.weeks)
        chance = at_least(np.array([slow.observed]), np.array([mean]), np.array([slow.dispersion]))
        return bool(chance[0] <= alarm.bar)

    def _growth(self, alarm: Alarm, told: Told, week: int, weeks: int) -> float:
        """How much more than usual those who tell of the cell sent of every other category in so many weeks."""
        known = known_in(week, self._firsts, self._rule)
        tellers = {one: [a for a in one.split(",") if a in known] for one in told}
        shares: dict[str, float] = defaultdict(float)
        for one, mine in tellers.items():
            for agency in mine:
                shares[agency] += told[one] / len(mine)
        whole = of_known(told, known)
        return sum(
            share / whole * max(1.0, self._times(agency, alarm, week, weeks))
            for agency, share in sorted(shares.items())
        )

    def _times(self, agency: str, alarm: Alarm, week: int, weeks: int) -> float:
        before = week - weeks + 1 - SEASONAL.guard
        start = week - alarm.verdict.weeks
        usual = median_before([self._besides(agency, alarm.cell, at) for at in range(start, before)])
        now = sum(self._besides(agency, alarm.cell, week - back) for back in range(weeks)) / weeks
        return (now + 1) / (usual + 1)

    def _besides(self, agency: str, cell: Cell, week: int) -> int:
        sent = self._sent[agency][week]
        return sent.total() - sent[cell.category]


def rises_of(
    connection: Connection, weeks: Collection[str], firsts: Mapping[str, date], rules: Rules
) -> dict[str, tuple[WeekRise, ...]]:
    """The rises of each of ``weeks``, with what they rest on."""
    alarms = alarms_of(connection, weeks, firsts, rules)
    if not alarms:
        return dict.fromkeys(weeks, ())
    counted: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(OpenReport.ref, OpenReport.week, OpenReport.counts).where(among(connection, OpenReport.week, alarms))
    ):
        counted[row.week].append(row)
    rests = {
        alarm: _first_refs(alarm, counted[week], known_in(number_of(week), firsts, rules.spike_week))
        for week, some in alarms.items()
        for alarm in some
    }
    told = _told(connection, {ref for refs in rests.values() for ref in refs})
    return {
        week: tuple(
            WeekRise(
                alarm=alarm,
                refs=frozenset(ref for one in rests[alarm] for ref, _ in told[one]),
                incidents=frozenset(incident for one in rests[alarm] for _, incident in told[one]),
            )
            for alarm in alarms.get(week, ())
        )
        for week in weeks
    }


def _first_refs(alarm: Alarm, rows: Iterable[Any], known: Collection[str]) -> set[str]:
    """The first reports of the incidents that count in the alarm's cell."""
    return {
        row.ref
        for row in rows
        if counts_in(alarm.cell, row.counts) and not set(known).isdisjoint(row.counts["agencies"])
    }


def _told(connection: Connection, firsts: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """The reports of each open incident, with the incident as the store has it, by its first report."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    query = select(OpenReport.ref, OpenReport.first, OpenReport.incident)
    for row in connection.execute(query.where(among(connection, OpenReport.first, firsts))):
        found[row.first].append((row.ref, row.incident))
    return found

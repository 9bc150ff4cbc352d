"""Weeks of a cell beside the years before: more than the season lets one expect, at once or slowly.

``seasonal`` judges one week and two, ``cusum``'s evidence adds up what rises slowly (both in ``streams.detectors``). A
publisher counts once it has reported for long enough, and the series then begins where the last to begin of those who
tell of the cell began: who is new is no rise, and neither hides nor lengthens what the others have.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from streams.detectors.cusum import SLOW, Lately, lately
from streams.detectors.cusum import Settings as Slow
from streams.detectors.seasonal import SEASONAL, seasonal
from streams.detectors.values import Judged, Series
from streams.issues.calendar import monday_of
from streams.issues.rules import SpikeWeekRule

WEEKS_A_YEAR = SEASONAL.days / 7
FIGURES = 5  # kept of a chance: the last ones hang on how many were worked out together
Told = Mapping[str, int]  # incidents by the agencies that told of them, "housing,police"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was told of a cell in each week, and the weeks that are to be judged; weeks by their number."""

    cell: str
    told: Mapping[int, Told]
    asked: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A slow rise so far: over so many weeks, how many there were and were expected, and the chance of that."""

    weeks: int
    observed: int
    expected: float
    dispersion: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was judged of a cell's week; ``weeks`` of history."""

    observed: int
    weeks: int
    expected: float
    upper: int
    chance: float
    slow: Rising | None = None

    @property
    def least(self) -> float:
        """The least of its chances."""
        return min(self.chance, self.slow.chance if self.slow else 1.0)

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the store."""
        return _fields(self) | {"slow": self.slow and _fields(self.slow)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Verdict":
        """Out of the store."""
        return cls(**{**body, "slow": Rising(**body["slow"]) if body["slow"] else None})


def _fields(one: Rising | Verdict) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}  # asdict copies deeply: three times as long


def number_of(week: str) -> int:
    """Weeks by number, one after another."""
    return (monday_of(week).toordinal() - 1) // 7


def begins(first: date) -> int:
    """The first whole week of who began on a day."""
    return (first.toordinal() + 5) // 7


def known_in(week: int, firsts: Mapping[str, date], rule: SpikeWeekRule) -> frozenset[str]:
    """The publishers who had reported for long enough."""
    return frozenset(agency for agency, first in firsts.items() if begins(first) + rule.weeks <= week)


def taught_since(week: str, firsts: Mapping[str, date], rule: SpikeWeekRule) -> date:
    """The first day on which a report may have been made that a week is judged by."""
    # a week more, for what is told to have gone on over the edge of one
    return max(min(firsts.values()), monday_of(week) - timedelta(weeks=rule.history + 1))


def of_known(told: Told, known: Collection[str]) -> int:
    """How many of the incidents any of ``known`` told of."""
    return sum(count for agencies, count in told.items() if not set(known).isdisjoint(agencies.split(",")))


Column = tuple[str, frozenset[str]]  # a cell, by those whose tellings count


def verdicts(
    histories: Iterable[History], firsts: Mapping[str, date], rule: SpikeWeekRule
) -> dict[tuple[str, int], Verdict]:
    """What is to be said of each week asked for; nothing where there are too few incidents or too little history."""
    listed = {history.cell: history for history in histories}
    groups: dict[int, dict[Column, set[int]]] = defaultdict(lambda: defaultdict(set))
    for history in listed.values():
        for week, met in _tellers(history, rule.history):
            mine = known_in(week, firsts, rule) & met
            if mine and of_known(history.told.get(week, {}), mine) >= rule.least:
                groups[max(begins(firsts[agency]) for agency in mine)][history.cell, mine].add(week)
    found: dict[tuple[str, int], Verdict] = {}
    for start, columns in groups.items():
        found |= _judge(start, columns, listed, rule)
    return found


def _tellers(history: History, back: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Each week asked for, with those who told of the cell in it or in the weeks that it is judged by."""
    last: dict[str, int] = {}
    for week in sorted({*history.told, *history.asked}):
        last |= {agency: week for one in history.told.get(week, {}) for agency in one.split(",")}
        if week in history.asked:
            yield week, frozenset(agency for agency, at in last.items() if at >= week - back)


def _judge(
    start: int, columns: Mapping[Column, Collection[int]], histories: Mapping[str, History], rule: SpikeWeekRule
) -> dict[tuple[str, int], Verdict]:
    """The columns whose series begin together."""
    length = max(week for asked in columns.values() for week in asked) - start + 1
    counts, wanted = np.zeros((length, len(columns))), np.zeros((length, len(columns)), dtype=bool)
    for at, ((cell, known), asked) in enumerate(columns.items()):
        for week, told in histories[cell].told.items():
            if start <= week < start + length:
                counts[week - start, at] = of_known(told, known)
        wanted[[week - start for week in asked], at] = True
    first = date.fromordinal(start * 7 + 1)
    series = Series(days=[first + timedelta(days=7 * n) for n in range(length)], counts=counts)
    by_season = replace(SEASONAL, alpha=rule.alpha, years=_years(rule.history - SEASONAL.guard, length))
    before_rise = replace(SLOW, years=_years(rule.history - SLOW.guard - rule.slow_weeks + 1, length))
    judged = seasonal(series, by_season, wanted=wanted)
    slow = lately(series, wanted, rule.slow_weeks, Slow(factor=rule.slow_factor, baseline=before_rise))
    return {
        (cell, week): _verdict(judged, slow, series, week - start, at, rule.history)
        for at, ((cell, _), asked) in enumerate(columns.items())
        for week in asked
        if not np.isnan(judged.expected[week - start, at])
    }


def _years(weeks: int, length: int) -> float:
    """So many weeks in years, but no more than there are."""
    return min(weeks, length) / WEEKS_A_YEAR


def _verdict(judged: Judged, slow: Lately, series: Series, time: int, at: int, most: int) -> Verdict:
    rising = None
    if slow.rows[time, at] > 1:  # nan where history is too short; in one week nothing rises slowly
        rising = Rising(
            weeks=int(slow.rows[time, at]),
            observed=int(slow.observed[time, at]),
            expected=rounded(slow.expected[time, at]),
            dispersion=rounded(slow.dispersion[time, at]),
            chance=rounded(slow.chance[time, at]),
        )
    return Verdict(
        observed=int(series.counts[time, at]),
        weeks=min(time, most),
        expected=rounded(judged.expected[time, at]),
        upper=int(judged.upper[time, at]),
        chance=rounded(judged.chance[time, at]),
        slow=rising,
    )


def rounded(value: float) -> float:
    """As many figures as are kept."""
    return float(f"{value:.{FIGURES}g}")


def median_before(volumes: Sequence[float]) -> float:
    """The usual of some weeks: as little moved by a few that were otherwise as the expected counts are."""
    return float(np.median(volumes)) if volumes else 0.0

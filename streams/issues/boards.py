"""Closed days and months laid out for the detectors of areas: what counts on them, and who may be judged yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from streams.issues.calendar import days_in, first_of, period_end, start_of
from streams.issues.counts import Board, Spike, spikes_on
from streams.issues.harm import Rise, rise_finding, rises
from streams.issues.periods import alike, is_holiday, is_month, judged_by, period_of, shifted
from streams.issues.rules import Rules
from streams.issues.scans import Crowd, crowd_finding, crowds
from streams.issues.spikes import Period, spike_finding
from streams.issues.tally import Count, Tally
from streams.issues.values import Finding, Happening
from streams.matching.places.grid import square


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An incident as it is counted: when, in which areas, what, and the agencies whose telling is not doubtful."""

    incident: str
    period: str
    areas: tuple[str, ...]
    category: str
    detail: str | None
    agencies: tuple[str, ...]
    at: tuple[float, float] | None = None  # in metres

    @classmethod
    def of(cls, incident: Happening) -> "Counts | None":
        """How ``incident`` counts; None where it does not."""
        period = period_of(incident.occurred_from, incident.occurred_to)
        agencies = tuple(sorted({telling.agency for telling in incident.sound}))
        if period is None or not agencies:
            return None
        return cls(
            incident=incident.id,
            period=period,
            areas=areas_of(incident.area, incident.easting, incident.northing),
            category=incident.category,
            detail=incident.detail,
            agencies=agencies,
            at=point_of(incident.easting, incident.northing),
        )


def point_of(easting: float | None, northing: float | None) -> tuple[float, float] | None:
    """A point, if both of its coordinates are known."""
    return None if easting is None or northing is None else (easting, northing)


def areas_of(area: str | None, easting: float | None, northing: float | None) -> tuple[str, ...]:
    """The areas an incident is counted in: its square of the grid, and its ward if it has one.

    Agencies name a ward or give a point as they please; counting in both, neither hides the other's.
    """
    here = square(easting, northing) if easting is not None and northing is not None else None
    return tuple(dict.fromkeys(name for name in (here, area) if name))


class Days:
    """What counts on each day or month; each day is laid out, and each stretch added up, once."""

    def __init__(self, rows: Callable[[str], Sequence[Counts]]) -> None:
        self._rows = rows
        self._tallies: dict[tuple[str, int, frozenset[str]], Tally] = {}
        self._held: dict[str, Sequence[Counts]] = {}
        self._crowds: dict[str, list[Crowd]] = {}
        self._spikes: dict[str, list[tuple[int, Spike]]] = {}

    def rows(self, period: str) -> Sequence[Counts]:
        """The incidents of a day or month."""
        if period not in self._held:
            self._held[period] = self._rows(period)
        return self._held[period]

    def tally(self, last: str, days: int, known: frozenset[str]) -> Tally:
        """What the publishers ``known`` told of in so many days up to ``last``, or in the month ``last``."""
        name = (last, days, known)
        if name not in self._tallies:
            if days == 1:
                self._tallies[name] = Tally.of(_counts(self.rows(last), known))
            else:
                each = (self.tally(shifted(last, -back), 1, known) for back in range(days))
                self._tallies[name] = Tally.together(each)
        return self._tallies[name]

    def spikes(self, period: str, firsts: Mapping[str, date], rules: Rules) -> list[tuple[int, Spike]]:
        """The spikes of a closed period, each with the days it covers up to the period's end."""
        if period not in self._spikes:
            laid = boards(period, self, firsts, rules)
            found = zip(laid, spikes_on([board for _, board in laid]), strict=True)
            self._spikes[period] = [(length, spike) for (length, _), some in found for spike in some]
        return self._spikes[period]

    def crowds(self, period: str, firsts: Mapping[str, date], rules: Rules) -> list[Crowd]:
        """The clusters up to the end of a closed day; there are none of months."""
        if period not in self._crowds:
            known = frozenset() if is_month(period) else _known(period, firsts, rules)
            back = range(rules.cluster.past) if known else ()
            self._crowds[period] = crowds([self.tally(shifted(period, -n), 1, known).counts for n in back], rules)
        return self._crowds[period]


def find_day(
    period: str, days: Days, firsts: Mapping[str, date], incidents: Mapping[str, Happening], rules: Rules
) -> list[Finding]:
    """The spikes of one closed period, its clusters, and where harm is rising."""
    found = [_finding(spike, length, period, incidents, rules) for length, spike in days.spikes(period, firsts, rules)]
    found += [
        crowd_finding(crowd, _told(crowd.incidents, incidents), period, rules)
        for crowd in days.crowds(period, firsts, rules)
    ]
    return found + [
        rise_finding(rise, _told(rise.incidents, incidents), period, rules)
        for rise in risings(period, days, firsts, rules)
    ]


def rests_on(period: str, days: Days, firsts: Mapping[str, date], rules: Rules) -> set[str]:
    """The incidents that the findings of a period rest on."""
    spiking = {incident for _, spike in days.spikes(period, firsts, rules) for incident in spike.incidents}
    crowded = {one for crowd in days.crowds(period, firsts, rules) for one in crowd.incidents}
    return spiking | crowded | {one for rise in risings(period, days, firsts, rules) for one in rise.incidents}


def boards(period: str, days: Days, firsts: Mapping[str, date], rules: Rules) -> list[tuple[int, Board]]:
    """The boards of a period, each with the days it covers up to the period's end."""
    if is_month(period):
        return [(days_in(period), month_board(period, days, rules))]
    return [(length, day_board(period, length, days, firsts, rules)) for length in rules.spike.windows]


def _known(period: str, firsts: Mapping[str, date], rules: Rules) -> frozenset[str]:
    """The publishers who have reported long enough to be judged."""
    learnt = date.fromisoformat(period) - timedelta(days=rules.spike.learning)
    return frozenset(agency for agency, first in firsts.items() if first <= learnt)


def day_board(period: str, length: int, days: Days, firsts: Mapping[str, date], rules: Rules) -> Board:
    """Some days beside the same weekdays of the weeks before, by publishers who have reported long enough."""
    known = _known(period, firsts, rules)
    past = alike(period, length, rules.spike.weeks) if known else []
    return Board(
        today=days.tally(period, length, known),
        past=tuple(days.tally(day, length, known) for day in past),
        lengths=(1.0,) * len(past),
        shrink=rules.spike.prior_days,
        least=rules.spike.least,
        seldom=rules.spike.seldom,
        stays=rules.spike.stays,
    )


def month_board(period: str, days: Days, rules: Rules) -> Board:
    """A month beside the months before it in which its publishers reported."""
    seen: dict[str, set[str]] = defaultdict(set)
    for month in judged_by(period):
        for row in days.rows(month):
            for agency in row.agencies:
                seen[agency].add(month)
    known = frozenset(agency for agency, months in seen.items() if len(months) >= rules.spike_month.least_months)
    past = [month for month in judged_by(period) if any(month in seen[agency] for agency in known)]
    return Board(
        today=days.tally(period, 1, known),
        past=tuple(days.tally(month, 1, known) for month in past),
        lengths=tuple(days_in(month) / days_in(period) for month in past),
        shrink=rules.spike_month.prior_months,
        least=rules.spike_month.least,
        seldom=rules.spike_month.seldom,
        stays=rules.spike_month.stays,
    )


def risings(period: str, days: Days, firsts: Mapping[str, date], rules: Rules) -> list[Rise]:
    """The areas whose harm has risen by the end of a closed day."""
    known = frozenset() if is_month(period) else _known(period, firsts, rules)
    if not known:
        return []
    rule = rules.risk_rising
    now, past = (
        [count for count in tally.counts if count.detail not in rule.behind_doors and count.category != "safeguarding"]
        for tally in (
            days.tally(period, rule.window, known),
            days.tally(shifted(period, -rule.window), rule.past, known),
        )
    )
    return rises(now, past, rules)


def _counts(rows: Sequence[Counts], known: frozenset[str]) -> tuple[Count, ...]:
    """The incidents that count, each under the first of its publishers that may be judged."""
    return tuple(
        Count(
            incident=row.incident,
            areas=row.areas,
            category=row.category,
            detail=row.detail,
            publisher=mine[0],
            at=row.at,
        )
        for row in rows
        if row.areas and (mine := [agency for agency in row.agencies if agency in known])
    )


def _finding(spike: Spike, days: int, period: str, incidents: Mapping[str, Happening], rules: Rules) -> Finding:
    told = _told(spike.incidents, incidents)
    return spike_finding(spike, told, _period(period, days, rules), f"day:{period}", rules)


def _told(names: Iterable[str], incidents: Mapping[str, Happening]) -> list[Happening]:
    return sorted((incidents[one] for one in names), key=lambda i: (i.occurred_from, i.id))


def _period(period: str, days: int, rules: Rules) -> Period:
    if is_month(period):
        first, name, gap, by = start_of(first_of(period)), period, 31, "the months before let"
    else:
        last = date.fromisoformat(period)
        first, gap = start_of(last - timedelta(days=days - 1)), rules.spike.gap
        name = period if days == 1 else f"{period}/{days}"
        like = "Sunday" if is_holiday(period) else f"{last:%A}"
        by = f"the past {like}s let" if days == 1 else "the same days of the past weeks let"
    return Period(name=name, first=first, end=period_end(period), days=float(days), gap=timedelta(days=gap), by=by)

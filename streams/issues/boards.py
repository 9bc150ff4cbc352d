"""Closed days and months laid out for the spike detector: what counts on them, and whose reports may be judged yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from streams.issues.calendar import days_in, first_of, period_end, start_of
from streams.issues.counts import Board, Count, Period, Spike, spike_finding, spikes
from streams.issues.periods import is_month, judged_by, period_of, shifted
from streams.issues.rules import Rules
from streams.issues.values import Finding, Happening
from streams.matching.grid import square


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An incident as it is counted: when, in which areas, what, and the agencies whose telling is not doubtful."""

    incident: str
    period: str
    areas: tuple[str, ...]
    category: str
    detail: str | None
    agencies: tuple[str, ...]

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
        )


def areas_of(area: str | None, easting: float | None, northing: float | None) -> tuple[str, ...]:
    """The areas an incident is counted in: its square of the grid, and its ward if it has one.

    Agencies name a ward or give a point as they please; counting in both, neither hides the other's.
    """
    here = square(easting, northing) if easting is not None and northing is not None else None
    return tuple(dict.fromkeys(name for name in (here, area) if name))


Rows = Mapping[str, Sequence[Counts]]


def find_day(
    period: str, rows: Rows, firsts: Mapping[str, date], incidents: Mapping[str, Happening], rules: Rules
) -> list[Finding]:
    """The spikes of one closed period."""
    return [
        _finding(spike, days, period, incidents, rules)
        for days, board in boards(period, rows, firsts, rules)
        for spike in spikes(board)
    ]


def spiking(period: str, rows: Rows, firsts: Mapping[str, date], rules: Rules) -> set[str]:
    """The incidents that the spikes of a period rest on."""
    found = (spikes(board) for _, board in boards(period, rows, firsts, rules))
    return {incident for spiked in found for spike in spiked for incident in spike.incidents}


def boards(period: str, rows: Rows, firsts: Mapping[str, date], rules: Rules) -> list[tuple[int, Board]]:
    """The boards of a period, each with the days it covers up to the period's end."""
    if is_month(period):
        return [(days_in(period), month_board(period, rows, rules))]
    return [(days, day_board(period, days, rows, firsts, rules)) for days in rules.spike.windows]


def day_board(period: str, days: int, rows: Rows, firsts: Mapping[str, date], rules: Rules) -> Board:
    """Some days beside the same weekdays of the weeks before, by publishers who have reported long enough."""
    learnt = date.fromisoformat(period) - timedelta(days=rules.spike.learning)
    known = {agency for agency, first in firsts.items() if first <= learnt}
    weeks = range(1, rules.spike.weeks + 1) if known else ()
    return Board(
        today=_window(period, days, rows, known),
        past=tuple(_window(shifted(period, -7 * week), days, rows, known) for week in weeks),
        lengths=(1.0,) * len(weeks),
        shrink=rules.spike.prior_days,
        least=rules.spike.least,
        seldom=rules.spike.seldom,
        boards=len(rules.spike.windows),
    )


def _window(last: str, days: int, rows: Rows, known: set[str]) -> tuple[Count, ...]:
    held = (_counts(rows.get(shifted(last, -back), ()), known) for back in range(days))
    return tuple(count for counts in held for count in counts)


def month_board(period: str, rows: Rows, rules: Rules) -> Board:
    """A month beside the months before it in which its publishers reported."""
    seen: dict[str, set[str]] = defaultdict(set)
    for month in judged_by(period):
        for row in rows.get(month, ()):
            for agency in row.agencies:
                seen[agency].add(month)
    known = {agency for agency, months in seen.items() if len(months) >= rules.spike_month.least_months}
    past = [month for month in judged_by(period) if any(month in seen[agency] for agency in known)]
    return Board(
        today=_counts(rows.get(period, ()), known),
        past=tuple(_counts(rows.get(month, ()), known) for month in past),
        lengths=tuple(days_in(month) / days_in(period) for month in past),
        shrink=rules.spike_month.prior_months,
        least=rules.spike_month.least,
        seldom=rules.spike_month.seldom,
    )


def _counts(rows: Sequence[Counts], known: set[str]) -> tuple[Count, ...]:
    """The incidents that count, each under the first of its publishers that may be judged."""
    return tuple(
        Count(incident=row.incident, areas=row.areas, category=row.category, detail=row.detail, publisher=mine[0])
        for row in rows
        if row.areas and (mine := [agency for agency in row.agencies if agency in known])
    )


def _finding(spike: Spike, days: int, period: str, incidents: Mapping[str, Happening], rules: Rules) -> Finding:
    told = sorted(
        (incidents[one] for one in spike.incidents if one in incidents), key=lambda i: (i.occurred_from, i.id)
    )
    return spike_finding(spike, told, _period(period, days, rules), f"day:{period}", rules)


def _period(period: str, days: int, rules: Rules) -> Period:
    if is_month(period):
        first, name, gap, by = start_of(first_of(period)), period, 31, "the months before let"
    else:
        last = date.fromisoformat(period)
        first, gap = start_of(last - timedelta(days=days - 1)), rules.spike.gap
        name = period if days == 1 else f"{period}/{days}"
        by = f"the past {rules.spike.weeks} {last:%A}s let" if days == 1 else "the same days of the past weeks let"
    return Period(name=name, first=first, end=period_end(period), days=float(days), gap=timedelta(days=gap), by=by)

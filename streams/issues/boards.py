"""Closed days and months laid out for the spike detector: what counts on them, and whose reports may be judged yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streams.issues.calendar import days_in, local_day, month_before, month_of, period_end
from streams.issues.counts import Board, Count, Spike, spike_finding, spikes
from streams.issues.rules import Rules, rules
from streams.issues.values import Finding, Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An incident as it is counted: its period and cell, and the agencies whose telling is not suspected false."""

    incident: str
    period: str
    area: str | None
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
            area=incident.area,
            category=incident.category,
            detail=incident.detail,
            agencies=agencies,
        )


def period_of(occurred_from: datetime, occurred_to: datetime) -> str | None:
    """The day an incident counts on, or its month where no more is known; None where it is known too loosely."""
    middle = local_day(occurred_from + (occurred_to - occurred_from) / 2)
    days = (occurred_to - occurred_from) / timedelta(days=1)
    if days <= rules().spike.widest:
        return middle.isoformat()
    month = rules().spike_month
    return month_of(middle) if month.narrowest <= days <= month.widest else None


def is_month(period: str) -> bool:
    """Whether a period is a month."""
    return len(period) == 7


def judged_by(period: str) -> list[str]:
    """The periods that ``period`` is judged by, the latest first."""
    if is_month(period):
        return [month_before(period, count) for count in range(1, rules().spike_month.months + 1)]
    day = date.fromisoformat(period)
    return [(day - timedelta(weeks=week)).isoformat() for week in range(1, rules().spike.weeks + 1)]


def judges(period: str) -> list[str]:
    """The periods whose judgement ``period`` is part of."""
    if is_month(period):
        return [month_before(period, -count) for count in range(1, rules().spike_month.months + 1)]
    day = date.fromisoformat(period)
    return [(day + timedelta(weeks=week)).isoformat() for week in range(1, rules().spike.weeks + 1)]


def find_day(
    period: str,
    rows: Mapping[str, Sequence[Counts]],
    firsts: Mapping[str, date],
    incidents: Mapping[str, Happening],
    rules: Rules,
) -> list[Finding]:
    """The spikes of one closed period."""
    board = month_board(period, rows, rules) if is_month(period) else day_board(period, rows, firsts, rules)
    found = spikes(board)
    return [_finding(spike, period, incidents, rules) for spike in found]


def spiking(period: str, rows: Mapping[str, Sequence[Counts]], firsts: Mapping[str, date], rules: Rules) -> set[str]:
    """The incidents that the spikes of a period rest on."""
    board = month_board(period, rows, rules) if is_month(period) else day_board(period, rows, firsts, rules)
    return {incident for spike in spikes(board) for incident in spike.incidents}


def day_board(period: str, rows: Mapping[str, Sequence[Counts]], firsts: Mapping[str, date], rules: Rules) -> Board:
    """A day beside the same weekday of the weeks before, by publishers who have reported long enough."""
    learnt = date.fromisoformat(period) - timedelta(days=rules.spike.learning)
    known = {agency for agency, first in firsts.items() if first <= learnt}
    past = judged_by(period)
    return Board(
        today=_counts(rows.get(period, ()), known),
        past=tuple(_counts(rows.get(day, ()), known) for day in past) if known else (),
        lengths=(1.0,) * len(past) if known else (),
        shrink=rules.spike.prior_days,
        least=rules.spike.least,
        seldom=rules.spike.seldom,
    )


def month_board(period: str, rows: Mapping[str, Sequence[Counts]], rules: Rules) -> Board:
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
        Count(incident=row.incident, area=row.area, category=row.category, detail=row.detail, publisher=mine[0])
        for row in rows
        if row.area and (mine := [agency for agency in row.agencies if agency in known])
    )


def _finding(spike: Spike, period: str, incidents: Mapping[str, Happening], rules: Rules) -> Finding:
    told = sorted(
        (incidents[one] for one in spike.incidents if one in incidents), key=lambda i: (i.occurred_from, i.id)
    )
    if is_month(period):
        gap, kind_of = timedelta(days=31), "the mean of the months before"
    else:
        weekday = f"{date.fromisoformat(period):%A}"
        gap, kind_of = timedelta(days=rules.spike.gap), f"the same weekday ({weekday}) of the past eight weeks"
    return spike_finding(spike, told, period, period_end(period), gap, kind_of, rules)

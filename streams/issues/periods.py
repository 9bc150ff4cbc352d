"""The days and months on which incidents count, and which are judged by which."""

from datetime import date, datetime, timedelta

from schemas.days import bank_holidays
from streams.issues.calendar import local_day, month_before, month_of
from streams.issues.rules import rules


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


def is_week(period: str) -> bool:
    """Whether a period is a week."""
    return len(period) == 8


def judged_by(period: str) -> list[str]:
    """The periods that ``period`` is judged by, the latest first."""
    if is_month(period):
        return [month_before(period, count) for count in range(1, rules().spike_month.months + 1)]
    return [shifted(period, -days) for days in _shifts() if days]


def judges(period: str) -> list[str]:
    """The periods whose judgement ``period`` is part of."""
    if is_month(period):
        return [month_before(period, -count) for count in range(1, rules().spike_month.months + 1)]
    return [shifted(period, days) for days in _shifts() if days]


def looked_back_from(period: str) -> list[str]:
    """The later days whose own windows ``period`` lies in: something may be found on them though they are empty."""
    if is_month(period):
        return []
    rule = rules()
    longest = max(*rule.spike.windows, *rule.cluster.lengths, rule.risk_rising.window, rule.theme.window)
    return [shifted(period, days) for days in range(1, longest)]


def _shifts() -> list[int]:
    """How many days back a day's judgement looks: the same weekdays, each with the days of the longest window."""
    rule = rules().spike
    return [7 * week + day for week in range(rule.weeks + 1) for day in range(max(rule.windows))]


def is_holiday(day: str) -> bool:
    """Whether a day is a bank holiday here."""
    when = date.fromisoformat(day)
    return when in bank_holidays(when.year)


def alike(day: str, length: int, weeks: int) -> list[str]:
    """The last days of as many stretches as there are ``weeks``, each like the one up to ``day``, the latest first.

    A single day is held against its own weekday, a bank holiday against Sundays, and neither against a bank holiday.
    """
    back = date.fromisoformat(day).isoweekday() % 7 if length == 1 and is_holiday(day) else 0
    past = [shifted(day, -back - 7 * week) for week in range(0 if back else 1, weeks + 1)][:weeks]
    return [one for one in past if length > 1 or not is_holiday(one)]


def shifted(day: str, days: int) -> str:
    """The day so many days later (or earlier, below nothing)."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()

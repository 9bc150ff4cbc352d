"""The clocks of a case review, in working days: what is due by when, and what was answered late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from schemas.days import bank_holidays
from schemas.kinds import vocabulary
from schemas.work import CaseReview

FRIDAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Something to be done within so many working days of something else; ``met``: where the threshold is met alone."""

    name: str
    title: str
    days: int
    runs_from: str
    met: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How one clock stands on a day: when it is due, when it was answered, and how many working days are left."""

    clock: Clock
    by: date
    answered: date | None
    left: int

    @property
    def late(self) -> bool:
        """Whether it was, or is, not answered in time."""
        return self.answered > self.by if self.answered is not None else self.left < 0

    @property
    def soon(self) -> bool:
        """Whether it is due within the days that count as soon."""
        return self.answered is None and 0 <= self.left <= vocabulary("case_review")["soon_days"]


@lru_cache(maxsize=1)
def clocks() -> Mapping[str, Clock]:
    """The clocks by name, in the order in which they run."""
    return {
        name: Clock(
            name=name,
            title=entry["title"],
            days=entry["days"],
            runs_from=entry["from"],
            met=entry.get("met", False),
        )
        for name, entry in vocabulary("case_review")["clock"].items()
    }


def due(review: CaseReview, today: date) -> list[Due]:
    """The clocks that run for a review, or ran; one that follows another starts when that one was answered."""
    began: dict[str, date] = {"requested": review.requested, **review.days}
    return [
        _due(clock, began[clock.runs_from], review.days.get(clock.name), today)
        for clock in clocks().values()
        if clock.runs_from in began and (not clock.met or review.threshold == "met")
    ]


def _due(clock: Clock, start: date, answered: date | None, today: date) -> Due:
    by = after_working_days(start, clock.days)
    left = working_days_between(today, by) if by >= today else -working_days_between(by, today)
    return Due(clock=clock, by=by, answered=answered, left=left)


def after_working_days(day: date, count: int) -> date:
    """The day on which ``count`` working days after ``day`` are over."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days come after ``first`` up to ``last``."""
    days = (last - first).days
    return sum(is_working(first + timedelta(days=number)) for number in range(1, days + 1))


def is_working(day: date) -> bool:
    """Whether it is a weekday and no bank holiday of England and Wales."""
    return day.weekday() <= FRIDAY and day not in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    table = vocabulary("holidays")
    return bank_holidays(year, tuple(table["added"]), tuple(table["dropped"]))

"""Which days are bank holidays, and how much each kind of day usually brings.

Easter by the anonymous Gregorian rule (Meeus, Astronomical Algorithms, 2nd ed., chapter 8); the bank holidays of the
Banking and Financial Dealings Act 1971 and those proclaimed since, each moved to the next free weekday.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from streams.detectors.values import Floats, Series

SUNDAY = 6
HOLIDAY = 7  # the eighth kind of day
PRIOR = 4.0  # how many such days the usual share of a kind of day weighs; few enough to be learnt in a month or two


@lru_cache(maxsize=256)
def bank_holidays(year: int, added: tuple[date, ...] = (), dropped: tuple[date, ...] = ()) -> frozenset[date]:
    """The bank holidays of England and Wales; ``added`` and ``dropped``: those of single years, kept as data."""
    easter = easter_sunday(year)
    fixed = [easter - timedelta(days=2), easter + timedelta(days=1)]
    fixed += [_first_monday(year, 5), _first_monday(year, 6) - timedelta(days=7), _last_monday(year, 8)]
    if year < 1978:
        fixed.remove(_first_monday(year, 5))  # the early May holiday began then
    days = set(fixed)
    for day in [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]:
        days.add(_free_weekday(day, days))
    return frozenset((days | {day for day in added if day.year == year}) - set(dropped))


def bank_holidays_over(
    days: Sequence[date], added: Collection[date] = (), dropped: Collection[date] = ()
) -> frozenset[date]:
    """The bank holidays of all years that some days lie in."""
    years = {day.year for day in days}
    return frozenset().union(*(bank_holidays(year, tuple(added), tuple(dropped)) for year in years))


def easter_sunday(year: int) -> date:
    """Easter Sunday."""
    century, rest = divmod(year, 100)
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=last.weekday())


def _free_weekday(day: date, taken: Collection[date]) -> date:
    while day.weekday() > 4 or day in taken:
        day += timedelta(days=1)
    return day


def kinds_of_day(days: Sequence[date], holidays: Collection[date]) -> np.ndarray:
    """0 to 6 for Monday to Sunday, 7 for a bank holiday."""
    return np.array([HOLIDAY if day in holidays else day.weekday() for day in days])


def load_of(series: Series, holidays: Collection[date]) -> Floats:
    """How much each day usually brings against a mean day (times, series), learnt from the days before it alone.

    A holiday starts from what Sundays bring; what comes once a week (weekly series) has no kind of day.
    """
    counts = series.counts
    if not series.daily:
        return np.ones_like(counts)
    kind = kinds_of_day(series.days, holidays)
    mine = (kind[:, None] == np.arange(8)[None, :]).astype(float)  # (times, kinds)
    brought = _before(mine[:, :, None] * counts[:, None, :])  # (times, kinds, series)
    came, level = (
        _before(mine[:, :, None]),
        _before(counts[:, None, :]) / np.maximum(_before(np.ones((len(kind), 1, 1))), 1),
    )
    level = np.maximum(level, 1e-9)
    share = (brought + PRIOR * level) / ((came + PRIOR) * level)
    sunday = share[:, SUNDAY]
    share[:, HOLIDAY] = (brought[:, HOLIDAY] + PRIOR * level[:, 0] * sunday) / (
        (came[:, HOLIDAY] + PRIOR) * level[:, 0]
    )
    return np.asarray(np.maximum(share[np.arange(len(kind)), kind], 0.05))


def _before(values: Floats) -> Floats:
    """The sum of all before each time."""
    return np.asarray(np.cumsum(values, axis=0) - values)

"""Which days are bank holidays.

Easter by the anonymous Gregorian rule (Meeus, Astronomical Algorithms, 2nd ed., chapter 8); the bank holidays of the
Banking and Financial Dealings Act 1971 and those proclaimed since, each moved to the next free weekday.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache


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

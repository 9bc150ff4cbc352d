"""Bank holidays as gov.uk lists them, and what kinds of day bring."""

from datetime import date, timedelta

import numpy as np
import pytest

from schemas.days import bank_holidays, bank_holidays_over, easter_sunday
from schemas.kinds import vocabulary
from streams.detectors.calendar import load_of
from streams.detectors.values import Series

LISTED = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}


@pytest.mark.parametrize("year", LISTED)
def test_bank_holidays_are_those_of_the_year(year: int) -> None:
    moved = vocabulary("holidays")
    found = bank_holidays(year, tuple(moved["added"]), tuple(moved["dropped"]))
    assert sorted(f"{day:%m-%d}" for day in found) == LISTED[year].split()


def test_easter() -> None:
    assert [easter_sunday(year) for year in (1818, 2000, 2038)] == [
        date(1818, 3, 22),
        date(2000, 4, 23),
        date(2038, 4, 25),
    ]


def daily(days: int = 400) -> tuple[Series, frozenset[date]]:
    """Two incidents a day, eight on Saturdays, none on bank holidays."""
    listed = [date(2023, 1, 2) + timedelta(days=at) for at in range(days)]
    holidays = bank_holidays_over(listed)
    counts = [[0.0 if day in holidays else 8.0 if day.weekday() == 5 else 2.0] for day in listed]
    return Series(days=listed, counts=np.array(counts)), holidays


def test_each_kind_of_day_is_learnt_from_the_days_before_it() -> None:
    series, holidays = daily()
    load = load_of(series, holidays)
    mean = series.counts.mean()
    kinds = {day.weekday(): load[at, 0] * mean for at, day in enumerate(series.days) if day not in holidays}
    assert kinds[5] == pytest.approx(8, rel=0.12)
    assert kinds[2] == pytest.approx(2, rel=0.12)
    christmas = series.days.index(date(2023, 12, 25))
    assert load[christmas, 0] * mean < 1.2
    changed = Series(days=series.days, counts=series.counts.copy())
    changed.counts[300:] *= 7
    assert np.array_equal(load[:301], load_of(changed, holidays)[:301])


def test_weeks_have_no_kind_of_day() -> None:
    series = Series(days=[date(2024, 1, 1) + timedelta(days=7 * at) for at in range(9)], counts=np.full((9, 2), 3.0))
    assert (load_of(series, frozenset()) == 1).all()


def test_days_that_are_neither_one_nor_seven_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="one or seven apart"):
        Series(days=[date(2024, 1, 1), date(2024, 1, 3)], counts=np.zeros((2, 1)))

"""Farrington's detectors against R's own figures, and on what can be worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from streams.detectors.farrington import NOUFAILY, ORIGINAL, Settings, _years_before, farrington
from streams.detectors.values import Series
from tests.streams.detectors.golden import numbers, rows, weeks

NEWPORT = "series/salmNewport_germany_golden.csv"


def newport() -> tuple[Series, list[dict[str, str]]]:
    listed = rows(NEWPORT)
    days = [date.fromisoformat(row["epoch"]) for row in listed]
    return Series(days=days, counts=numbers(listed, "observed")[:, None]), listed


@pytest.mark.parametrize(
    ("settings", "name"),
    [(NOUFAILY, "farr_noufaily"), (ORIGINAL, "farr_orig"), (replace(NOUFAILY, bound="muan"), "farr_muan")],
)
def test_salmonella_newport_as_r_has_it(settings: Settings, name: str) -> None:
    series, listed = newport()
    found = farrington(series, settings, first=299)
    upper = numbers(listed, f"{name}_ub")
    judged = ~np.isnan(upper)
    assert judged.sum() == 179
    assert found.upper[judged, 0] == pytest.approx(upper[judged], abs=1e-3)
    assert (found.alarm[299:, 0] == numbers(listed, f"{name}_alarm")[299:]).all()


def test_salmonella_newport_expects_what_r_expects() -> None:
    series, listed = newport()
    expected = numbers(listed, "farr_noufaily_expected")
    judged = ~np.isnan(expected)
    found = farrington(series, NOUFAILY, first=299)
    assert found.expected[judged, 0] == pytest.approx(expected[judged], abs=1e-3)


def test_the_simulated_series_as_r_has_them() -> None:
    listed = rows("noufaily/farrington_noufaily_golden.csv.gz")
    names = list(dict.fromkeys(row["id"] for row in listed))
    kept = rows("noufaily/Y.csv.gz")
    counts = np.array([[float(row[name]) for name in names] for row in kept])
    settings = replace(NOUFAILY, years=5, enough=0, by_date=False)  # R ran them with 52 weeks a year and no least count
    found = farrington(Series(days=weeks(len(counts)), counts=counts), settings, first=575)
    upper = np.array([float(row["ub"]) for row in listed]).reshape(len(names), -1).T
    alarm = np.array([float(row["alarm"]) for row in listed]).reshape(len(names), -1).T
    assert (found.upper[575:] == upper).all()
    assert (found.alarm[575:] == alarm).all()


def flat(times: int = 300, level: float = 10.0) -> Series:
    """A series of which half the weeks are a little lower and half a little higher."""
    counts = np.full((times, 1), level)
    counts[::2] -= 1
    counts[1::2] += 1
    return Series(days=weeks(times), counts=counts)


def test_a_level_series_expects_its_level_and_alarms_above_poissons_bound() -> None:
    series = flat()
    series.counts[-1] = 30
    found = farrington(series, first=299)
    assert found.expected[-1, 0] == pytest.approx(10, rel=0.05)
    assert found.upper[-1, 0] in (17, 18, 19)  # the 99th percentile of a Poisson count of 10 is 18
    assert found.alarm[-1, 0]


def test_two_weeks_are_judged_by_the_sum_of_two() -> None:
    found = farrington(flat(), replace(NOUFAILY, window=2), first=299)
    assert found.expected[-1, 0] == pytest.approx(20, rel=0.05)
    assert found.upper[-1, 0] in (30, 31, 32)  # of a Poisson count of 20: 31


def test_history_that_is_too_short_gives_nothing() -> None:
    found = farrington(flat(200))
    assert np.isnan(found.expected).all()
    assert not found.alarm.any()


def test_what_a_day_usually_brings_scales_what_is_expected() -> None:
    series = flat()
    load = np.ones_like(series.counts)
    load[-1] = 3.0
    assert farrington(series, first=299, load=load).expected[-1, 0] == pytest.approx(30, rel=0.05)


def test_an_outbreak_of_last_year_hardly_raises_what_is_expected() -> None:
    series = flat()
    series.counts[299 - 52] = 80
    assert farrington(series, first=299).expected[-1, 0] == pytest.approx(10, rel=0.1)
    careless = farrington(series, replace(NOUFAILY, bar=99.0), first=299)
    assert careless.expected[-1, 0] > 1.15 * farrington(series, first=299).expected[-1, 0]


def test_days_are_judged_by_days_with_the_weekday_known() -> None:
    days = [date(2021, 1, 4) + timedelta(days=at) for at in range(4 * 365 + 40)]
    load = np.array([[3.0 if day.weekday() == 5 else 2 / 3] for day in days])
    series = Series(days=days, counts=np.round(6 * load))
    found = farrington(series, first=len(days) - 7, load=load)
    assert found.expected[-7:, 0] == pytest.approx(6 * load[-7:, 0], rel=0.05)


def test_the_same_week_of_a_year_before_begins_on_the_same_weekday() -> None:
    assert _years_before(date(2009, 9, 28), 1, 7) == date(2008, 9, 29)
    assert _years_before(date(2012, 2, 29), 1, 1) == date(2011, 3, 1)

"""The seasonal detector on series whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from streams.detectors.seasonal import SEASONAL, _truncated, baselines, seasonal
from streams.detectors.values import Series
from tests.streams.detectors.golden import weeks


def scattered(mean: np.ndarray, dispersion: float, seed: int = 3) -> Series:
    """Negative binomial counts around means (times, series)."""
    draws = np.random.default_rng(seed).negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return Series(days=weeks(len(mean)), counts=draws.astype(float))


def waves(times: int = 400, series: int = 30) -> np.ndarray:
    turn = 2 * np.pi * np.arange(times) * 7 / 365.25
    return np.tile(np.exp(1.5 + 0.5 * np.cos(turn) + 0.001 * np.arange(times))[:, None], (1, series))


def test_it_learns_level_season_trend_and_scatter() -> None:
    mean = waves()
    found = baselines(scattered(mean, 2.0), first=390)
    assert (found.means[390:] / mean[390:]).mean() == pytest.approx(1, abs=0.04)
    assert found.dispersion[390:].mean() == pytest.approx(2, abs=0.15)


def test_without_outbreaks_it_alarms_about_as_often_as_it_says() -> None:
    found = seasonal(scattered(waves(series=12), 2.0), first=300)
    assert 0.004 < found.alarm[300:].mean() < 0.017  # 1,200 weeks at .01: two standard errors are .006


def test_past_outbreaks_teach_it_nothing() -> None:
    mean = waves()
    clean = scattered(mean, 2.0)
    dirty = replace(clean, counts=clean.counts.copy())
    for at in (150, 151, 230, 260, 261, 320):
        dirty.counts[at] += 25
    told = baselines(dirty, first=395).means[395:] / baselines(clean, first=395).means[395:]
    assert told.mean() == pytest.approx(1, abs=0.03)


def test_two_weeks_that_are_each_not_enough_alarm_together() -> None:
    counts = np.tile(np.array([[3.0], [5.0]]), (150, 1))  # about Poisson's scatter or less, mean 4
    calm = seasonal(Series(days=weeks(300), counts=counts), first=299)
    assert not calm.alarm[-1, 0]
    counts[-2:] = 9
    found = seasonal(Series(days=weeks(300), counts=counts), first=298)
    assert found.alarm[-2:, 0].tolist() == [False, True]
    assert found.upper[-1, 0] < 9 <= found.upper[-2, 0]


def test_a_week_that_is_not_high_itself_does_not_alarm_for_the_one_before() -> None:
    counts = np.tile(np.array([[3.0], [5.0]]), (150, 1))
    counts[-2:] = [[20], [4]]
    assert seasonal(Series(days=weeks(300), counts=counts), first=298).alarm[-2:, 0].tolist() == [True, False]


def test_an_alarm_is_a_count_above_upper_and_a_chance_within_alpha() -> None:
    series = scattered(waves(series=8), 3.0)
    found = seasonal(series, replace(SEASONAL, alpha=0.05), first=340)
    assert found.alarm.sum() > 5
    assert (found.alarm == (series.counts > found.upper)).all()
    assert (found.alarm[340:] == (found.chance[340:] <= 0.05)).all()


def test_only_the_past_judges() -> None:
    series = scattered(waves(series=2), 2.0)
    later = replace(series, counts=series.counts.copy())
    later.counts[350:] = 99
    assert np.array_equal(
        seasonal(series, first=300).upper[300:350], seasonal(later, first=300).upper[300:350], equal_nan=True
    )


def test_each_series_is_judged_alone_and_each_time_alike_in_any_company() -> None:
    series = scattered(waves(series=4), 2.0)
    one = Series(days=series.days, counts=series.counts[:, 2:3])
    assert seasonal(one, first=390).upper[390:, 0] == pytest.approx(seasonal(series, first=390).upper[390:, 2])


def test_twenty_weeks_are_the_least_history() -> None:
    found = seasonal(scattered(waves(30, 2), 1.5))
    assert np.isnan(found.expected[:20]).all()
    assert np.isfinite(found.expected[20:]).all()
    assert not found.alarm[:20].any()


def test_a_series_of_nothing_expects_nothing_and_stays_calm() -> None:
    found = seasonal(Series(days=weeks(120), counts=np.zeros((120, 1))))
    assert not found.alarm.any()
    assert np.nanmax(found.expected[60:]) < 0.05


def test_what_is_left_of_a_poisson_count_when_its_highest_is_taken_away() -> None:
    # of mean 1 the chance of 5 or more is .0037, of 4 or more .019: with .005 cut, 0 to 4 are left
    mass = np.exp(-1) / np.array([1, 1, 2, 6, 24])
    mass /= mass.sum()
    mean, spread = _truncated(1.0, 1.0, 0.005, 3)
    assert mean == pytest.approx(mass @ np.arange(5))
    assert spread == pytest.approx(mass @ (np.arange(5) - 1.0) ** 2)

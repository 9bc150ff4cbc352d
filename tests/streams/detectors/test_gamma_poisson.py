"""The bound for a cold start."""

import numpy as np
import pytest

from streams.detectors.gamma_poisson import Settings, gamma_poisson
from streams.detectors.values import Series
from tests.streams.detectors.golden import weeks


def poisson(rate: np.ndarray, times: int = 60, seed: int = 2) -> Series:
    return Series(days=weeks(times), counts=np.random.default_rng(seed).poisson(rate, (times, len(rate))).astype(float))


def test_of_one_series_with_no_prior_worth_it_is_the_gamma_mean() -> None:
    series = Series(days=weeks(6), counts=np.array([[2.0], [4], [3], [3], [5], [1]]))
    found = gamma_poisson(series)
    assert found.expected[4, 0] == pytest.approx(3)  # 12 in four weeks, and the only sibling is itself
    assert np.isnan(found.expected[3, 0])


def test_a_new_area_is_thought_to_be_like_its_siblings_not_like_strangers() -> None:
    series = poisson(np.array([6.0, 6.0, 6.0, 0.2, 0.2]))
    series.counts[:, 2] = 0
    found = gamma_poisson(series, parents=[1, 1, 1, 2, 2])
    assert 0.2 < found.expected[5, 2] < 5
    assert found.expected[5, 3] < 1
    assert found.expected[59, 2] < 0.3  # after a year its own nothing counts


def test_alike_siblings_are_shrunk_further_than_unlike_ones() -> None:
    series = poisson(np.full(12, 4.0))
    assert np.std(gamma_poisson(series).expected[8]) < 0.4 * np.std(series.counts[:8].mean(axis=0))
    unlike = gamma_poisson(poisson(np.geomspace(0.5, 30, 12)))
    assert unlike.expected[30, 0] == pytest.approx(0.5, abs=0.4)
    assert unlike.expected[30, -1] == pytest.approx(30, rel=0.1)


def test_it_alarms_no_oftener_than_it_says() -> None:
    assert gamma_poisson(poisson(np.full(60, 3.0))).alarm.mean() < 0.012
    early = gamma_poisson(poisson(np.full(200, 3.0), times=12))
    assert early.alarm[4:].mean() < 0.02


def test_what_a_day_usually_brings_scales_it() -> None:
    series = Series(days=weeks(40), counts=np.full((40, 1), 4.0))
    load = np.ones((40, 1))
    load[-1] = 2.0
    assert gamma_poisson(series, Settings(), load=load).expected[-1, 0] == pytest.approx(8)

"""The cumulative sum: its evidence by hand, its false alarms, and a slow rise that no single week shows."""

import numpy as np
import pytest
from scipy import stats

from streams.detectors.cusum import Settings, cusum, evidence
from streams.detectors.seasonal import seasonal
from streams.detectors.values import Series
from tests.streams.detectors.golden import weeks


@pytest.mark.parametrize("over", [1.0, 1.0005, 1.5, 4.0])
def test_the_evidence_is_a_ratio_of_likelihoods(over: float) -> None:
    counts, mean = np.arange(12.0), np.full(12, 3.0)
    spread = max(over, 1.002)  # what scipy can tell from Poisson
    size, raised = 3 / (spread - 1), 4.5 / (spread - 1)
    by_hand = stats.nbinom.logpmf(counts, raised, 1 / spread) - stats.nbinom.logpmf(counts, size, 1 / spread)
    assert evidence(counts, mean, np.full(12, over), Settings()) == pytest.approx(by_hand, abs=0.02)


def level(rise: float, seed: int = 5, series: int = 12) -> Series:
    """Six years at a mean of 6, the last 30 weeks of it raised little by little."""
    mean = np.full(312, 6.0)
    mean[-30:] *= 1 + rise * np.linspace(0, 1, 30)
    counts = np.random.default_rng(seed).poisson(mean[:, None], (312, series))
    return Series(days=weeks(312), counts=counts.astype(float))


def test_a_slow_rise_is_found_that_the_weeks_alone_show_in_fewer_series() -> None:
    slow = cusum(level(0.8)).alarm[-30:].any(axis=0)
    assert slow.mean() >= 0.9
    assert not cusum(level(0.0)).alarm[-30:].any(axis=0).mean() > 0.25
    assert (
        seasonal(level(0.3), first=290).alarm[-20:].any(axis=0).mean()
        <= cusum(level(0.8)).alarm[-20:].any(axis=0).mean()
    )


def test_upper_is_the_most_that_would_not_alarm() -> None:
    series = level(0.8, series=4)
    found = cusum(series)
    known = ~np.isnan(found.upper)
    assert found.alarm.any()
    at = known & (found.upper > 0)  # where even none would alarm, upper is 0
    assert ((series.counts > found.upper) == found.alarm)[at].all()

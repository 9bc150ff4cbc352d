"""The tails against scipy's, and the bounds against the tails."""

import numpy as np
import pytest
from scipy import stats

from streams.detectors.tails import at_least, usual


@pytest.mark.parametrize(("mean", "over"), [(0.2, 1.0), (3.0, 1.0), (3.0, 2.5), (80.0, 6.0)])
def test_the_tail_is_the_negative_binomial_one(mean: float, over: float) -> None:
    counts = np.arange(0.0, 40.0)
    known = stats.poisson(mean) if over == 1 else stats.nbinom(mean / (over - 1), 1 / over)
    assert at_least(counts, np.array(mean), np.array(over)) == pytest.approx(known.sf(counts - 1), rel=1e-5, abs=1e-12)


def test_a_bound_is_the_least_that_leaves_no_more_than_its_chance_above() -> None:
    means, over = np.array([0.01, 0.5, 4.0, 50.0, 900.0]), np.array([1.0, 1.5, 3.0, 1.0, 8.0])
    bound = usual(0.01, means, over)
    assert (at_least(bound + 1, means, over) <= 0.01).all()
    assert (at_least(bound, means, over) > 0.01).all()


def test_what_is_not_a_number_has_no_bound_and_a_mean_that_ran_away_ends() -> None:
    assert np.isnan(usual(0.01, np.array([np.nan, np.inf]), np.array([1.0, 2.0]))).all()
    assert np.isfinite(usual(0.01, np.array([1e300]), np.array([1e300]))).all()

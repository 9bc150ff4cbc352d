"""The tails, against scipy's and against numbers worked out by hand."""

from math import exp, inf

import pytest
from scipy import stats

from streams.issues.chance import chain_tail, tail, upper_bound


@pytest.mark.parametrize(("count", "shape", "mean"), [(3, 0.5, 0.1), (1, 2.0, 3.0), (40, 5.0, 2.0), (12, 40.5, 2.25)])
def test_the_tail_is_the_negative_binomial_one(count: int, shape: float, mean: float) -> None:
    assert tail(count, shape, mean) == pytest.approx(
        stats.nbinom.sf(count - 1, shape, shape / (shape + mean)), rel=1e-6
    )


def test_with_an_endless_shape_it_is_poissons() -> None:
    assert tail(4, inf, 1.5) == pytest.approx(stats.poisson.sf(3, 1.5))
    assert tail(0, 1.0, 1.0) == 1.0
    assert tail(1, 1.0, 0.0) == 0.0


def test_the_bound_is_the_largest_count_that_is_usual() -> None:
    bound = upper_bound(0.01, 3.0, 4.0)
    assert tail(bound + 1, 3.0, 4.0) <= 0.01 < tail(bound, 3.0, 4.0)


def test_a_chains_length_is_borels() -> None:
    # one alone: e^-m; two: m e^-2m
    assert chain_tail(2, 0.2) == pytest.approx(1 - exp(-0.2))
    assert chain_tail(3, 0.2) == pytest.approx(1 - exp(-0.2) - 0.2 * exp(-0.4))
    assert chain_tail(5, 1.2) == 1.0
    assert (chain_tail(1, 0.0), chain_tail(2, 0.0)) == (1.0, 0.0)

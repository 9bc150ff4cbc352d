"""The figures of Did it work, held against examples worked by hand and published tables."""

from math import exp, inf, sqrt

import numpy as np
import pytest

from consumers.effect.ratio import change, dispersion, displaced, effect


def test_a_ratio_of_four_counts_is_as_worked_by_hand() -> None:
    """Here 100 came to 80, elsewhere 100 stayed 100: 0.8; the variance of its logarithm is 1/100 + 1/80 + 2/100."""
    found = effect([100], [80], [100], [100])
    reach = 1.959964 * sqrt(0.0425)
    assert found.value == pytest.approx(0.8)
    assert (found.low, found.high) == pytest.approx((0.8 * exp(-reach), 0.8 * exp(reach)))
    assert (found.low, found.high) == pytest.approx((0.5341, 1.1983), abs=1e-4)
    assert not found.told_apart


def test_what_befell_all_is_no_effect() -> None:
    found = effect([40, 44], [20, 22], [400, 440], [200, 220])
    assert found.value == pytest.approx(1.0)


def test_stretches_of_unlike_length_are_compared_by_rate() -> None:
    assert effect([10] * 8, [10] * 4, [30] * 8, [30] * 4).value == pytest.approx(1.0)


def test_weeks_that_vary_more_than_chance_widen_the_interval() -> None:
    """Each stretch is 5, 15: a mean of 10 and a chi-squared of 5 + ... = 2 * 25 / 10 = 5 of one degree of freedom."""
    calm, wild = [10, 10], [5, 15]
    assert dispersion([calm] * 4) == 1.0
    assert dispersion([wild] * 4) == pytest.approx(5.0)
    narrow, wide = (effect(*[weeks] * 4) for weeks in (calm, wild))
    assert np.log(wide.high) / np.log(narrow.high) == pytest.approx(sqrt(5.0))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of 2,000 made-up pairs of places with weeks three times as wild as Poisson and no effect at all."""
    chance = np.random.default_rng(7)
    stretches = chance.negative_binomial(6.0, 1 / 3, size=(2000, 4, 13)).tolist()  # mean 12, variance 36
    held = sum(not effect(*some).told_apart for some in stretches) / len(stretches)
    assert 0.93 < held < 0.97


def test_no_incident_at_all_still_gives_an_interval() -> None:
    found = effect([3, 2], [0, 0], [5, 5], [5, 5])
    assert 0 < found.low < found.value < 1 < found.high < inf


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [
        (20, 10, 0.4719 / 0.5281, 0.8272 / 0.1728),  # Clopper and Pearson's limits for 20 of 30
        (10, 10, 0.2720 / 0.7280, 0.7280 / 0.2720),  # for 10 of 20
        (0, 10, 0.0, 0.3085 / 0.6915),  # for 0 of 10
    ],
)
def test_the_change_of_a_count_has_the_exact_interval(now: int, then: int, low: float, high: float) -> None:
    found = change(now, then)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), rel=2e-3)


def test_from_nothing_there_is_no_end_to_a_rise_and_nothing_is_compared_with_nothing() -> None:
    found = change(4, 0)
    assert found is not None
    assert (found.value, found.high) == (inf, inf)
    assert change(0, 0) is None


def test_displacement_is_as_worked_by_hand() -> None:
    """Per 100 elsewhere: 80 came to 40, and 20 next to it to 30: a quarter of what was gained moved there."""
    assert displaced((80, 40), (20, 30), (100, 100)) == pytest.approx(-0.25)
    assert displaced((80, 40), (20, 10), (100, 100)) == pytest.approx(0.25)
    assert displaced((40, 80), (20, 10), (100, 100)) is None

"""Tails of the negative binomial by mean and dispersion: variance ``dispersion`` times the mean, Poisson's at 1.

Johnson, Kemp and Kotz, Univariate Discrete Distributions, 3rd ed., section 5.6: the tail is an incomplete beta
function.
"""

import numpy as np
from scipy import special

from streams.detectors.values import Floats

ALMOST_POISSON = 1 + 1e-9
LARGEST = 1e9  # means beyond are none of a count of incidents, and halving between them would never end


def beyond(counts: Floats | float, shape: Floats | float, share: Floats | float) -> Floats:
    """The chance of so many or more, of a count of some ``shape``; ``share``: mean over mean and shape together."""
    return np.asarray(special.betainc(counts, shape, share))


def at_least(counts: Floats, means: Floats, dispersion: Floats) -> Floats:
    """The chance of so many or more."""
    over = np.maximum(dispersion, ALMOST_POISSON)
    tail = beyond(np.maximum(counts, 1.0), np.maximum(means, 1e-12) / (over - 1), 1 - 1 / over)
    return np.where(counts <= 0, 1.0, tail)


def usual(chance: float, means: Floats, dispersion: Floats) -> Floats:
    """The largest count that is still usual: more than it come with at most ``chance``; found by halving."""
    low, known = np.full(np.shape(means), -1.0), np.isfinite(means)
    means, over = np.clip(means, 0.0, LARGEST), np.minimum(dispersion, LARGEST)
    high = np.ceil(means + 10 * np.sqrt(over * means) + 10)
    while (more := at_least(high + 1, means, over) > chance).any():
        low, high = np.where(more, high, low), np.where(more, 2 * high, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        more = at_least(middle + 1, means, over) > chance
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return np.asarray(np.where(known, high, np.nan))

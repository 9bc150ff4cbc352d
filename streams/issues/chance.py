"""How likely chance alone would bring so many: the gamma–Poisson (negative binomial) tail.

With a Gamma(shape, rate) belief about a rate, the count of the next stretch is negative binomial with that shape
(Gelman and others, Bayesian Data Analysis, 3rd ed., section 2.6).
"""

from math import exp, inf, lgamma, log

from scipy.special import gammainc

from streams.detectors.tails import beyond


def tail(count: int, shape: float, mean: float) -> float:
    """The chance of ``count`` or more under a negative binomial; at infinite shape it is Poisson's."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if shape == inf:
        return float(gammainc(count, mean))
    return float(beyond(count, shape, mean / (mean + shape)))


def upper_bound(chance: float, shape: float, mean: float) -> int:
    """The largest count that is still usual: more than it happens with less than ``chance``."""
    count = int(mean)
    while tail(count + 1, shape, mean) > chance:
        count += 1
    return count


def chain_tail(size: int, offspring: float) -> float:
    """The chance of a chain of ``size`` or more, grown from one incident, each bringing ``offspring`` more on average.

    The Borel distribution of a Poisson branching process's total progeny (Otter 1949); certain where it can go on for
    ever.
    """
    if offspring >= 1.0:
        return 1.0
    below = sum(
        exp(-offspring * n + (n - 1) * log(offspring * n) - lgamma(n + 1)) for n in range(1, size) if offspring > 0
    )
    return max(0.0, 1.0 - below) if offspring > 0 else float(size <= 1)

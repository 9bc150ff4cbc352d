"""How a count changed beside another: ratios with intervals that say how much chance alone would move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from scipy.stats import beta, norm
from scipy.stats import t as student

LEVEL = 0.95
CONTINUITY = 0.5  # to each count where one is 0, whose logarithm there is not (Haldane 1956; Anscombe 1956)

Weeks = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio with the interval it lies in, at 95%; ``spread``: how many times as wide as a Poisson count varies."""

    value: float
    low: float
    high: float
    spread: float = 1.0

    @property
    def told_apart(self) -> bool:
        """Whether chance alone would seldom do as much: the interval leaves out 1."""
        return self.high < 1.0 or self.low > 1.0


def effect(before: Weeks, after: Weeks, other_before: Weeks, other_after: Weeks) -> Ratio:
    """What became of a place after something was done, beside what became of others: counts by whole weeks.

    The ratio of rate ratios (after / before) / (other after / other before), which for stretches of one length is the
    inverse of the relative effect size of Welsh and Farrington (2009, "Making Public Places Safer", p. 40). Its
    logarithm's variance is the sum of 1/count, times the Pearson dispersion of the weeks about the four means and never
    less than once (McCullagh and Nelder 1989, "Generalized Linear Models", 2nd ed., 6.2.3); t on as many degrees of
    freedom as there are weeks more than four.
    """
    stretches = (before, after, other_before, other_after)
    totals = [float(sum(weeks)) for weeks in stretches]
    if min(totals) == 0:
        totals = [total + CONTINUITY for total in totals]
    rates = [total / len(weeks) for total, weeks in zip(totals, stretches, strict=True)]
    free = sum(map(len, stretches)) - len(stretches)
    spread = dispersion(stretches)
    middle = log(rates[1] / rates[0]) - log(rates[3] / rates[2])
    reach = _quantile(free) * sqrt(spread * sum(1 / total for total in totals))
    return Ratio(value=exp(middle), low=exp(middle - reach), high=exp(middle + reach), spread=spread)


def dispersion(stretches: Sequence[Weeks]) -> float:
    """Pearson's chi-squared of weekly counts about each stretch's mean, by degree of freedom; at least 1."""
    free = sum(map(len, stretches)) - len(stretches)
    if free < 1:
        return 1.0
    squares = 0.0
    for weeks in stretches:
        mean = sum(weeks) / len(weeks)
        squares += sum((count - mean) ** 2 for count in weeks) / mean if mean else 0.0
    return max(1.0, squares / free)


def change(now: int, then: int) -> Ratio | None:
    """How one count stands to another of as long a time; None: both are 0.

    Exact, given the sum of the two (Clopper and Pearson 1934 for the share; Przyborowski and Wilenski 1940).
    """
    if now + then == 0:
        return None
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, now, then + 1)) if now else 0.0
    high = float(beta.ppf(1 - tail, now + 1, then)) if then else 1.0
    value = now / then if then else float("inf")
    return Ratio(value=value, low=low / (1 - low), high=high / (1 - high) if high < 1 else float("inf"))


def displaced(treated: tuple[int, int], ring: tuple[int, int], control: tuple[int, int]) -> float | None:
    """The weighted displacement quotient of counts before and after; None: nothing fell, so nothing could move.

    Above 0: the ring gained too (diffusion); below 0: some moved there; below -1: more moved than was gained (Bowers
    and Johnson 2003, "Measuring the geographical displacement and diffusion of benefit effects of crime prevention
    activity", Journal of Quantitative Criminology 19).
    """
    if 0 in (ring[0], ring[1]) or 0 in control:
        return None
    success = treated[1] / control[1] - treated[0] / control[0]
    moved = ring[1] / control[1] - ring[0] / control[0]
    return moved / success if success < 0 else None


def _quantile(free: int) -> float:
    upper = (1 + LEVEL) / 2
    return float(student.ppf(upper, free)) if free > 0 else float(norm.ppf(upper))

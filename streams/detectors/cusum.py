"""A cumulative sum for slow rises: evidence for a raised mean, added up over the weeks.

The likelihood ratio of a negative binomial count whose mean is ``factor`` times what is expected, its dispersion the
same (Höhle and Paul 2008, Count data regression charts for the monitoring of surveillance time series, Computational
Statistics and Data Analysis 52). A sum above log(run) comes by chance no oftener than once in ``run`` rows (Lorden
1971, Annals of Mathematical Statistics 42: the mean run is at least e to the bound).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from streams.detectors.seasonal import SEASONAL, baselines
from streams.detectors.seasonal import Settings as Baselines
from streams.detectors.tails import ALMOST_POISSON, LARGEST
from streams.detectors.values import Floats, Judged, Series

# What rises slowly must not teach its own baseline, so half a year is left out; a trend held closer to 0 than the
# baseline's own gave three times the false alarms on series that do have one.
SLOW = replace(SEASONAL, guard=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``factor``: the rise to be found; ``run``: rows between two false alarms at least; ``most`` the sum can reach.

    The sum is held at ``most`` times its bound, or it would go on alarming long after the rise is over.
    """

    factor: float = 1.5
    run: float = 260.0
    most: float = 1.5
    baseline: Baselines = SLOW


def cusum(series: Series, settings: Settings | None = None, load: Floats | None = None) -> Judged:
    """Judge each time by the evidence of it and the rows before; ``upper`` is the most that would not alarm."""
    settings, counts = settings or Settings(), series.counts
    found = baselines(series, settings.baseline, load=load)
    judged, bound = Judged.nothing(counts.shape), float(np.log(settings.run))
    judged.expected[:] = found.means
    total = np.zeros(counts.shape[1])
    for time, (mean, spread) in enumerate(zip(found.means, found.dispersion, strict=True)):
        known = ~np.isnan(mean)
        before, total = (
            total,
            np.maximum(0.0, total + np.where(known, evidence(counts[time], mean, spread, settings), 0)),
        )
        judged.upper[time] = np.where(known, _highest(bound - before, mean, spread, settings), np.nan)
        judged.alarm[time] = known & (total > bound)
        total = np.minimum(total, settings.most * bound)
    return judged


def evidence(counts: Floats, means: Floats, dispersion: Floats, settings: Settings) -> Floats:
    """The log of how much likelier a count is if its mean is raised."""
    over = np.maximum(dispersion, ALMOST_POISSON)
    size = means / (over - 1)
    raised = settings.factor * size
    gained = gammaln(counts + raised) - gammaln(raised) - gammaln(counts + size) + gammaln(size)
    # near Poisson the four terms are large and cancel: there the limit is exact enough
    plain = counts * np.log(settings.factor) - (settings.factor - 1) * means
    return np.asarray(np.where(over < 1.001, plain, gained - (raised - size) * np.log(over)))


def _highest(room: Floats, means: Floats, dispersion: Floats, settings: Settings) -> Floats:
    """The largest count whose evidence is within ``room``; found by halving, for evidence rises with the count."""
    mean = np.clip(np.nan_to_num(means, nan=1.0), 0.0, LARGEST)
    spread = np.clip(np.nan_to_num(dispersion, nan=1.0), 1.0, LARGEST)
    low, high = np.full_like(mean, -1.0), np.ceil(10 * mean + 10 * np.sqrt(spread * mean) + 50)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        within = evidence(middle, mean, spread, settings) <= room
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    return np.maximum(low, 0.0)

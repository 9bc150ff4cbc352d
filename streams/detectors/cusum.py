"""A cumulative sum for slow rises: evidence for a raised mean, added up over the weeks.

The likelihood ratio of a negative binomial count whose mean is ``factor`` times what is expected, its dispersion the
same (Höhle and Paul 2008, Count data regression charts for the monitoring of surveillance time series, Computational
Statistics and Data Analysis 52). A sum above log(run) comes by chance no oftener than once in ``run`` rows (Lorden
1971, Annals of Mathematical Statistics 42: the mean run is at least e to the bound).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from streams.detectors.seasonal import SEASONAL, baselines
from streams.detectors.seasonal import Settings as Baselines
from streams.detectors.tails import ALMOST_POISSON, LARGEST, at_least
from streams.detectors.values import Flags, Floats, Judged, Series

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


class Lately(NamedTuple):
    """The evidence of the last rows before each time (times, series): ``nan`` where it was not asked for.

    ``rows`` it has added up over, what they held and were expected to, how much so many scatter, and the ``chance`` of
    such a sum: e to minus it (Lorden 1971), or of so many in these rows, whichever is more.
    """

    rows: Floats
    observed: Floats
    expected: Floats
    dispersion: Floats
    chance: Floats


def lately(series: Series, wanted: Flags, back: int, settings: Settings | None = None) -> Lately:
    """The sum at the times ``wanted``, begun at 0 no more than ``back`` rows before: the same whatever else is asked.

    What is not known of the mean counts as scatter here, for a mean by some months of history is little known.
    """
    settings, counts = settings or Settings(), series.counts
    reach = np.zeros_like(wanted)
    for lag in range(back):
        reach[: len(reach) - lag] |= wanted[lag:]
    found = baselines(series, settings.baseline, wanted=reach)
    known = ~np.isnan(found.means)
    scatter = found.dispersion + found.means * found.error**2
    gained = np.where(known, evidence(counts, found.means, scatter, settings), 0.0)
    total, rows, seen, mean = (np.zeros_like(counts) for _ in range(4))
    for lag in reversed(range(back)):
        now = slice(lag, None), slice(0, len(counts) - lag)
        total[now[0]] = np.maximum(0.0, total[now[0]] + gained[now[1]])
        goes_on = total[now[0]] > 0
        for kept, added in ((rows, 1.0), (seen, counts[now[1]]), (mean, np.nan_to_num(found.means[now[1]]))):
            kept[now[0]] = np.where(goes_on, kept[now[0]] + added, 0.0)
    judged = wanted & known
    # an error of the mean is the same in all rows of a rise, and does not even out as what is added up here would
    spread = np.where(judged, found.dispersion + mean * found.error**2, 1.0)
    chance = np.maximum(np.exp(-total), at_least(seen, mean, spread))
    return Lately(*(np.where(judged, one, np.nan) for one in (rows, seen, mean, spread, chance)))


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

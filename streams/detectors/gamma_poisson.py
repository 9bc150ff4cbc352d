"""A bound for areas with next to no history: their own counts, shrunk to what areas of the same parent have.

The belief about an area's rate is a gamma distribution, its next count negative binomial (Gelman and others, Bayesian
Data Analysis, 3rd ed., section 2.6); how far to shrink is told by how unlike the siblings are, by their moments
(Clayton and Kaldor 1987, Empirical Bayes estimates of age-standardized relative risks, Biometrics 43).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from streams.detectors.tails import at_least, usual
from streams.detectors.values import Floats, Judged, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``rows`` of history at most and ``start`` at least; the parent's rate weighs as ``weight`` rows, by its siblings.

    ``usual`` dispersion counts as ``worth`` rows; ``floor``: the least rate a parent is thought to have.
    """

    alpha: float = 0.01
    rows: int = 52
    start: int = 4
    weight: tuple[float, float] = (0.5, 26.0)
    usual: float = 1.2
    worth: float = 12.0
    floor: float = 0.01


def gamma_poisson(
    series: Series,
    settings: Settings | None = None,
    parents: Sequence[int] | None = None,
    load: Floats | None = None,
) -> Judged:
    """Judge each time by the rows before it; ``parents``: which columns are siblings, by equal numbers (default: all).

    ``load`` (times, series): what is known to make a row higher or lower than others (1: usual).
    """
    settings, counts = settings or Settings(), series.counts
    load = np.ones_like(counts) if load is None else load
    family = np.zeros(counts.shape[1], dtype=int) if parents is None else np.asarray(parents)
    judged = Judged.nothing(counts.shape)
    known, seen = _before(counts, settings.rows), _before(load, settings.rows)
    squares = _before(counts**2 / load, settings.rows)
    rows = np.minimum(np.arange(len(counts)), settings.rows)[:, None]
    prior, weight = _siblings(known, seen, family, settings)
    rate = (known + prior * weight) / (seen + weight)
    scatter = np.maximum(squares - known**2 / np.maximum(seen, 1e-9), 0) / np.maximum(rate, settings.floor)
    dispersion = np.maximum((scatter + settings.usual * settings.worth) / (np.maximum(rows - 1, 0) + settings.worth), 1)
    means = rate * load
    spread = dispersion * (1 + load / (seen + weight))
    ready = np.broadcast_to(rows >= settings.start, counts.shape)
    judged.expected[:] = np.where(ready, means, np.nan)
    judged.upper[:] = np.where(ready, usual(settings.alpha, means, spread), np.nan)
    judged.chance[:] = np.where(ready, at_least(counts, means, spread), np.nan)
    judged.alarm[:] = ready & (counts > judged.upper)
    return judged


def _before(values: Floats, rows: int) -> Floats:
    """The sum of the last ``rows`` before each time."""
    added = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    times = np.arange(len(values))
    return np.asarray(added[times] - added[np.maximum(times - rows, 0)])


def _siblings(known: Floats, seen: Floats, family: np.ndarray, settings: Settings) -> tuple[Floats, Floats]:
    """The mean rate among the siblings of each column, and for how many rows it stands: the more alike they are."""
    prior, weight = np.zeros_like(known), np.full_like(known, settings.weight[0])
    for parent in np.unique(family):
        at = np.flatnonzero(family == parent)
        length = np.maximum(seen[:, at], 1e-9)
        mean = np.maximum(known[:, at].sum(axis=1) / length.sum(axis=1), settings.floor)[:, None]
        prior[:, at] = mean
        if len(at) > 1:
            apart = (length * (known[:, at] / length - mean) ** 2).sum(axis=1, keepdims=True) / (len(at) - 1)
            unlike = (apart - mean) / length  # beyond what counts of one rate would differ by
            weight[:, at] = np.clip(mean / np.maximum(unlike, 1e-9), *settings.weight)
    return prior, weight

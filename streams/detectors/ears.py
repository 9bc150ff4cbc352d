"""EARS C1, C2 and C3: a short moving baseline, for comparison and for series with no history.

Hutwagner and others 2003, The bioterrorism preparedness and response Early Aberration Reporting System (EARS), J. Urban
Health 80; the bounds as Salmon and others 2016, J. Stat. Software 70(10), section 3.1.1, write them out. At an alpha of
.01 it alarms in 7 % of the weeks of low, uneven counts, for it knows no dispersion: hence .001.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from streams.detectors.values import Floats, Judged, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``variant``: C1 is judged by the seven rows before, C2 leaves two out in between, C3 adds C2 up."""

    variant: Literal["C1", "C2", "C3"] = "C1"
    alpha: float = 0.001
    rows: int = 7
    lag: int = 2


def ears(series: Series, settings: Settings | None = None) -> Judged:
    """Judge each time by the mean and standard deviation of the few rows before it."""
    settings = settings or Settings()
    counts, judged = series.counts, Judged.nothing(series.counts.shape)
    mean, spread = _moving(counts, settings.rows, 0 if settings.variant == "C1" else settings.lag)
    reach = float(stats.norm.ppf(1 - settings.alpha))
    judged.expected[:] = mean
    judged.upper[:] = mean + reach * spread
    if settings.variant == "C3":
        # R lets C3's bound stand on the count itself: it alarms by what the two rows before were above their own
        with np.errstate(invalid="ignore", divide="ignore"):
            excess = np.maximum(0.0, (counts - mean) / spread - 1)
        judged.upper[:2] = np.nan
        judged.upper[2:] = np.maximum(0.0, counts[2:] + spread[2:] * (reach - excess[1:-1] - excess[:-2]))
    with np.errstate(invalid="ignore"):
        judged.alarm[:] = counts > judged.upper
    judged.expected[np.isnan(judged.upper)] = np.nan
    return judged


def _moving(counts: Floats, rows: int, lag: int) -> tuple[Floats, Floats]:
    mean, spread = np.full_like(counts, np.nan), np.full_like(counts, np.nan)
    if len(counts) > rows + lag:
        windows = np.lib.stride_tricks.sliding_window_view(counts, rows, axis=0)[: len(counts) - rows - lag]
        mean[rows + lag :], spread[rows + lag :] = windows.mean(axis=-1), windows.std(axis=-1, ddof=1)
    return mean, spread

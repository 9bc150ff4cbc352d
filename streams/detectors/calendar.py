"""How much each kind of day usually brings."""

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np

from streams.detectors.values import Floats, Series

SUNDAY = 6
HOLIDAY = 7  # the eighth kind of day
PRIOR = 4.0  # how many such days the usual share of a kind of day weighs; few enough to be learnt in a month or two


def kinds_of_day(days: Sequence[date], holidays: Collection[date]) -> np.ndarray:
    """0 to 6 for Monday to Sunday, 7 for a bank holiday."""
    return np.array([HOLIDAY if day in holidays else day.weekday() for day in days])


def load_of(series: Series, holidays: Collection[date]) -> Floats:
    """How much each day usually brings against a mean day (times, series), learnt from the days before it alone.

    A holiday starts from what Sundays bring; what comes once a week (weekly series) has no kind of day.
    """
    counts = series.counts
    if not series.daily:
        return np.ones_like(counts)
    kind = kinds_of_day(series.days, holidays)
    mine = (kind[:, None] == np.arange(8)[None, :]).astype(float)  # (times, kinds)
    brought = _before(mine[:, :, None] * counts[:, None, :])  # (times, kinds, series)
    came, level = (
        _before(mine[:, :, None]),
        _before(counts[:, None, :]) / np.maximum(_before(np.ones((len(kind), 1, 1))), 1),
    )
    level = np.maximum(level, 1e-9)
    share = (brought + PRIOR * level) / ((came + PRIOR) * level)
    sunday = share[:, SUNDAY]
    share[:, HOLIDAY] = (brought[:, HOLIDAY] + PRIOR * level[:, 0] * sunday) / (
        (came[:, HOLIDAY] + PRIOR) * level[:, 0]
    )
    return np.asarray(np.maximum(share[np.arange(len(kind)), kind], 0.05))


def _before(values: Floats) -> Floats:
    """The sum of all before each time."""
    return np.asarray(np.cumsum(values, axis=0) - values)

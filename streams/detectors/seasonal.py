"""Counts against a smooth baseline over all their history, one week and two weeks together.

The regression is Noufaily and others' (2013: quasi-Poisson, trend and season, past outbreaks put aside, a negative
binomial bound), with what their paper and Salmon and others (2016) leave to be had:
- ten years instead of five, with a trend and harmonics instead of steps, each held to 0 until history speaks against it
  (a ridge as a normal prior: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.4.1);
- past outbreaks left out wholly, by the exact tail of one week and of two, and mean and dispersion set right for the
  tail that a history without outbreaks loses so (Fisher consistency: Huber, Robust Statistics, section 6.2);
- an outbreak seldom fits a week: two weeks are judged together where the last is itself among its highest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from streams.detectors.glm import Fit, fit
from streams.detectors.tails import at_least, usual
from streams.detectors.values import Flags, Floats, Judged, Series, Times

BATCH = 256  # fits at once: more of them no longer stay in the processor's cache
YEAR = 365.25
MEANS = np.geomspace(0.02, 500.0, 30)  # where the lost tails are tabled
DISPERSIONS = np.geomspace(1.0, 15.0, 16)
FREE = 1e-12  # next to no penalty: the level is what it is
LARGEST_LOG = 20.0  # of a mean; more is a trend that ran away


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``alpha``: how often a week without an outbreak may alarm; the other figures were settled on simulated series.

    ``years`` of history at most, ``guard`` weeks before the time judged that teach nothing, ``weeks`` of history at
    least; ``window`` rows judged together with the last where that is among its own highest ``gate``; ``alone``: how
    many times less likely one row alone must be. ``cut``: past rows with a smaller chance are outbreaks, from
    ``least`` counts on. ``slope``, ``season``: how far, on the log scale, a year's trend and the harmonics are
    thought to go before history speaks, and the nearer to 0 the less of a first year was seen (to the power of
    ``learning``: half a year of a season is no season). ``usual`` dispersion counts as ``worth`` rows.
    """

    alpha: float = 0.01
    years: float = 10.0
    days: float = 365.25
    guard: int = 8
    weeks: int = 12
    window: int = 2
    gate: float = 0.1
    alone: float = 3.0
    cut: float = 0.005
    least: int = 3
    slope: float = 0.15
    season: tuple[float, ...] = (0.5, 0.5, 0.25, 0.25)
    learning: float = 2.0
    usual: float = 1.3
    worth: float = 10.0
    rounds: int = 3


SEASONAL = Settings()


class Expected(NamedTuple):
    """What is expected at each time (times, series): mean, dispersion, and the mean's error on the log scale."""

    means: Floats
    dispersion: Floats
    error: Floats


def seasonal(
    series: Series,
    settings: Settings = SEASONAL,
    first: int = 0,
    load: Floats | None = None,
    wanted: Flags | None = None,
) -> Judged:
    """Judge each time from ``first`` on by all that came before it.

    ``load`` (times, series): what is known to make a row higher or lower than others, such as its weekday (1: usual).
    ``wanted`` (times, series): which alone are judged, where that is not all.
    """
    judged = Judged.nothing(series.counts.shape)
    for time, column, baseline in _each(series, settings, first, load, wanted):
        chance, upper = _verdict(series.counts, baseline, time, column, settings)
        judged.expected[time, column] = baseline.means[:, 0]
        judged.upper[time, column], judged.chance[time, column] = upper, chance
        judged.alarm[time, column] = series.counts[time, column] > upper
    return judged


def baselines(
    series: Series,
    settings: Settings = SEASONAL,
    first: int = 0,
    load: Floats | None = None,
    wanted: Flags | None = None,
) -> Expected:
    """What is expected of each time from ``first`` on by all that came before it; ``nan`` where that is too little."""
    found = Expected(*(np.full(series.counts.shape, np.nan) for _ in range(3)))
    for time, column, baseline in _each(series, settings, first, load, wanted):
        found.means[time, column], found.error[time, column] = baseline.means[:, 0], baseline.error
        found.dispersion[time, column] = baseline.dispersion
    return found


def _each(
    series: Series, settings: Settings, first: int, load: Floats | None, wanted: Flags | None
) -> Iterator[tuple[Times, Times, "Baseline"]]:
    usually = np.ones_like(series.counts) if load is None else load
    model = _Model(settings, series.step)
    begin = max(first, (settings.guard + settings.weeks) * (7 // series.step))
    asked = np.ones(series.counts.shape, dtype=bool) if wanted is None else wanted.copy()
    asked[:begin] = False
    for time, column in _parts(asked):
        yield time, column, model.of(series.counts, usually, time, column)


def _parts(asked: Flags) -> Iterator[tuple[Times, Times]]:
    times, columns = np.nonzero(asked)
    for at in range(0, len(times), BATCH):
        yield times[at : at + BATCH], columns[at : at + BATCH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is expected of the last rows (b, window), the newest first, and how much counts scatter around it (b,)."""

    means: Floats
    dispersion: Floats
    error: Floats  # of the mean, on the log scale

    def scatter(self, means: Floats) -> Floats:
        """The dispersion of a count with such a mean, what is not known of the mean itself included."""
        return self.dispersion + means * self.error**2


def _verdict(
    counts: Floats, baseline: Baseline, time: Times, column: Times, settings: Settings
) -> tuple[Floats, Floats]:
    """The chance of so high a count, alone or with those before it, and the highest that would not alarm."""
    now, alone = counts[time, column], baseline.means[:, 0]
    before = sum((counts[time - lag, column] for lag in range(1, baseline.means.shape[1])), np.zeros(len(now)))
    together, one = baseline.means.sum(axis=1), baseline.scatter(alone)
    both = baseline.scatter(together)
    single = at_least(now, alone, one)
    jointly = np.where(single <= settings.gate, at_least(now + before, together, both), 1.0)
    chance = np.minimum(np.minimum(settings.alone * single, jointly), 1.0)
    gate = usual(settings.gate, alone, one)
    reach = np.maximum(gate, usual(settings.alpha, together, both) - before)
    return chance, np.minimum(usual(settings.alpha / settings.alone, alone, one), reach)


class _Model:
    """The regression, its rows counted back from the time judged, so that all times share one design."""

    def __init__(self, settings: Settings, step: int) -> None:
        self.settings = settings
        self.rows_a_year = settings.days / step
        guard = settings.guard * 7 // step
        self.back = np.arange(guard + round(settings.years * self.rows_a_year), guard, -1)
        self.design = self._rows(self.back)
        self.now = self._rows(np.arange(settings.window))
        self.reach = np.array([settings.slope, *settings.season])

    def _rows(self, back: Times) -> Floats:
        turn = 2 * np.pi * back / self.rows_a_year
        waves = [
            wave(turn * (1 + at // 2)) for at, wave in enumerate([np.cos, np.sin] * (len(self.settings.season) // 2))
        ]
        return np.column_stack([np.ones(len(back)), -back / self.rows_a_year, *waves])

    def of(self, counts: Floats, load: Floats, time: Times, column: Times) -> Baseline:
        """The baselines of some times and columns."""
        rows = time[:, None] - self.back[None, :]
        there = (rows >= 0).astype(float)
        rows = np.maximum(rows, 0)
        past, offset = counts[rows, column[:, None]], np.log(load[rows, column[:, None]])
        found, dispersion, share = self._learn(past, there, offset)
        ahead = np.stack([load[time - lag, column] for lag in range(self.settings.window)], axis=1)
        means = np.exp(np.minimum(found.coefficients @ self.now.T, LARGEST_LOG)) * ahead / share[:, None]
        error = np.sqrt(np.einsum("i,bij,j->b", self.now[0], found.covariance, self.now[0]) * dispersion)
        return Baseline(means=np.maximum(means, 1e-9), dispersion=dispersion, error=error)

    def _learn(self, past: Floats, there: Floats, offset: Floats) -> tuple[Fit, Floats, Floats]:
        """The fit to a history without its outbreaks, its dispersion, and which share of the mean was left."""
        level = (past * there).sum(axis=1) / np.maximum((np.exp(offset) * there).sum(axis=1), 1.0)
        start = np.maximum(level, 0.01)[:, None] * np.exp(offset)
        held = self._held(there)
        found = fit(self.design, past, there, offset, penalty=held, start=start)
        share, dispersion = np.ones(len(past)), self._dispersion(past, there, found.means, np.ones_like(past))
        for _ in range(self.settings.rounds):
            means = found.means / share[:, None]
            kept = there * ~self._outbreaks(past, means, dispersion)
            found = fit(self.design, past, kept, offset, penalty=held, start=found.means)
            left, spread = _left(found.means, dispersion, self.settings.cut, self.settings.least)
            share = (kept * found.means * left).sum(axis=1) / (kept * found.means).sum(axis=1)
            dispersion = self._dispersion(past, kept, found.means / share[:, None], spread)
        return found, dispersion, share

    def _held(self, there: Floats) -> Floats:
        """How firmly trend and season are held to 0: the firmer, the less of a first year was seen."""
        seen = np.minimum(there.sum(axis=1) / self.rows_a_year, 1.0)[:, None]
        reach = self.reach[None, :] * np.maximum(seen, 0.1) ** self.settings.learning
        return np.column_stack([np.full(len(there), FREE), 1 / reach**2])

    def _dispersion(self, past: Floats, kept: Floats, means: Floats, spread: Floats) -> Floats:
        squares = (kept * (past - means) ** 2 / np.maximum(means, 1e-9)).sum(axis=1)
        rows, prior = kept.sum(axis=1), self.settings.usual * self.settings.worth
        freedom = np.maximum((kept * spread).sum(axis=1) * (1 - self.design.shape[1] / np.maximum(rows, 12.0)), 1.0)
        return np.asarray(np.maximum((squares + prior) / (freedom + self.settings.worth), 1.0))

    def _outbreaks(self, past: Floats, means: Floats, dispersion: Floats) -> Flags:
        """Rows too high to be chance, alone or with a neighbour that is high too."""
        spread = np.broadcast_to(dispersion[:, None], past.shape)
        high = self._too_high(past, means, spread)
        pair = self._too_high(past[:, 1:] + past[:, :-1], means[:, 1:] + means[:, :-1], spread[:, 1:])
        above = past > means
        high[:, 1:] |= pair & above[:, 1:]
        high[:, :-1] |= pair & above[:, :-1]
        return high

    def _too_high(self, counts: Floats, means: Floats, spread: Floats) -> Flags:
        # most are plainly not, and need no tail
        found = (counts >= self.settings.least) & (counts > means + 1.5 * np.sqrt(spread * means))
        found[found] = at_least(counts[found], means[found], spread[found]) < self.settings.cut
        return np.asarray(found)


def _left(means: Floats, dispersion: Floats, cut: float, least: int) -> tuple[Floats, Floats]:
    """Which shares of mean and variance are left of counts whose highest ``cut`` was taken away."""
    at = np.stack(
        [
            np.log(np.clip(means, MEANS[0], MEANS[-1])),
            np.broadcast_to(np.log(np.clip(dispersion, DISPERSIONS[0], DISPERSIONS[-1]))[:, None], means.shape),
        ],
        axis=-1,
    )
    left = _table(cut, least)(at)
    return left[..., 0], left[..., 1]


@lru_cache(maxsize=8)
def _table(cut: float, least: int) -> RegularGridInterpolator:
    found = np.array([[_truncated(mean, over, cut, least) for over in DISPERSIONS] for mean in MEANS])
    return RegularGridInterpolator((np.log(MEANS), np.log(DISPERSIONS)), found)


def _truncated(mean: float, over: float, cut: float, least: int) -> tuple[float, float]:
    last = max(float(usual(cut, np.array(mean), np.array(over))), least - 1.0)
    counts = np.arange(last + 2)
    tails = at_least(counts, np.array(mean), np.array(over))
    mass = (tails[:-1] - tails[1:]) / (1 - tails[-1])
    counts = counts[:-1]
    return float(mass @ counts) / mean, float(mass @ (counts - mean) ** 2) / (over * mean)

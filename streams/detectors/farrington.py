"""Farrington's detector, the original and Noufaily's improved one, as R's ``surveillance`` 1.20.3 computes them.

Farrington and others 1996, A statistical algorithm for the early detection of outbreaks of infectious disease, JRSS A
159; Noufaily and others 2013, An improved algorithm for outbreak detection in multiple surveillance systems, Statistics
in Medicine 32; the details after Salmon and others 2016, Monitoring count time series in R, J. Stat. Software 70(10).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from typing import Literal

import numpy as np
from scipy import stats

from streams.detectors.glm import NOTHING, Fit, anscombe, down_weighted, fit
from streams.detectors.values import Flags, Floats, Judged, Series, Times

LARGEST_BATCH = 2048  # fits at once: beyond it the rows no longer stay in the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``years`` of history, ``half`` the window around the same week of each, ``periods`` of a year, ``guard`` weeks.

    ``trend``: the p-value a trend must stay below (1: always); ``bar``: the residual from which a past week is an
    outbreak; ``alpha``: the chance of a false alarm, one-sided; ``enough`` cases in the last four weeks, fewer raise no
    alarm; ``window``: how many rows up to a time are judged together; ``by_date``: the same week of the years before by
    the calendar, or else 52 rows (365 days) back.
    """

    years: int = 4
    half: int = 3
    periods: int = 10
    guard: int = 26
    trend: float = 1.0
    bar: float = 2.58
    alpha: float = 0.01
    bound: Literal["nb", "delta", "muan"] = "nb"
    enough: int = 5
    window: int = 1
    by_date: bool = True


NOUFAILY = Settings()
ORIGINAL = Settings(periods=1, guard=3, trend=0.05, bar=1.0, bound="delta")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which rows before a time make its baseline, counted back from it, and the period of the year of each."""

    back: tuple[int, ...]
    period: tuple[int, ...]

    def design(self, trend: bool) -> Floats:
        """A column for each period of the year, and one for time, centred."""
        named = np.array(self.period)
        columns = [(named == one).astype(float) for one in sorted(set(self.period))]
        return np.column_stack([*columns, self._time()] if trend else columns)

    def row(self, trend: bool, back: int) -> Floats:
        """The row of a time ``back`` before the one judged: of the period around the same week of the years before."""
        periods = sorted(set(self.period))
        row = [float(one == periods[-1]) for one in periods]
        return np.array([*row, -back - self._middle()] if trend else row)

    def _middle(self) -> float:
        return -float(np.mean(self.back))

    def _time(self) -> Floats:
        return -np.array(self.back, dtype=float) - self._middle()


def farrington(series: Series, settings: Settings = NOUFAILY, first: int = 0, load: Floats | None = None) -> Judged:
    """Judge each time from ``first`` on by the same weeks of the years before.

    ``load`` (times, series): what is known to make a row higher or lower than others, such as its weekday (1: usual).
    """
    counts = series.counts
    judged = Judged.nothing(counts.shape)
    batches: dict[Pattern, list[int]] = defaultdict(list)
    for time, pattern in _patterns(series.days, settings, first):
        batches[pattern].append(time)
    for pattern, times in batches.items():
        for part in _parts(times, counts.shape[1]):
            _judge(counts, load, pattern, np.array(part), settings, judged)
    return judged


def _parts(times: Sequence[int], width: int) -> Iterator[Sequence[int]]:
    size = max(1, LARGEST_BATCH // width)
    return (times[at : at + size] for at in range(0, len(times), size))


def _judge(
    counts: Floats, load: Floats | None, pattern: Pattern, times: Times, settings: Settings, judged: Judged
) -> None:
    usual = np.ones_like(counts) if load is None else load
    data = _Baseline(
        pattern=pattern,
        past=_rows(counts, times, pattern.back),
        offset=np.log(_rows(usual, times, pattern.back)),
        load=_rows(usual, times, range(settings.window)),
    )
    mean, error, dispersion = _predict(data, settings)
    today = _rows(counts, times, range(settings.window)).sum(axis=1)
    upper, chance = _bound(mean, error, dispersion, today, settings)
    recent = _rows(counts, times, range(4)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        alarm = (today > upper) & (recent >= settings.enough)
    for kept, found in zip(judged, (mean, upper, alarm, chance), strict=True):
        kept[times] = found.reshape(len(times), -1)


def _rows(values: Floats, times: Times, back: Sequence[int]) -> Floats:
    """What stands so many rows before each time, a line for each time and series."""
    found = values[np.maximum(times[:, None] - np.array(back)[None, :], 0)]
    return np.ascontiguousarray(np.swapaxes(found, 1, 2)).reshape(-1, len(back))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Baseline:
    """The counts that judge, a line for each time and series, with what is known of them and of the time judged."""

    pattern: Pattern
    past: Floats
    offset: Floats
    load: Floats

    def only(self, at: Times) -> "_Baseline":
        return _Baseline(pattern=self.pattern, past=self.past[at], offset=self.offset[at], load=self.load[at])


def _predict(data: _Baseline, settings: Settings) -> tuple[Floats, Floats, Floats]:
    """Mean, its standard error on the log scale, and dispersion, with a trend where one is called for."""
    found, trusted = _Model.of(data, settings, trend=True), np.zeros(len(data.past), dtype=bool)
    if settings.years >= 3:
        trusted = found.sound & (found.significance() < settings.trend) & (found.mean <= data.past.max(axis=1))
    kept = [found.mean, found.error, found.dispersion]
    rest = np.flatnonzero(~trusted)
    if rest.size:
        plain = _Model.of(data.only(rest), settings, trend=False)
        for one, other in zip(kept, (plain.mean, plain.error, plain.dispersion), strict=True):
            one[rest] = np.where(plain.sound, other, np.nan)
    return kept[0], kept[1], kept[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    fit: Fit
    mean: Floats
    error: Floats
    dispersion: Floats
    scale: Floats
    sound: Flags

    @classmethod
    def of(cls, data: _Baseline, settings: Settings, *, trend: bool) -> "_Model":
        past, design = data.past, data.pattern.design(trend)
        whole = np.ones_like(past)
        first = fit(design, past, whole, data.offset)
        dispersion = np.maximum(first.dispersion(past, whole), 1.0)
        residuals = anscombe(past, first.means, first.leverages(design), dispersion)
        weights = down_weighted(residuals, whole > 0, settings.bar)
        second = fit(design, past, weights, data.offset)
        # R judges the trend and the standard error by weights that are no longer the working ones; so do we
        working = weights * (past / np.maximum(second.means, NOTHING) - 1) ** 2
        scale = working.sum(axis=1) / second.freedom
        rows = np.stack([data.pattern.row(trend, back) for back in range(settings.window)])
        with np.errstate(over="ignore"):
            mean = (np.exp(second.coefficients @ rows.T) * data.load).sum(axis=1)
        return cls(
            fit=second,
            mean=mean,
            error=np.sqrt(np.einsum("i,bij,j->b", rows[0], second.covariance, rows[0]) * scale),
            dispersion=np.maximum(second.dispersion(past, weights), 1.0),
            scale=scale,
            sound=first.converged & np.isfinite(mean),
        )

    def significance(self) -> Floats:
        """The p-value of the trend, the last coefficient."""
        error = np.sqrt(self.fit.covariance[:, -1, -1] * self.scale)
        return np.asarray(2 * stats.t.sf(np.abs(self.fit.coefficients[:, -1] / error), self.fit.freedom))


def _bound(mean: Floats, error: Floats, dispersion: Floats, today: Floats, settings: Settings) -> tuple[Floats, Floats]:
    """The largest count that is still usual, and the chance of so many as today or more."""
    if settings.bound == "delta":
        spread = np.sqrt(4 / 9 * np.cbrt(mean) * (dispersion + error**2 * mean))  # Farrington 1996, section 3.5
        reach = mean ** (2 / 3) + stats.norm.ppf(1 - settings.alpha) * spread
        chance = stats.norm.sf((today ** (2 / 3) - mean ** (2 / 3)) / np.maximum(spread, 1e-12))
        return reach**1.5, np.asarray(chance)
    if settings.bound == "muan":
        mean = mean * np.exp(stats.norm.ppf(1 - settings.alpha) * error)
    over = np.maximum(dispersion, 1 + 1e-9)  # of variance phi·mu: a size of mu/(phi-1); Poisson's as phi nears 1
    size = mean / (over - 1)
    return stats.nbinom.ppf(1 - settings.alpha, size, 1 / over), stats.nbinom.sf(today - 1, size, 1 / over)


def _patterns(days: Sequence[date], settings: Settings, first: int) -> Iterator[tuple[int, Pattern]]:
    """Each time from ``first`` on that has its years of history, with what makes its baseline."""
    known = {day: at for at, day in enumerate(days)}
    step = (days[1] - days[0]).days if len(days) > 1 else 7
    for time in range(max(first, 0), len(days)):
        if settings.by_date:
            marks = [known.get(_years_before(days[time], years, step), -1) for years in range(settings.years + 1)]
        else:
            marks = [time - years * (364 // step + (step == 1)) for years in range(settings.years + 1)]
        if min(marks) >= settings.half * (7 // step):
            yield time, _pattern(tuple(time - mark for mark in marks), settings, 7 // step)


def _years_before(day: date, years: int, step: int) -> date:
    """The same day so many years before; of weeks, the nearest that begins on the same weekday."""
    leap_day = (day.month, day.day) == (2, 29) and years % 4
    back = date(day.year - years, 3, 1) if leap_day else day.replace(year=day.year - years)
    if step == 1:
        return back
    ahead = (day.isoweekday() % 7) - (back.isoweekday() % 7)
    near = back + timedelta(days=ahead)
    other = near + timedelta(days=-7 if near > back else 7)
    return other if abs(near - back) > abs(other - back) else near


@lru_cache(maxsize=64)
def _pattern(marks: tuple[int, ...], settings: Settings, scale: int) -> Pattern:
    """Label what lies around each year's mark (rows back) with the last period; share out what lies between."""
    half, last = settings.half * scale, settings.periods
    label = {back: last for mark in marks[1:] for back in range(mark - half, mark + half + 1)}
    if last > 1:
        for mark, later in pairwise(reversed(marks)):
            between = range(mark - half - 1, later + half, -1)
            each, rest = divmod(len(between), last - 1)
            shares = chain.from_iterable([one + 1] * (each + (one < rest)) for one in range(last - 1))
            label.update(zip(between, shares, strict=True))
    kept = sorted((back for back in label if back > settings.guard * scale), reverse=True)
    return Pattern(back=tuple(kept), period=tuple(label[back] for back in kept))

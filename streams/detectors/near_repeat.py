"""Near repeats: how much oftener two events lie close in space and time than chance brings, and a score from it.

Knox 1964, The detection of space-time interactions, J. R. Stat. Soc. C 13; with days shuffled among the events as
Johnson and others 2007, Space-time patterns of risk: a cross national assessment of residential burglary victimization,
J. Quant. Criminology 23; the score decays as in Bowers, Johnson and Pease 2004, Prospective hot-spotting, Brit. J.
Criminology 44, but by a rate that is learnt and exponential.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from streams.detectors.values import Floats, Times

Metric = Literal["manhattan", "euclidean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Upper ends of the bands of distance (metres) and of time (days), each from the one before it on, from 0."""

    metres: tuple[float, ...] = (0.1, 200.0, 400.0, 600.0)
    days: tuple[float, ...] = (7.0, 14.0, 21.0)
    metric: Metric = "manhattan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knox:
    """Pairs of events (distance bands, time bands): ``observed``, ``expected`` by chance, and their ``chance``.

    ``ratio``: how many times oftener than chance; above 1 events draw others.
    """

    bands: Bands
    observed: Floats
    expected: Floats
    chance: Floats

    @property
    def ratio(self) -> Floats:
        """Observed over expected."""
        return self.observed / np.maximum(self.expected, 1e-9)


def knox(points: Floats, days: Floats, bands: Bands, *, replicas: int, seed: int) -> Knox:
    """Count the pairs of events by distance and time, and again with the days shuffled ``replicas`` times."""
    first, second, ring = _near_pairs(points, bands)
    shape = (len(bands.metres), len(bands.days))

    def count(when: Floats) -> Floats:
        slot = np.searchsorted(bands.days, np.abs(when[first] - when[second]), side="right")
        kept = slot < shape[1]
        cells = np.bincount(ring[kept] * shape[1] + slot[kept], minlength=shape[0] * shape[1])
        return np.asarray(cells, dtype=float).reshape(shape)

    random, observed = np.random.default_rng(seed), count(days)
    shuffled = np.array([count(random.permutation(days)) for _ in range(replicas)]).reshape(-1, *shape)
    as_many = (shuffled >= observed).sum(axis=0)
    return Knox(
        bands=bands,
        observed=observed,
        expected=shuffled.mean(axis=0) if replicas else np.full(shape, np.nan),
        chance=(1 + as_many) / (1 + replicas),
    )


def _near_pairs(points: Floats, bands: Bands) -> tuple[Times, Times, Times]:
    """The pairs within the last distance band, and the band of each."""
    first, second = np.triu_indices(len(points), 1)
    away = _distance(points[first], points[second], bands.metric)
    ring = np.searchsorted(bands.metres, away, side="right")
    kept = ring < len(bands.metres)
    return first[kept], second[kept], ring[kept]


def _distance(one: Floats, other: Floats, metric: Metric) -> Floats:
    apart = np.abs(one - other)
    return np.asarray(apart.sum(axis=-1) if metric == "manhattan" else np.hypot(apart[..., 0], apart[..., 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """How an event raises what is expected near it: ``lift`` at once, half that ``half_days`` or ``half_metres`` on."""

    lift: float
    half_days: float
    half_metres: float
    metric: Metric

    def score(self, metres: Floats, days: Floats) -> float:
        """The lift that past events, so far and so long ago, put together: 0 where there are none near."""
        fall = np.exp2(-np.asarray(metres) / self.half_metres - np.asarray(days) / self.half_days)
        return float(self.lift * fall.sum())

    def near(self, point: Floats, day: float, points: Floats, days: Floats) -> float:
        """The score at a place and day, by the events before it."""
        before = days < day
        return self.score(_distance(points[before], point, self.metric), day - days[before])


def learn_decay(found: Knox, *, sure: float = 0.05) -> Decay | None:
    """The exponential decay that fits the Knox ratios best; none where not even the nearest pairs are too many.

    A log-linear Poisson fit of what is above chance, weighted by what each band is expected to hold.
    """
    if found.chance[:, 0].min() > sure:
        return None
    metres, days = _middles(found.bands.metres), _middles(found.bands.days)
    excess = np.maximum(found.ratio - 1, 0.0)
    best = min(
        (
            (float((found.expected * (excess - lift * fall) ** 2).sum()), lift, half_metres, half_days)
            for half_metres in np.geomspace(10.0, 2 * found.bands.metres[-1], 24)
            for half_days in np.geomspace(
                found.bands.days[0] / 2, 2 * found.bands.days[-1], 24
            )  # no finer than the bands
            for fall in [np.exp2(-metres[:, None] / half_metres - days[None, :] / half_days)]
            for lift in [float((found.expected * excess * fall).sum() / (found.expected * fall**2).sum())]
        ),
        key=lambda one: one[0],
    )
    return Decay(lift=best[1], half_metres=float(best[2]), half_days=float(best[3]), metric=found.bands.metric)


def _middles(ends: Sequence[float]) -> Floats:
    edges = np.array([0.0, *ends])
    return np.asarray((edges[1:] + edges[:-1]) / 2)

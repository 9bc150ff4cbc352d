"""Clusters in space and time up to today: the permutation scan and the expectation-based Poisson scan.

Kulldorff and others 2005, A space-time permutation scan statistic for disease outbreak detection, PLoS Medicine 2(3);
Neill and others 2005, Detection of emerging space-time clusters, KDD 2005; the tail of the maximum by a Gumbel
distribution: Abrams, Kleinman and Kulldorff 2010, Gumbel based p-value approximations for spatial scan statistics,
Int. J. Health Geographics 9:61; clusters of all sizes on one footing: Walther 2010, Optimal and fast detection of
spatial clusters with scan statistics, Annals of Statistics 38; how seldom chance does as much: Kleinman, Lazarus and
Platt 2004, Am. J. Epidemiology 159.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from scipy import sparse

from streams.detectors.values import Floats, Times

EULER = 0.5772156649015329
# Where a replica has no cylinder worth a score it stands so low, and no lower: further down it would widen the tail. Of
# 150 cases the alarms of one day in 90 came .03 times as often as said with no such floor, 1.0 times at -2, 1.8 at -1.
LOWEST = -2.0
AT_ONCE = 25  # replicas: what they hold stays in the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Sets of locations that may be one cluster: ``members`` (zones, locations) of 0 and 1, each set once."""

    members: sparse.csr_matrix

    @classmethod
    def of(cls, sets: Sequence[Sequence[int]], locations: int) -> "Zones":
        """The distinct ones of some sets of locations."""
        distinct = list({tuple(sorted(one)): None for one in sets if len(one)})
        columns = np.concatenate([np.array(one) for one in distinct]) if distinct else np.array([], dtype=int)
        starts = np.cumsum([0, *(len(one) for one in distinct)])
        data = np.ones(len(columns), dtype=np.float32)
        return cls(members=sparse.csr_matrix((data, columns, starts), shape=(len(distinct), locations)))

    @classmethod
    def nearest(cls, away: Floats, most: int) -> "Zones":
        """Each location with its nearest one, two, ... up to ``most`` in all; ``away``: distances between all."""
        order = np.argsort(away, axis=1, kind="stable").tolist()
        return cls.of([line[:count] for count in range(1, most + 1) for line in order], len(away))

    @classmethod
    def circles(cls, away: Floats, radii: Sequence[float]) -> "Zones":
        """What lies within each radius of each location; ``away``: distances between all."""
        return cls.of([np.flatnonzero(line <= radius).tolist() for radius in radii for line in away], len(away))

    def __len__(self) -> int:
        return int(self.members.shape[0])

    def locations(self, zone: int) -> Times:
        """The locations of a zone."""
        found = self.members
        return np.asarray(found.indices[found.indptr[zone] : found.indptr[zone + 1]])


def distances(points: Floats) -> Floats:
    """How far apart points (locations, 2) on a plane are, each from each."""
    apart = points[:, None, :] - points[None, :, :]
    return np.asarray(np.hypot(apart[:, :, 0], apart[:, :, 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A zone over the last ``days``; ``chance`` that no cylinder of a day without any cluster would score as high."""

    zone: int
    locations: Times
    days: int
    observed: float
    expected: float
    score: float
    chance: float

    @property
    def recurrence(self) -> float:
        """How many scans apart chance alone would do this: days, scanning once a day."""
        return 1 / max(self.chance, 1e-300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The distribution of the highest score where there is no cluster: Gumbel's, by the moments of some replicas."""

    place: float
    scale: float

    @classmethod
    def of(cls, highest: Floats) -> "Tail":
        """The one with the mean and spread of the replicas' highest scores."""
        scale = max(float(np.std(highest, ddof=1)) * np.sqrt(6) / np.pi, 1e-9)
        return cls(place=float(np.mean(highest)) - EULER * scale, scale=scale)

    def above(self, score: float) -> float:
        """The chance of a higher one."""
        return float(-np.expm1(-np.exp(-(score - self.place) / self.scale)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``longest`` cluster in days; ``replicas`` without any, drawn by ``seed``; ``least`` cases in one.

    ``lengths``: the lengths looked at, where not all. ``evened``: a cylinder is held against what chance brings to
    those that usually have as few cases; small ones are many, and their best would set the bar for the large too.
    """

    longest: int = 7
    lengths: tuple[int, ...] = ()
    evened: bool = False
    replicas: int = 199  # enough for a Gumbel tail, which needs a mean and a spread (Abrams and others 2010)
    least: int = 3
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All cylinders at once (zones, lengths): what they are expected to have, and how far behind small ones start."""

    zones: Zones
    lengths: Times
    expected: Floats
    start: Floats
    evened: bool

    @classmethod
    def of(cls, zones: Zones, lengths: Times, expected: Floats, whole: float, settings: Settings) -> "Look":
        """``whole``: the cases that all zones together are expected to have in the longest of them."""
        start = np.log(np.maximum(whole / np.maximum(expected, 1e-9), 1.0))
        return cls(zones=zones, lengths=lengths, expected=expected, start=start, evened=settings.evened)

    def standing(self, score: Floats) -> Floats:
        """The scores, each less its start."""
        return np.asarray(np.where(score > 0, score - self.start, -np.inf) if self.evened else score)

    def highest(self, scores: Floats) -> Floats:
        """The highest standing of any cylinder in each of some replicas (zones, replicas, lengths)."""
        return np.asarray(self.standing(scores).max(axis=(0, 2), initial=LOWEST if self.evened else 0.0))


def permutation_scan(location: Times, ago: Times, zones: Zones, settings: Settings | None = None) -> list[Cluster]:
    """Clusters of the last days among cases: where each was and how many days ago (0: today), the likeliest first.

    What a zone usually has and what a day usually has are taken from the cases: nothing else need be known. Replicas
    shuffle the days among the cases. Of clusters that share a location only the likeliest is told.
    """
    settings = settings or Settings()
    random, places = np.random.default_rng(settings.seed), zones.members.shape[1]
    recent, lengths = ago[ago < settings.longest], _lengths(settings)
    usual = zones.members @ np.bincount(location, minlength=places).astype(np.float32)
    share = np.cumsum(np.bincount(recent, minlength=settings.longest))[lengths - 1] / max(len(ago), 1)
    look = Look.of(zones, lengths, usual[:, None] * share[None, :], float(len(recent)), settings)

    def score(observed: Floats, expected: Floats) -> Floats:
        return _permutation_score(observed, expected, float(len(ago)), settings.least)

    def cells(where: Times) -> Floats:
        return _cells(where, recent, places, settings.longest)

    observed = _inside(look, cells(location[ago < settings.longest]))
    drawn = (cells(random.permutation(location)[: len(recent)]) for _ in range(settings.replicas))
    return _clusters(look, observed, score(observed, look.expected), _highest(look, drawn, score))


def poisson_scan(counts: Floats, baselines: Floats, zones: Zones, settings: Settings | None = None) -> list[Cluster]:
    """Clusters of the last days against what was expected: both (locations, days), today the last, likeliest first.

    Replicas are Poisson counts with the baselines as means.
    """
    settings = settings or Settings()
    random, lengths = np.random.default_rng(settings.seed), _lengths(settings)
    back = slice(None, -settings.longest - 1, -1)
    usual = np.cumsum(baselines[:, back], axis=1, dtype=np.float32)[:, lengths - 1]
    whole = float(baselines[:, back].sum())
    look = Look.of(zones, lengths, np.asarray(zones.members @ usual, dtype=float), whole, settings)

    def score(observed: Floats, expected: Floats) -> Floats:
        return _poisson_score(observed, expected, settings.least)

    observed = _inside(look, counts[:, back])
    drawn = (random.poisson(baselines[:, back]).astype(float) for _ in range(settings.replicas))
    return _clusters(look, observed, score(observed, look.expected), _highest(look, drawn, score))


def _lengths(settings: Settings) -> Times:
    return np.array(settings.lengths or range(1, settings.longest + 1))


def _cells(location: Times, ago: Times, places: int, longest: int) -> Floats:
    """Cases by location and days ago (locations, days)."""
    cells = np.bincount(location * longest + ago, minlength=places * longest)
    return np.asarray(cells, dtype=float).reshape(places, longest)


def _inside(look: Look, cells: Floats) -> Floats:
    """What each zone had over the last days, by the length looked at (zones, lengths)."""
    so_far = np.cumsum(cells, axis=1, dtype=np.float32)[:, look.lengths - 1]
    return np.asarray(look.zones.members @ so_far, dtype=float)


def _highest(look: Look, drawn: Iterable[Floats], score: Callable[[Floats, Floats], Floats]) -> Floats:
    """The highest standing in each replica that is drawn (locations, days)."""
    every = replace(look, expected=look.expected[:, None, :], start=look.start[:, None, :])
    ahead, found = iter(drawn), [np.array([])]
    while some := list(islice(ahead, AT_ONCE)):
        so_far = np.cumsum(np.stack(some, axis=1), axis=2, dtype=np.float32)[:, :, look.lengths - 1]
        inside = look.zones.members @ so_far.reshape(len(so_far), -1)
        observed = np.asarray(inside, dtype=float).reshape(len(inside), *so_far.shape[1:])
        found.append(every.highest(score(observed, np.broadcast_to(every.expected, observed.shape))))
    return np.concatenate(found)


def _permutation_score(observed: Floats, expected: Floats, whole: float, least: int) -> Floats:
    """Kulldorff's log likelihood ratio, where there are more than expected."""
    score = np.zeros_like(observed)
    at = (observed >= least) & (observed > expected) & (expected > 0)
    inside, usual, outside = observed[at], expected[at], whole - observed[at]
    rest = np.where(outside > 0, outside * np.log(np.maximum(outside, 1) / np.maximum(whole - usual, 1e-9)), 0.0)
    score[at] = inside * np.log(inside / usual) + rest
    return score


def _poisson_score(observed: Floats, expected: Floats, least: int) -> Floats:
    """Neill's log likelihood ratio, where there are more than expected."""
    score = np.zeros_like(observed)
    at = (observed >= least) & (observed > expected)
    inside, usual = observed[at], np.maximum(expected[at], 1e-9)
    score[at] = inside * np.log(inside / usual) + usual - inside
    return score


def _clusters(look: Look, observed: Floats, score: Floats, highest: Floats) -> list[Cluster]:
    """The best length of each zone, the likeliest first, passing over those that share a location with a likelier."""
    tail = Tail.of(highest) if len(highest) > 1 else None
    standing = look.standing(score)
    best = standing.argmax(axis=1)
    every = np.arange(len(best))
    tops, scores = standing[every, best], score[every, best]
    taken, found = np.zeros(look.zones.members.shape[1], dtype=bool), []
    for zone in np.argsort(-tops, kind="stable"):
        if scores[zone] <= 0:
            break
        locations = look.zones.locations(int(zone))
        if taken[locations].any():
            continue
        taken[locations] = True
        at = int(best[zone])
        found.append(
            Cluster(
                zone=int(zone),
                locations=locations,
                days=int(look.lengths[at]),
                observed=float(observed[zone, at]),
                expected=float(look.expected[zone, at]),
                score=float(scores[zone]),
                chance=tail.above(float(tops[zone])) if tail else 1.0,
            )
        )
    return found

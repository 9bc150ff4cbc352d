"""Clusters: incidents of a category closer in space and time, up to today, than its places and its days let one expect.

The prospective space-time permutation scan (``streams.detectors.scan``) over nine weeks of closed days: what a place
usually has and what a day usually has are taken from the incidents themselves, so that neither a busy town centre nor
a busy week is a cluster. Replicas are drawn with one seed, over the incidents in an order of their own: the same
incidents give the same clusters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.detectors.scan import LOWEST, Settings, Zones, distances, permutation_scan
from streams.detectors.values import Floats, Times
from streams.issues.calendar import end_of
from streams.issues.draft import draft
from streams.issues.near import area_of
from streams.issues.rules import ClusterRule, Rules
from streams.issues.tally import Tally
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, matter, several, told_by
from streams.remembering import Remembered

# Replicas take most of a scan's time and change nothing where no circle stands so high (its score, less what small
# ones start behind): of 60 to 1,500 incidents chance alone comes to 2.4 and more on one day in 900, and here on many.
WORTH_A_SCAN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A cluster: the incidents of its last days within its circle."""

    category: str
    incidents: tuple[str, ...]
    days: int
    expected: float
    recurrence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The incidents of a category: where, in metres, and how many days ago, the oldest first; alike by ``digest``."""

    points: Floats = field(compare=False)
    ago: Times = field(compare=False)
    digest: bytes

    @classmethod
    def of(cls, points: Floats, ago: Times) -> "Scene":
        """The scene, with a digest by which one that was looked at is known again."""
        return cls(points=points, ago=ago, digest=blake2b(points.tobytes() + ago.tobytes(), digest_size=16).digest())


class Found(NamedTuple):
    """A cluster of a scene: which of its incidents, over how many days, how many expected, how seldom."""

    inside: tuple[int, ...]
    days: int
    expected: float
    recurrence: float


# A day is looked at for all, then for each agency, and again when one of its incidents moves; of most categories all
# see the same. Nearly every scene has none, and is known by its digest.
_FOUND: Remembered[tuple[Found, ...]] = Remembered(16_384)


def crowds(days: Sequence[Tally], rules: Rules) -> list[Crowd]:
    """The clusters up to today; ``days``: the incidents of each day, today's first, each day's by their names."""
    if not days:
        return []
    told = Tally.together(reversed(days))
    ago = np.repeat(np.arange(len(days))[::-1], [len(day.kinds) for day in reversed(days)])
    located = np.flatnonzero(~np.isnan(told.points[:, 0]))
    categories = [category for category, _ in told.numbers.kinds]
    names = sorted(set(categories))
    category_of = np.searchsorted(names, categories)[told.kinds[located]] if len(located) else located
    number = len(np.unique(category_of))
    found = []
    for at, category in enumerate(names):
        lines = located[category_of == at]
        if int((ago[lines] < max(rules.cluster.lengths)).sum()) < rules.cluster.incidents:
            continue
        for one in _crowds(Scene.of(told.points[lines], ago[lines]), number, rules.cluster):
            found.append(
                Crowd(
                    category=category,
                    incidents=tuple(sorted(told.laid[lines[inside]].of.incident for inside in one.inside)),
                    days=one.days,
                    expected=one.expected,
                    recurrence=one.recurrence,
                )
            )
    return found


def _crowds(scene: Scene, tests: int, rule: ClusterRule) -> tuple[Found, ...]:
    return _FOUND.of((scene.digest, tests, rule), lambda: tuple(_found(scene.points, scene.ago, tests, rule)))


def _found(points: Floats, ago: Times, tests: int, rule: ClusterRule) -> Iterator[Found]:
    if _highest(points, ago, rule) < WORTH_A_SCAN:
        return
    cells, location = np.unique(np.floor(points / rule.cell_metres), axis=0, return_inverse=True)
    location = location.reshape(-1)
    zones = Zones.circles(distances((cells + 0.5) * rule.cell_metres), rule.radii)
    settings = Settings(longest=max(rule.lengths), lengths=rule.lengths, least=rule.incidents, evened=True)
    for cluster in permutation_scan(location, ago, zones, settings):
        if cluster.chance * tests * rule.seldom > 1:
            return  # the likeliest come first
        inside = np.isin(location, cluster.locations) & (ago < cluster.days)
        yield Found(
            inside=tuple(np.flatnonzero(inside).tolist()),
            days=cluster.days,
            expected=cluster.expected,
            recurrence=cluster.recurrence / tests,
        )


def _highest(points: Floats, ago: Times, rule: ClusterRule) -> float:
    """The highest standing of any circle around one of the last days' incidents: a look without replicas."""
    points, ago = points[::-1] - points.mean(axis=0), ago[::-1]  # today's first: each length is the first so many
    recent = int(np.searchsorted(ago, max(rule.lengths)))
    squared = _squared(points[:recent], points)
    firsts = np.searchsorted(ago, np.array(rule.lengths))
    late = np.array([np.arange(recent) < many for many in firsts], dtype=np.float32).T
    every = np.ones(len(ago), dtype=np.float32)
    highest = LOWEST
    for radius in rule.radii:
        inside = (squared <= (radius + rule.cell_metres) ** 2 + ROUNDED).astype(np.float32)
        counts, usual = (inside[:, :recent] @ late).astype(float), (inside @ every).astype(float)
        for number, many in enumerate(firsts.tolist()):
            count = counts[:, number]
            expected = np.maximum(usual * many / len(ago), 1e-9)
            whole, other = len(ago), np.maximum(len(ago) - count, 1e-9)
            score = count * np.log(np.maximum(count, 1e-9) / expected)
            score += other * np.log(other / np.maximum(whole - expected, 1e-9))
            score -= np.log(np.maximum(recent / expected, 1.0))
            score[(count < rule.incidents) | (count <= expected)] = LOWEST
            highest = max(highest, float(score.max()))
    return highest


# Of points that are known to a tenth of a metre, squares of distances that differ do so by more.
ROUNDED = 1e-3


def _squared(some: Floats, points: Floats) -> Floats:
    """The squares of the distances from some points to all, as one product of matrices, for there are a million."""
    lengths, ones = (points**2).sum(axis=1), np.ones(len(points))
    mine = np.column_stack([-2 * some, ones[: len(some)], (some**2).sum(axis=1)])
    return np.asarray(mine @ np.column_stack([points, lengths, ones]).T)


def crowd_finding(crowd: Crowd, incidents: Sequence[Happening], period: str, rules: Rules) -> Finding:
    """The finding a cluster makes."""
    rule, last = rules.cluster, date.fromisoformat(period)
    tellings = [telling for incident in incidents for telling in incident.tellings]
    area = area_of(incidents)
    seldom = min(crowd.recurrence, LONGEST_DAYS)
    within = f"within {area['radius_m']} m " if area and area["radius_m"] else ""
    first = last - timedelta(days=crowd.days - 1)
    name = f", {area['name']}" if area and area["name"] else ""
    middle = min(incidents, key=lambda one: one.id)
    return draft(
        rules,
        kind="cluster",
        key=f"day:{period}",
        scope=f"cluster:{crowd.category}|{middle.area or ''}"[:200],
        episode=period,
        incidents=incidents,
        raised_at=max([end_of(last), *(telling.reported_at for telling in tellings)]),
        window=timedelta(days=rules.spike.gap),
        needed=rule.incidents,
        title=f"{several(len(incidents), 'incident')} of {matter(crowd.category, None)} {within}in "
        f"{several(crowd.days, 'day')}{name}: {so_many(crowd.expected)} expected",
        why=[
            f"{several(len(incidents), 'incident')} {within}in the {several(crowd.days, 'day')} from "
            f"{first.day} {first:%B} to {last.day} {last:%B %Y}; by what this ground and these days have, "
            f"{so_many(crowd.expected)} would be there; chance alone would make such a cluster of any kind once in "
            f"{how_seldom(seldom)}.",
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=area,
        expected=crowd.expected,
        recurrence_days=seldom,
    )

"""Clusters: incidents of a category closer in space and time, up to today, than its places and its days let one expect.

The prospective space-time permutation scan (``streams.detectors.scan``) over nine weeks of closed days: what a place
usually has and what a day usually has are taken from the incidents themselves, so that neither a busy town centre nor
a busy week is a cluster. Replicas are drawn with one seed, over the incidents in an order of their own: the same
incidents give the same clusters.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.detectors.scan import LOWEST, Settings, Zones, distances, permutation_scan
from streams.issues.calendar import end_of
from streams.issues.draft import draft
from streams.issues.near import area_of
from streams.issues.rules import ClusterRule, Rules
from streams.issues.tally import Count
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, matter, several, told_by

# Replicas take most of a scan's time and change nothing where no circle stands so high (its score, less what small
# ones start behind): of 60 to 1,500 incidents chance alone comes to 2.4 and more on one day in 900, and here on many.
WORTH_A_SCAN = 2.0
# A day is looked at for all, then for each agency, and of most categories all see the same.
_REMEMBERED = 256


class Spot(NamedTuple):
    """An incident of a category: how many days ago, and where, in metres."""

    incident: str
    ago: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A cluster: the incidents of its last days within its circle."""

    category: str
    incidents: tuple[str, ...]
    days: int
    expected: float
    recurrence: float


def crowds(days: Sequence[Sequence[Count]], rules: Rules) -> list[Crowd]:
    """The clusters up to today; ``days``: the incidents of each day, today's first."""
    by_category: dict[str, list[Spot]] = defaultdict(list)
    for ago, counts in enumerate(days):
        for count in counts:
            if count.at is not None:
                x, y = count.at
                by_category[count.category].append(Spot(incident=count.incident, ago=ago, x=x, y=y))
    found: list[Crowd] = []
    for category, spots in sorted(by_category.items()):
        ordered = tuple(sorted(spots, key=lambda spot: (-spot.ago, spot.incident)))
        found += _crowds(category, ordered, len(by_category), rules.cluster)
    return found


@lru_cache(maxsize=_REMEMBERED)
def _crowds(category: str, spots: tuple[Spot, ...], tests: int, rule: ClusterRule) -> tuple[Crowd, ...]:
    return tuple(_found(category, spots, tests, rule))


def _found(category: str, spots: Sequence[Spot], tests: int, rule: ClusterRule) -> Iterator[Crowd]:
    points = np.array([(spot.x, spot.y) for spot in spots])
    ago = np.array([spot.ago for spot in spots])
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
        yield Crowd(
            category=category,
            incidents=tuple(sorted(spots[int(at)].incident for at in np.flatnonzero(inside))),
            days=cluster.days,
            expected=cluster.expected,
            recurrence=cluster.recurrence / tests,
        )


def _highest(points: np.ndarray, ago: np.ndarray, rule: ClusterRule) -> float:
    """The highest standing of any circle around one of the last days' incidents: a look without replicas."""
    recent = np.flatnonzero(ago < max(rule.lengths))
    if len(recent) < rule.incidents:
        return LOWEST
    x, y = points.T
    squared = (x[recent][:, None] - x[None, :]) ** 2 + (y[recent][:, None] - y[None, :]) ** 2
    late = np.array([ago < days for days in (*rule.lengths, np.inf)], dtype=np.float32).T  # the last: of any day
    highest = LOWEST
    for radius in rule.radii:
        inside = (squared <= (radius + rule.cell_metres) ** 2).astype(np.float32) @ late
        for number, _ in enumerate(rule.lengths):
            count = inside[:, number].astype(float)
            expected = np.maximum(inside[:, -1].astype(float) * late[:, number].sum() / len(ago), 1e-9)
            whole, other = len(ago), np.maximum(len(ago) - count, 1e-9)
            score = count * np.log(np.maximum(count, 1e-9) / expected)
            score += other * np.log(other / np.maximum(whole - expected, 1e-9))
            score -= np.log(np.maximum(len(recent) / expected, 1.0))
            score[(count < rule.incidents) | (count <= expected)] = LOWEST
            highest = max(highest, float(score.max()))
    return highest


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

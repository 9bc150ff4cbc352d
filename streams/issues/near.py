"""Near repeats: incidents of one category close to each other in space and time, above the ground's own background.

Bands as in the near-repeat literature (Johnson and others 2007, "Space–time patterns of risk"): within a few hundred
metres and two weeks. The background is what the same ground saw in the weeks before, so that a town centre's ordinary
volume does not chain for ever.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import hypot
from typing import TypeVar

import numpy as np
from scipy.spatial import cKDTree

from schemas.alert import so_many
from streams.issues.calendar import start_of
from streams.issues.chance import chain_tail, tail
from streams.issues.draft import draft, most_common, trouble
from streams.issues.episodes import Episode, at_least, episodes
from streams.issues.rules import NearRepeatRule, Rules
from streams.issues.values import Finding, Happening, Involved, first_told
from streams.issues.words import kinds, matter, number, several, span, told_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An incident as the chain sees it: when it began and where, in metres.

    ``shut``: a report of it is not for every statutory agency. ``agencies``: those that told of it.
    ``since``: when those that told of it began to report; None where that is not known.
    """

    id: str
    at: datetime
    x: float
    y: float
    shut: bool = False
    agencies: tuple[str, ...] = ()
    since: datetime | None = None
    stored: bool = True  # as it stands for all; otherwise as it may look to those who may not know all of it


P = TypeVar("P", bound=Point)


def chains(points: Sequence[P], rule: NearRepeatRule) -> list[list[P]]:
    """The sets of points tied by steps of at most the rule's metres and days, each in the order it happened."""
    if not points:
        return []
    ordered = sorted(points, key=lambda point: (point.at, point.id))
    tree = cKDTree(np.array([(point.x, point.y) for point in ordered]))
    pairs = tree.query_pairs(rule.metres, output_type="ndarray")
    days = np.array([(point.at - ordered[0].at) / timedelta(days=1) for point in ordered])
    group = list(range(len(ordered)))

    def root(one: int) -> int:
        while group[one] != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    for a, b in pairs[np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= rule.gap]:
        one, other = sorted((root(int(a)), root(int(b))))
        group[other] = one
    found: dict[int, list[P]] = {}
    for index, point in enumerate(ordered):
        found.setdefault(root(index), []).append(point)
    return list(found.values())


def expected_near(some: Sequence[Point], around: Iterable[Point], rule: NearRepeatRule) -> tuple[float, float]:
    """What the ground under ``some`` should see in as long a time, by its own past: shape of the belief, and mean."""
    start, end = some[0].at, some[-1].at
    since = start - timedelta(days=rule.past)
    before = sum(
        since <= other.at < start and any(hypot(other.x - p.x, other.y - p.y) <= rule.metres for p in some)
        for other in around
    )
    length = max(float(rule.gap), (end - start) / timedelta(days=1))
    shape = before + rule.prior_incidents
    return shape, shape / (seen(some, rule) + rule.prior_days) * length


def seen(some: Sequence[Point], rule: NearRepeatRule) -> float:
    """Of how many days before ``some`` there are reports by those that told of them: the mean over its incidents.

    Days on which nobody there reported yet are no days without incidents.
    """
    start, past = some[0].at, timedelta(days=rule.past)
    behind = [past if p.since is None else min(past, max(timedelta(), start - p.since)) for p in some]
    return sum(behind, timedelta()) / timedelta(days=1) / len(some)


def find_near(
    key: str,
    chain: Sequence[Point],
    around: Sequence[Point],
    told: Mapping[str, Happening],
    rules: Rules,
    firsts: Mapping[str, date],
) -> list[Finding]:
    """The runs in one chain. ``around``: every point of the category near by; ``told``: the incidents of the chain;
    ``firsts``: since when agencies have reported.

    ``key`` is ``near:<category>:<the chain's first incident>``.
    """
    rule = rules.near_repeat
    points = {point.id: _known_since(point, told, firsts) for point in chain}
    items = [
        Involved(happening=told[point.id], tellings=told[point.id].tellings)
        for point in chain
        if point.id in told and told[point.id].sound
    ]
    if len(items) < rule.incidents:
        return []

    def due(some: Sequence[Involved]) -> datetime | None:
        tied = _tied([points[item.id] for item in some], rule)
        if len(tied) < rule.incidents or seen(tied, rule) < rule.learning:
            return None
        if chance_of(tied, around, rule) > rule.chance:
            return None
        held = {point.id for point in tied}
        return at_least(rule.incidents)([item for item in some if item.id in held])

    spells = episodes(items, timedelta(days=rule.window), due, lingers=False)
    return [_run(key, spell, points, around, rules) for spell in spells]


def _known_since(point: Point, told: Mapping[str, Happening], firsts: Mapping[str, date]) -> Point:
    began = (
        [firsts[telling.agency] for telling in told[point.id].sound if telling.agency in firsts]
        if point.id in told
        else []
    )
    return replace(point, since=start_of(min(began))) if began else point


def _tied(some: Sequence[Point], rule: NearRepeatRule) -> list[Point]:
    """The part of ``some`` that its first one is tied to."""
    return next(chain for chain in chains(some, rule) if some[0] in chain)


# The ground under a run was picked because the run lies on it; alone, its count has to be so much less likely.
PICKED = 100.0


def chance_of(some: Sequence[Point], around: Sequence[Point], rule: NearRepeatRule) -> float:
    """How likely chance alone brings such a run: as a chain so long hereabouts, and as so many on the ground under it.

    Where incidents are dense chains are long anyway, and the ground's count alone can tell.
    """
    shape, mean = expected_near(some, around, rule)
    here = tail(len(some), shape, mean)
    return max(here, min(chain_tail(len(some), offspring(some, around, rule)), PICKED * here))


def offspring(some: Sequence[Point], around: Sequence[Point], rule: NearRepeatRule) -> float:
    """How many incidents chance puts within the rule's metres and days of any one, by the ground all around, before."""
    start = some[0].at
    since = start - timedelta(days=rule.past)
    x, y = some[0].x, some[0].y
    before = sum(
        since <= other.at < start and hypot(other.x - x, other.y - y) <= rule.around_metres for other in around
    )
    a_day = (before + rule.prior_incidents) / (seen(some, rule) + rule.prior_days)
    return a_day * (rule.metres / rule.around_metres) ** 2 * 2 * rule.gap


def _run(key: str, spell: Episode, points: Mapping[str, Point], around: Sequence[Point], rules: Rules) -> Finding:
    rule = rules.near_repeat
    incidents = [item.happening for item in spell.items]
    some = [points[incident.id] for incident in incidents]
    _, mean = expected_near(some, around, rule)
    chance = chance_of(some, around, rule)
    days = max(float(rule.gap), (some[-1].at - some[0].at) / timedelta(days=1))
    tellings = [telling for incident in incidents for telling in incident.tellings]
    area = area_of(incidents)
    where = f", {area['name']}" if area and area["name"] else ""
    return draft(
        rules,
        kind="near-repeat",
        key=key,
        scope=key.rpartition(":")[0],
        episode=first_told(spell.items),
        incidents=incidents,
        raised_at=spell.raised_at,
        window=timedelta(days=rule.gap),
        needed=rule.incidents,
        title=f"{several(len(incidents), 'near repeat')} of {matter(*trouble(incidents))}{where}",
        why=[
            f"{several(len(incidents), 'incident')} {span(some[0].at, some[-1].at)}, each within {rule.metres:g} m and "
            f"{rule.gap:g} days of another; the same ground lets one expect {so_many(mean)} in {number(days)} days, "
            f"by {_before(seen(some, rule), rule)}.",
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=area,
        expected=mean,
        recurrence_days=days / chance if chance > 0 else None,
    )


def _before(days: float, rule: NearRepeatRule) -> str:
    """The days it is judged by, in words; short of the rule's own where reports do not reach back so far."""
    if days >= rule.past:
        return f"its {rule.past:g} days before"
    return f"the {number(days)} days before of which there are reports"


def area_of(incidents: Sequence[Happening]) -> dict[str, object] | None:
    """The ground incidents cover: the name most of them bear, their middle, and how far the furthest lies from it."""
    name = most_common([incident.area for incident in incidents])
    placed = [(i.lat, i.lon) for i in incidents if i.lat is not None and i.lon is not None]
    if not placed:
        return {"name": name, "lat": None, "lon": None, "radius_m": None} if name else None
    lat, lon = (sum(values) / len(placed) for values in zip(*placed, strict=True))
    metres_lat, metres_lon = 111_320.0, 111_320.0 * float(np.cos(np.radians(lat)))
    furthest = max(hypot((a - lat) * metres_lat, (o - lon) * metres_lon) for a, o in placed)
    return {"name": name, "lat": round(lat, 6), "lon": round(lon, 6), "radius_m": round(furthest)}

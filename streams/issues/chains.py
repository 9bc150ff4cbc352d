"""Reading the chains of near repeats that a change can have touched, with the ground they are judged by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import hypot

from sqlalchemy import Connection, bindparam, select

from schemas.tables import Counted, Look
from streams.clusters.sets import micros
from streams.issues.counting import Counting
from streams.issues.ground import Run
from streams.issues.near import Point, chains
from streams.issues.rules import NearRepeatRule
from streams.statements import Statement

# Read so far around what moved; a chain that reaches the edge is read again with no edge.
MARGIN_M = 3_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What is read: a stretch of time and, where there are edges, a rectangle."""

    since: datetime
    until: datetime
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The chains long enough to be a run, by key; the points around; the keys that chains touched have, or had."""

    runs: dict[str, Run]
    points: tuple[Point, ...]
    touched: frozenset[str]


def runs_of(
    connection: Connection, rule: NearRepeatRule, moved: Iterable[Counting], only: Collection[str] | None = None
) -> Runs:
    """The chains that ``moved`` incidents are in or bear on; with ``only``, those that hold what these keys name.

    A chain ties what is of the category for all with what may be of it for those who may not know all: each view
    takes from it what it sees, and none sees further.
    """
    by_category: dict[str, list[Counting]] = defaultdict(list)
    for one in moved:
        if one.category in rule.categories and one.easting is not None and one.northing is not None:
            by_category[one.category].append(one)
    runs: dict[str, Run] = {}
    held: dict[str, Point] = {}
    touched: set[str] = set()
    for category, some in sorted(by_category.items()):
        points, found = _touched_chains(connection, rule, category, some)
        touched |= {key for chain in found for key in keys_of(category, chain)}
        touched |= {run_key(category, one.incident) for one in some}
        for chain in found:
            key = run_key(category, chain[0].id)
            if _may_run(chain, rule) and (only is None or not keys_of(category, chain).isdisjoint(only)):
                around = _near_by(chain, points, rule)
                runs[key] = Run(category=category, chain=tuple(chain), around=tuple(around))
                held |= {point.id: point for point in (*chain, *around)}
    return Runs(runs=runs, points=tuple(held.values()), touched=frozenset(touched))


def _may_run(chain: Sequence[Point], rule: NearRepeatRule) -> bool:
    """Whether a chain is long enough, or may be for someone who does not know what makes one incident of several."""
    return len({point.id for point in chain}) >= rule.incidents or any(p.shut or len(p.agencies) > 1 for p in chain)


def run_key(category: str, first: str) -> str:
    """The key of a run: its category and its first incident, which may be another after a change."""
    return f"near:{category}:{first}"


def keys_of(category: str, chain: Iterable[Point]) -> set[str]:
    """Every key that a run within a chain may have."""
    return {run_key(category, point.id) for point in chain}


def _touched_chains(
    connection: Connection, rule: NearRepeatRule, category: str, some: Sequence[Counting]
) -> tuple[list[Point], list[list[Point]]]:
    reach = _around(some, rule)
    while True:
        points = _read(connection, rule, category, reach)
        touched = [chain for chain in chains(points, rule) if _bears(chain, some, rule)]
        wider = _wider(reach, touched, rule)
        if wider is None:
            return points, touched
        reach = wider


def _around(some: Sequence[Counting], rule: NearRepeatRule) -> Reach:
    xs = [one.easting for one in some if one.easting is not None]
    ys = [one.northing for one in some if one.northing is not None]
    back = timedelta(days=rule.past + 2 * rule.window + 2 * rule.gap)
    return Reach(
        since=min(one.occurred_from for one in some) - back,
        until=max(one.occurred_from for one in some) + back,
        box=(min(xs) - MARGIN_M, max(xs) + MARGIN_M, min(ys) - MARGIN_M, max(ys) + MARGIN_M),
    )


def _bears(chain: Sequence[Point], some: Sequence[Counting], rule: NearRepeatRule) -> bool:
    """Whether one of ``some`` is in the chain, or on its ground so that it counts for what is expected there."""
    first, last = chain[0].at - timedelta(days=rule.past + rule.gap), chain[-1].at + timedelta(days=rule.gap)
    return any(
        first <= one.occurred_from <= last
        and any(
            hypot(point.x - (one.easting or 0.0), point.y - (one.northing or 0.0)) <= rule.around_metres
            for point in chain
        )
        for one in some
    )


def _wider(reach: Reach, touched: Sequence[Sequence[Point]], rule: NearRepeatRule) -> Reach | None:
    """Where to read again because a chain came too near an edge; None if none did."""
    if not touched:
        return None
    past, gap = timedelta(days=rule.past), timedelta(days=rule.gap)
    first, last = min(chain[0].at for chain in touched), max(chain[-1].at for chain in touched)
    wide = reach.until - reach.since
    since = reach.since - wide if first - past < reach.since + gap else reach.since
    until = reach.until + wide if last > reach.until - gap else reach.until
    box = reach.box
    if box is not None and any(not _inside(point, box, rule.around_metres) for chain in touched for point in chain):
        box = None
    if (since, until, box) == (reach.since, reach.until, reach.box):
        return None
    return Reach(since=since, until=until, box=box)


def _inside(point: Point, box: tuple[float, float, float, float], metres: float) -> bool:
    west, east, south, north = box
    return west + metres <= point.x <= east - metres and south + metres <= point.y <= north - metres


def _read(connection: Connection, rule: NearRepeatRule, category: str, reach: Reach) -> list[Point]:
    return [point for table in (Counted, Look) for point in _points(connection, table, rule, category, reach)]


def _points(
    connection: Connection, table: type[Counted | Look], rule: NearRepeatRule, category: str, reach: Reach
) -> Iterable[Point]:
    west, east, south, north = reach.box or EVERYWHERE
    values = {"category": category, "since": reach.since, "until": reach.until, "widest": int(rule.widest * DAY)}
    box = {"west": west, "east": east, "south": south, "north": north}
    return [
        Point(
            id=row.incident,
            at=row.occurred_from,
            x=row.easting,
            y=row.northing,
            shut=row.shut,
            agencies=tuple(row.agencies),
            stored=table is Counted,
        )
        for row in _located(table)(connection, **values, **box)
    ]


DAY = 86_400_000_000  # microseconds
EVERYWHERE = (-1e9, 1e9, -1e9, 1e9)  # in metres: further than the grid goes


@lru_cache
def _located(table: type[Counted | Look]) -> Statement:
    """What lies within a stretch of time and a rectangle, and is known closely enough."""
    columns = (table.incident, table.occurred_from, table.easting, table.northing, table.shut, table.agencies)
    return Statement(
        lambda _: select(*columns).where(
            table.category == bindparam("category"),
            table.occurred_from.between(bindparam("since"), bindparam("until")),
            micros(table.occurred_to) - micros(table.occurred_from) <= bindparam("widest"),
            table.easting.between(bindparam("west"), bindparam("east")),
            table.northing.between(bindparam("south"), bindparam("north")),
        )
    )


def _near_by(chain: Sequence[Point], points: Sequence[Point], rule: NearRepeatRule) -> list[Point]:
    """The points outside the chain that count for what its ground lets one expect, or would if the chain broke up."""
    mine = {point.id for point in chain}
    since = chain[0].at - timedelta(days=rule.past)
    return [
        point
        for point in points
        if point.id not in mine
        and since <= point.at <= chain[-1].at
        and any(hypot(point.x - one.x, point.y - one.y) <= rule.around_metres for one in chain)
    ]

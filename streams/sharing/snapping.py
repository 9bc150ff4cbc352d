"""Where an incident is shown that must not be shown where it was: the nearest point that is nobody's.

As data.police.uk does: a point stands for all that lies nearer to it than to any other, if that is at least so many
addresses. The points are the middles of streets in the address list; streets too small are taken out, and their
addresses fall to their neighbours, until none is. Without a list no point is shown at all: the area's name must do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from sqlalchemy import Connection, select

from schemas.kinds import vocabulary
from schemas.tables import Address, AddressList
from streams.matching.places.grid import to_grid, to_wgs84
from streams.statements import Statement

Snap = Callable[[float, float], dict[str, Any]]
Point = tuple[float, float]
_RULE = vocabulary("sharing")["snap"]
NOWHERE: dict[str, Any] = {"lat": None, "lon": None, "radius_m": None}


class Snapping:
    """The points there are, found once for an address list."""

    def __init__(self, points: Iterable[Point]) -> None:
        self._points = np.array(sorted(points), dtype=float).reshape(-1, 2)
        self._tree = cKDTree(self._points) if len(self._points) else None

    def __call__(self, lat: float, lon: float) -> dict[str, Any]:
        """The point that stands for a place, as an area's; nothing where none is near enough."""
        at = to_grid(lat, lon)
        if self._tree is None or at is None:
            return NOWHERE
        metres, nearest = self._tree.query(at)
        if metres > _RULE["furthest_km"] * 1000:
            return NOWHERE
        shown = to_wgs84(*map(float, self._points[int(nearest)]))
        return {"lat": round(shown[0], 6), "lon": round(shown[1], 6), "radius_m": None}


def snap_points(addresses: Iterable[tuple[str, float, float]]) -> list[Point]:
    """The middles of streets (street, easting, northing) such that none stands for too few addresses."""
    streets: dict[str, list[Point]] = defaultdict(list)
    for street, east, north in addresses:
        streets[street].append((east, north))
    every = np.array([point for some in streets.values() for point in some], dtype=float).reshape(-1, 2)
    points = np.array([np.mean(some, axis=0) for some in streets.values()], dtype=float).reshape(-1, 2)
    while len(points):
        _, nearest = cKDTree(points).query(every)
        held = np.bincount(nearest, minlength=len(points))
        too_few = (held > 0) & (held < _RULE["addresses"])
        if not too_few.any():
            break
        # the smallest only: each that goes makes its neighbours larger
        points = points[~too_few | (held > held[too_few].min())]
    return [(round(float(x), 1), round(float(y), 1)) for x, y in points]


def snapping(connection: Connection) -> Snap:
    """How places are shown by the store's address list."""
    digest = _LIST(connection).scalar_one_or_none()
    if digest is None:
        return _none
    if (known := _KNOWN.get(digest)) is None:
        _KNOWN.clear()
        known = _KNOWN[digest] = Snapping(snap_points(_addresses(connection)))
    return known


_KNOWN: dict[str, Snapping] = {}
_LIST = Statement(lambda _: select(AddressList.digest).where(AddressList.name == "addresses"))


def _none(lat: float, lon: float) -> dict[str, Any]:  # noqa: ARG001
    return NOWHERE


def _addresses(connection: Connection) -> Iterable[tuple[str, float, float]]:
    for (body,) in connection.execute(select(Address.body)):
        if body.get("easting") is not None and body.get("northing") is not None:
            street = body.get("usrn") or f"{body.get('streetname')}|{body.get('postcode')}"
            yield str(street), float(body["easting"]), float(body["northing"])

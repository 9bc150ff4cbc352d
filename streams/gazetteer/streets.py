"""The streets of the address list as lines on a map: their addresses, in the order they lie in along the street."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from schemas.tables import Address, AddressList
from streams.matching.places.grid import to_wgs84

Point = tuple[float, float]
Line = list[tuple[int, int]]  # latitude and longitude in 1e-5 degrees, about a metre
BREAK_M = 200.0  # two neighbours further apart are of two pieces of a street
MOST_POINTS = 12  # of a piece: a map needs no more to show where a street runs


def streets(connection: Connection) -> Sequence[Line]:
    """The lines, worked out once for an address list; none where none is loaded."""
    digest = connection.execute(select(AddressList.digest).where(AddressList.name == "addresses")).scalar_one_or_none()
    if digest is None:
        return ()
    if digest not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[digest] = [_on_the_globe(line) for line in lines(_addresses(connection))]
    return _KNOWN[digest]


_KNOWN: dict[str, Sequence[Line]] = {}


def lines(addresses: Iterable[tuple[str, float, float]]) -> Iterator[list[Point]]:
    """The pieces of each street (street, easting, northing), each along its longest stretch."""
    by_street: dict[str, set[Point]] = defaultdict(set)
    for street, east, north in addresses:
        by_street[street].add((east, north))
    for street in sorted(by_street):
        points = np.array(sorted(by_street[street]), dtype=float)
        yield from (piece for piece in _pieces(_along(points)) if len(piece) > 1)


def _along(points: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The points in order along the line that lies nearest to all of them."""
    if len(points) < 3:
        return points
    middle = points - points.mean(axis=0)
    axis = np.linalg.svd(middle, full_matrices=False)[2][0]
    ordered: npt.NDArray[Any] = points[np.argsort(middle @ axis, kind="stable")]
    return ordered


def _pieces(points: npt.NDArray[Any]) -> Iterator[list[Point]]:
    gaps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.array([])
    for piece in np.split(points, np.flatnonzero(gaps > BREAK_M) + 1):
        some = np.unique(np.linspace(0, len(piece) - 1, min(len(piece), MOST_POINTS)).round().astype(int))
        yield [(float(east), float(north)) for east, north in piece[some]]


def _on_the_globe(line: Iterable[Point]) -> Line:
    return [(round(lat * 1e5), round(lon * 1e5)) for lat, lon in (to_wgs84(*point) for point in line)]


def _addresses(connection: Connection) -> Iterable[tuple[str, float, float]]:
    for (body,) in connection.execute(select(Address.body)):
        if body.get("easting") is not None and body.get("northing") is not None and body.get("streetname"):
            street = body.get("usrn") or f"{body['streetname']}|{body.get('townname')}"
            yield str(street), float(body["easting"]), float(body["northing"])

"""What a map is drawn on: the addresses of the list and the boundaries of the areas, as far as they are loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Address, Area

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Points of addresses and rings of areas, in metres of the national grid; empty where nothing is loaded."""

    addresses: Sequence[Point] = ()
    rings: Sequence[Sequence[Point]] = ()


def ground_of(connection: Connection) -> Ground:
    """All there is, in an order of its own."""
    bodies = connection.scalars(select(Address.body).order_by(Address.uprn))
    points = [point for body in bodies if (point := _point(body)) is not None]
    areas = connection.scalars(select(Area.body).where(Area.level == "ward").order_by(Area.id))
    return Ground(addresses=points, rings=[ring for body in areas for ring in _rings(body)])


def _point(body: Mapping[str, Any]) -> Point | None:
    easting, northing = body.get("easting"), body.get("northing")
    if isinstance(easting, int | float) and isinstance(northing, int | float):
        return float(easting), float(northing)
    return None


def _rings(body: Mapping[str, Any]) -> Sequence[Sequence[Point]]:
    return [[(float(x), float(y)) for x, y in ring] for ring in body.get("rings") or ()]

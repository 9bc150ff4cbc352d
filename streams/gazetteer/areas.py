"""Wards and LSOAs: by the boundary a point lies within, or by what a lookup says of a postcode."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEVELS = ("ward", "lsoa")
Ring = Sequence[Sequence[float]]  # eastings and northings in turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """One ward or LSOA: its rings are its outer edges and its holes alike, in metres of the national grid."""

    level: str
    code: str
    name: str
    rings: Sequence[Ring]

    @property
    def called(self) -> str:
        """A ward by its name, an LSOA by its code, as far as there is one."""
        return (self.name or self.code) if self.level == "ward" else (self.code or self.name)


class Areas:
    """Boundaries and lookups of a store, made ready."""

    def __init__(self, boundaries: Iterable[Boundary], lookup: Mapping[str, Mapping[str, str]]) -> None:
        self._lookup = lookup
        self._levels = {level: _Level([one for one in boundaries if one.level == level]) for level in LEVELS}

    def at(self, level: str, point: tuple[float, float]) -> str:
        """The ward or LSOA that a point lies in, or nothing."""
        return self._levels[level].at(*point)

    def of(self, level: str, postcode: str) -> str:
        """The ward or LSOA that the lookup gives a postcode, or nothing."""
        return self._lookup.get(postcode, {}).get(level, "")


class _Level:
    def __init__(self, boundaries: Sequence[Boundary]) -> None:
        self._all = sorted(boundaries, key=lambda one: (one.code, one.name))
        self._edges = [_edges(one.rings) for one in self._all]
        boxes = [(e[:, 0].min(), e[:, 1].min(), e[:, 0].max(), e[:, 1].max()) for e in self._edges]
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)

    def at(self, x: float, y: float) -> str:
        b = self._boxes
        near = np.flatnonzero((b[:, 0] <= x) & (b[:, 1] <= y) & (b[:, 2] >= x) & (b[:, 3] >= y))
        return next((self._all[i].called for i in near if _inside(self._edges[i], x, y)), "")


def _edges(rings: Sequence[Ring]) -> npt.NDArray[np.float64]:
    """Every edge of the rings as x, y and the next x, y."""
    found = []
    for ring in rings:
        points = np.array(ring, dtype=np.float64)[:, :2]
        found.append(np.hstack([points, np.roll(points, -1, axis=0)]))
    return np.vstack(found)


def _inside(edges: npt.NDArray[np.float64], x: float, y: float) -> bool:
    """Whether a ray from the point crosses the edges an odd number of times; holes count by themselves."""
    ax, ay, bx, by = edges.T
    crossing = (ay > y) != (by > y)
    rise = np.where(crossing, by - ay, 1.0)
    return bool(np.count_nonzero(crossing & (x < (bx - ax) * (y - ay) / rise + ax)) % 2)

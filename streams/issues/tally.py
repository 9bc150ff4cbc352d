"""What is counted in a stretch of days: in each cell, and by each publisher; by number, so thousands at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from schemas.cells import WHOLE, parts_of, scope_of
from streams.detectors.values import Floats, Times

Kind = tuple[str, str | None]  # a category, and a detail or none
Cells = tuple[int, ...]
NOWHERE = (np.nan, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """An incident as the counts see it: the areas it lies in, what it is, and the publisher it is counted under."""

    incident: str
    areas: tuple[str, ...]
    category: str
    detail: str | None
    publisher: str
    at: tuple[float, float] | None = None  # in metres


class Cell(NamedTuple):
    """An area and a category, or a finer kind within it."""

    area: str
    category: str
    detail: str | None

    @property
    def scope(self) -> str:
        """Its name as a finding's scope."""
        return scope_of(self.area, self.category, self.detail)


def cells_in(counts: Mapping[str, Any]) -> list[Cell]:
    """The cells that an incident counts in by weeks: those of its areas, and its category everywhere."""
    category, detail = counts["category"], counts["detail"]
    kinds = {(area, kind) for area in counts["areas"] for kind in (None, detail)} | {(WHOLE, None)}
    return [Cell(area=area, category=category, detail=kind) for area, kind in kinds]


def counts_in(cell: Cell, counts: Mapping[str, Any]) -> bool:
    """Whether an incident counts in a cell by weeks: whether that is one of ``cells_in``."""
    if cell.category != counts["category"]:
        return False
    if cell.area == WHOLE and cell.detail is None:
        return True
    return cell.area in counts["areas"] and cell.detail in (None, counts["detail"])


def cell_of(scope: str) -> Cell:
    """The cell that a finding's scope names."""
    area, category, detail = parts_of(scope)
    return Cell(area=area, category=category, detail=detail)


class Laid(NamedTuple):
    """A count by number: its cells, those of its category in each of its areas, its publisher and its kind."""

    of: Count
    cells: Cells
    broad: Cells
    publisher: int
    kind: int


@dataclass(kw_only=True)
class Numbers:
    """The numbers of cells, areas, kinds and publishers, each given when it is first met."""

    cells: dict[Cell, int] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    kinds: dict[Kind, int] = field(default_factory=dict)
    publishers: dict[str, int] = field(default_factory=dict)
    _alike: dict[tuple[tuple[str, ...], str, str | None], tuple[Cells, Cells]] = field(default_factory=dict)
    _of_cells: list[tuple[int, int, int]] = field(default_factory=list)
    _as_array: Times = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int64))

    def lay(self, count: Count) -> Laid:
        """A count by number."""
        where = (count.areas, count.category, count.detail)
        if where not in self._alike:
            broad = tuple(self._cell(area, count.category, None) for area in count.areas)
            fine = tuple(self._cell(area, count.category, count.detail) for area in count.areas if count.detail)
            self._alike[where] = ((*broad, *fine), broad)
        cells, broad = self._alike[where]
        return Laid(
            of=count,
            cells=cells,
            broad=broad,
            publisher=_number(self.publishers, count.publisher),
            kind=_number(self.kinds, (count.category, count.detail)),
        )

    def _cell(self, area: str, category: str, detail: str | None) -> int:
        cell = Cell(area=area, category=category, detail=detail)
        if cell not in self.cells:
            broad = len(self.cells) if detail is None else self._cell(area, category, None)
            self.cells[cell] = len(self.cells)
            kind = _number(self.kinds, (category, detail))
            self._of_cells.append((_number(self.areas, area), kind, broad))
        return self.cells[cell]

    def of_cells(self) -> Times:
        """The area, the kind and the cell of the whole category of each cell (cells, 3)."""
        if len(self._as_array) != len(self._of_cells):
            self._as_array = np.array(self._of_cells, dtype=np.int64)
        return self._as_array


def summed(at: Times, weights: Floats, number: int) -> Floats:
    """The weights added up by where each belongs, for so many places; of none at all numpy would make whole numbers."""
    return np.bincount(at, weights, number).astype(float)


def _number(known: dict[Any, int], value: Any) -> int:
    return known.setdefault(value, len(known))


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """The counts of a stretch by number: each incident's cells one after another, and what else each is."""

    numbers: Numbers
    parts: Sequence[Sequence[Laid]]  # day by day
    cells: Times  # of each incident, the cells it counts in
    sizes: Times  # how many these are
    broad: Times  # of each incident, its category's cell in each of its areas
    spread: Times  # how many these are
    publishers: Times  # of each incident
    kinds: Times  # of each incident
    points: Floats  # where each is, in metres (incidents, 2); not a number where that is not known

    @classmethod
    def of(cls, counts: Iterable[Count], numbers: Numbers | None = None) -> "Tally":
        """The tally of some incidents; those that are to be held against each other go by the same ``numbers``."""
        numbers = Numbers() if numbers is None else numbers
        return cls.laid_out([numbers.lay(count) for count in counts], numbers)

    @classmethod
    def laid_out(cls, laid: Sequence[Laid], numbers: Numbers) -> "Tally":
        """The tally of some incidents that have their numbers."""
        return cls(
            numbers=numbers,
            parts=(laid,),
            cells=np.array([cell for one in laid for cell in one.cells], dtype=np.int64),
            sizes=np.array([len(one.cells) for one in laid], dtype=np.int64),
            broad=np.array([cell for one in laid for cell in one.broad], dtype=np.int64),
            spread=np.array([len(one.broad) for one in laid], dtype=np.int64),
            publishers=np.array([one.publisher for one in laid], dtype=np.int64),
            kinds=np.array([one.kind for one in laid], dtype=np.int64),
            points=np.array([one.of.at or NOWHERE for one in laid], dtype=float).reshape(-1, 2),
        )

    @classmethod
    def together(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Several stretches as one."""
        some = list(tallies)
        if len(some) == 1:
            return some[0]
        return cls(
            numbers=some[0].numbers,
            parts=[part for one in some for part in one.parts],
            cells=np.concatenate([one.cells for one in some]),
            sizes=np.concatenate([one.sizes for one in some]),
            broad=np.concatenate([one.broad for one in some]),
            spread=np.concatenate([one.spread for one in some]),
            publishers=np.concatenate([one.publishers for one in some]),
            kinds=np.concatenate([one.kinds for one in some]),
            points=np.concatenate([one.points for one in some]),
        )

    @cached_property
    def laid(self) -> list[Laid]:
        """The incidents, in the order of the arrays."""
        return list(chain.from_iterable(self.parts))

    @property
    def counts(self) -> list[Count]:
        """The incidents as they count."""
        return [one.of for one in self.laid]

    def in_cells(self, number: int) -> Times:
        """How many count in each of the first ``number`` cells."""
        return np.bincount(self.cells, minlength=number)

    def by_publisher(self, lines: Times, number: int, *, broad: bool = False) -> Times:
        """How many each publisher has in some cells (cells, publishers); ``lines``: the place of each, or -1.

        ``broad``: only of the cells of whole categories, which is quicker.
        """
        cells, sizes = (self.broad, self.spread) if broad else (self.cells, self.sizes)
        publishers, line = np.repeat(self.publishers, sizes), lines[cells]
        at = line[line >= 0] * len(self.numbers.publishers) + publishers[line >= 0]
        found = np.bincount(at, minlength=number * len(self.numbers.publishers))
        return found.reshape(number, len(self.numbers.publishers))

    def of_publishers(self) -> Times:
        """How many each publisher has altogether."""
        return np.bincount(self.publishers, minlength=len(self.numbers.publishers))

    def incidents_in(self, cell: int) -> tuple[str, ...]:
        """The incidents that count in a cell."""
        within = np.repeat(np.arange(len(self.sizes)), self.sizes)[self.cells == cell]
        return tuple(sorted(self.laid[at].of.incident for at in within.tolist()))

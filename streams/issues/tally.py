"""What is counted in a stretch of days: in each cell, and by each publisher."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.cells import WHOLE, parts_of, scope_of


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
    """An area and a category, or a finer kind within it; a tuple, for a day counts hundreds of thousands by it."""

    area: str
    category: str
    detail: str | None

    @property
    def scope(self) -> str:
        """Its name as a finding's scope."""
        return scope_of(self.area, self.category, self.detail)


def cells_of(count: Count) -> Iterable[Cell]:
    """The cells an incident is counted in: its category's in each of its areas, and its detail's."""
    for area in count.areas:
        yield Cell(area=area, category=count.category, detail=None)
        if count.detail:
            yield Cell(area=area, category=count.category, detail=count.detail)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of a stretch by cell and by publisher: altogether, and of each category in each area."""

    counts: tuple[Count, ...]
    cells: Counter[Cell]
    whole: Counter[str]
    part: Counter[tuple[str, str, str]]

    @classmethod
    def of(cls, counts: Iterable[Count]) -> "Tally":
        """The tally of some incidents."""
        listed = tuple(counts)
        return cls(
            counts=listed,
            cells=Counter(cell for count in listed for cell in cells_of(count)),
            whole=Counter(count.publisher for count in listed),
            part=Counter((count.publisher, area, count.category) for count in listed for area in count.areas),
        )

    @classmethod
    def together(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Several stretches as one."""
        listed = list(tallies)
        if len(listed) == 1:
            return listed[0]
        cells, whole, part = Counter[Cell](), Counter[str](), Counter[tuple[str, str, str]]()
        for one in listed:
            cells.update(one.cells)
            whole.update(one.whole)
            part.update(one.part)
        return cls(counts=tuple(c for one in listed for c in one.counts), cells=cells, whole=whole, part=part)

    def besides(self, publisher: str, cell: Cell) -> int:
        """What a publisher sent of everything but the cell's category in its area."""
        return self.whole[publisher] - self.part[publisher, cell.area, cell.category]

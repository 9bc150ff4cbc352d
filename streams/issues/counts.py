"""Spikes: more of one kind in one area on one day than the same weekday of the past weeks lets one expect.

A gamma–Poisson bound: the area's own past weekdays, shrunk to the partnership's mean for that kind. More reporting is
not more crime: what a publisher sends beyond its usual over everything else raises what is expected of it, and a new
publisher learns before it is judged. All cells of a day are judged together (Benjamini and Hochberg 1995, "Controlling
the false discovery rate"): where many rise, each needs to be less unlikely.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from streams.issues.chance import tail, upper_bound
from streams.issues.tally import Cell, Count, Tally, cells_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A closed stretch of days with those it is judged by, and how much of its length each of those had.

    ``shrink``: how many days the partnership-wide mean weighs; ``seldom``: how many days apart chance alone may bring
    one alarm anywhere on the day's boards; ``stays``: the same for what keeps an issue open.
    """

    today: Tally
    past: tuple[Tally, ...]
    lengths: tuple[float, ...]
    shrink: float
    least: int
    seldom: float
    stays: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A cell above its bound. ``recurrence``: how many days (or months) apart chance alone would do this somewhere.

    ``faint``: it is not high enough to open an issue, but keeps one open that is.
    """

    cell: Cell
    incidents: tuple[str, ...]
    past: tuple[int, ...]
    expected: float
    upper: int
    recurrence: float
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cell with enough in it: what was expected, and how likely chance brings so many."""

    cell: Cell
    incidents: tuple[str, ...]
    past: tuple[int, ...]
    shape: float
    mean: float
    chance: float


def spikes(board: Board) -> list[Spike]:
    """The cells of one board that are above what was to be expected."""
    return spikes_on([board])[0]


def spikes_on(boards: Sequence[Board]) -> list[list[Spike]]:
    """The spikes on each of a day's boards, all their cells judged together; none has a lower bar for being alone."""
    before = [_before(board) for board in boards]
    judged = [list(_judged(board, totals)) for board, totals in zip(boards, before, strict=True)]
    tests = sum(_able(board, totals) for board, totals in zip(boards, before, strict=True))
    chances = sorted(one.chance for some in judged for one in some)
    found = []
    for board, some in zip(boards, judged, strict=True):
        opens, stays = (bar(chances, 1 / seldom, tests) for seldom in (board.seldom, board.stays))
        found.append([_spike(one, opens, tests) for one in some if one.chance <= stays])
    return found


Kind = tuple[str, str | None]  # a category, and a detail or none


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What an area has of a kind before its own past is looked at, and how many days of it that is worth."""

    mean: float
    worth: float

    @classmethod
    def of(cls, totals: Sequence[int], areas: int, length: float, most: float) -> "Prior":
        """The mean over all areas; the less it is worth the more unlike they are, by their moments.

        Clayton and Kaldor 1987, "Empirical Bayes estimates of age-standardized relative risks". A fixed worth pulled a
        city centre's own hundred down by a fifth, and called the usual too much.
        """
        mean = max(sum(totals) / (length * areas), 0.01)
        spread = sum((total / length - mean) ** 2 for total in totals) + (areas - len(totals)) * mean**2
        between = spread / max(areas - 1, 1) - mean / length
        return cls(mean=mean, worth=min(most, mean / between) if between > 0 else most)


def _before(board: Board) -> Counter[Cell]:
    """How many a board's past has in each cell."""
    totals = Counter[Cell]()
    for past in board.past:
        totals.update(past.cells)
    return totals


def _able(board: Board, before: Counter[Cell]) -> int:
    """How many cells of a board can come to an alarm: by far the most never hold so many, and are no test.

    Gilbert 2005, "A modified false discovery rate multiple-comparisons procedure for discrete data". With every cell
    that was ever seen as a test, chance raised none in 500 simulated days where it may raise one in thirty.
    """
    if not board.past:
        return 0
    today = board.today.cells
    held = sum(total + today.get(cell, 0) >= board.least for cell, total in before.items())
    return held + sum(count >= board.least for cell, count in today.items() if cell not in before)


def bar(chances: Sequence[float], rate: float, tests: int) -> float:
    """The largest chance that is still an alarm: the step-up procedure, and never less than what one alone needs."""
    if not tests:
        return 0.0
    passing = [rank for rank, chance in enumerate(chances, 1) if chance <= rank * rate / tests]
    return max(passing, default=1) * rate / tests


def _judged(board: Board, before: Counter[Cell]) -> Iterator[Judged]:
    """The cells with enough in them, once the publishers' own volume is allowed for."""
    large = {cell for cell, count in board.today.cells.items() if count >= board.least}
    if not large or not board.past:
        return
    held: dict[Cell, list[Count]] = defaultdict(list)
    for count in board.today.counts:
        for cell in cells_of(count):
            if cell in large:
                held[cell].append(count)
    alike: dict[Kind, list[int]] = defaultdict(list)
    for cell, total in before.items():
        alike[cell.category, cell.detail].append(total)
    areas, length = len({cell.area for some in (before, board.today.cells) for cell in some}), sum(board.lengths)
    for cell, counts in sorted(held.items(), key=lambda item: item[0].scope):
        prior = Prior.of(alike[cell.category, cell.detail], areas, length, board.shrink)
        shape, mean = belief([past.cells[cell] for past in board.past], board.lengths, prior)
        mean *= _growth(cell, counts, board, length)
        yield Judged(
            cell=cell,
            incidents=tuple(sorted(count.incident for count in counts)),
            past=tuple(past.cells[cell] for past in board.past),
            shape=shape,
            mean=mean,
            chance=tail(len(counts), shape, mean),
        )


def _spike(one: Judged, opens: float, tests: int) -> Spike:
    return Spike(
        cell=one.cell,
        incidents=one.incidents,
        past=one.past,
        expected=one.mean,
        upper=min(upper_bound(opens, one.shape, one.mean), len(one.incidents) - (one.chance <= opens)),
        recurrence=1 / (one.chance * tests) if one.chance > 0 else inf,
        faint=one.chance > opens,
    )


def belief(own: Sequence[int], lengths: Sequence[float], prior: Prior) -> tuple[float, float]:
    """Shape and mean of a rate by its own past, shrunk to what areas have of its kind; wider where that is uneven."""
    shape = sum(own) + prior.mean * prior.worth
    mean = shape / (sum(lengths) + prior.worth)
    uneven = unevenness(own, lengths)
    return (min(shape, mean / (uneven - 1)) if uneven > 1 else shape), mean


def unevenness(own: Sequence[int], lengths: Sequence[float]) -> float:
    """Variance over mean of the past counts; 1 for a Poisson count, and where there is too little to tell."""
    rates = [count / length for count, length in zip(own, lengths, strict=True)]
    if len(rates) < 3 or sum(own) < 3:
        return 1.0
    mean = sum(rates) / len(rates)
    return sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1) / mean


def _growth(cell: Cell, counts: Sequence[Count], board: Board, length: float) -> float:
    """How much more than usual the cell's publishers sent now of everything else; never less than 1."""
    factor = 0.0
    for publisher, share in Counter(count.publisher for count in counts).items():
        usual = sum(past.besides(publisher, cell) for past in board.past) / length
        factor += share / len(counts) * max(1.0, (board.today.besides(publisher, cell) + 1) / (usual + 1))
    return factor

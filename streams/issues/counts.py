"""Spikes: more of one kind in one area on one day than the same weekday of the past weeks lets one expect.

A gamma–Poisson bound: the area's own past weekdays, shrunk to the partnership's mean for that kind. More reporting is
not more crime: what a publisher sends beyond its usual over everything else raises what is expected of it, and a new
publisher learns before it is judged. All cells of a day are judged together (Benjamini and Hochberg 1995, "Controlling
the false discovery rate"): where many rise, each needs to be less unlikely.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from streams.detectors.tails import beyond
from streams.detectors.values import Floats, Times
from streams.issues.chance import upper_bound
from streams.issues.tally import Cell, Tally, summed

TOO_FEW = 3  # stretches, or incidents in them, that say nothing of how uneven they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A closed stretch of days with those it is judged by, and how much of its length each of those had.

    All tallies go by the same numbers. ``shrink``: how many days the partnership-wide mean weighs; ``seldom``: how many
    days apart chance alone may bring one alarm anywhere on the day's boards; ``stays``: the same for what keeps an
    issue open.
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


class Counted(NamedTuple):
    """What a board has in each cell: now, in each stretch of its past (stretches, cells), and in all of them."""

    now: Times
    each: Times
    before: Times

    @classmethod
    def of(cls, board: Board) -> "Counted":
        """Every cell that has a number, be there anything in it or not."""
        number = len(board.today.numbers.cells)
        each = np.array([past.in_cells(number) for past in board.past], dtype=np.int64).reshape(len(board.past), number)
        return cls(now=board.today.in_cells(number), each=each, before=each.sum(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The cells with enough in them: their numbers, what was expected, and how likely chance brings so many."""

    cells: Times
    counts: Times
    past: Times  # (stretches, cells)
    shapes: Floats
    means: Floats
    chances: Floats


def spikes(board: Board) -> list[Spike]:
    """The cells of one board that are above what was to be expected."""
    return spikes_on([board])[0]


def spikes_on(boards: Sequence[Board]) -> list[list[Spike]]:
    """The spikes on each of a day's boards, all their cells judged together; none has a lower bar for being alone."""
    counted = [Counted.of(board) for board in boards]
    judged = [_judged(board, some) for board, some in zip(boards, counted, strict=True)]
    tests = sum(_able(board, some) for board, some in zip(boards, counted, strict=True))
    chances = np.sort(np.concatenate([one.chances for one in judged]))
    found = []
    for board, one in zip(boards, judged, strict=True):
        opens, stays = (bar(chances, 1 / seldom, tests) for seldom in (board.seldom, board.stays))
        found.append(sorted(_spikes(board, one, opens, stays, tests), key=lambda spike: spike.cell.scope))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What areas have of their kind before their own past is looked at, and how many days of it that is worth."""

    mean: Floats
    worth: Floats

    @classmethod
    def of(cls, totals: Times, kinds: Times, number: int, areas: int, length: float, most: float) -> "Prior":
        """For each kind: the mean over all areas; the less it is worth the more unlike they are, by their moments.

        ``totals``: what was counted in each cell, and ``kinds``: of which of so many kinds. Clayton and Kaldor 1987,
        "Empirical Bayes estimates of age-standardized relative risks". A fixed worth pulled a city centre's own hundred
        down by a fifth, and called the usual too much.
        """
        mean = np.maximum(summed(kinds, totals.astype(float), number) / (length * areas), 0.01)
        spread = summed(kinds, (totals / length - mean[kinds]) ** 2, number)
        spread += (areas - np.bincount(kinds, minlength=number)) * mean**2
        between = spread / max(areas - 1, 1) - mean / length
        worth = np.divide(mean, between, out=np.full(number, most), where=between > 0)
        return cls(mean=mean, worth=np.minimum(worth, most))

    def of_kinds(self, kinds: Times) -> "Prior":
        """The same for each of some cells, by their kinds."""
        return Prior(mean=self.mean[kinds], worth=self.worth[kinds])


def _able(board: Board, counted: Counted) -> int:
    """How many cells of a board can come to an alarm: by far the most never hold so many, and are no test.

    Gilbert 2005, "A modified false discovery rate multiple-comparisons procedure for discrete data". With every cell
    that was ever seen as a test, chance raised none in 500 simulated days where it may raise one in thirty.
    """
    return int((counted.before + counted.now >= board.least).sum()) if board.past else 0


def bar(chances: Sequence[float] | Floats, rate: float, tests: int) -> float:
    """The largest chance that is still an alarm: the step-up procedure, and never less than what one alone needs."""
    if not tests:
        return 0.0
    passing = np.flatnonzero(np.asarray(chances) <= np.arange(1, len(chances) + 1) * rate / tests)
    return float(passing.max(initial=0) + 1) * rate / tests


def _judged(board: Board, counted: Counted) -> Judged:
    """The cells with enough in them, once the publishers' own volume is allowed for."""
    large = np.flatnonzero(counted.now >= board.least) if board.past else np.array([], dtype=np.int64)
    counts, past = counted.now[large], counted.each[:, large]
    if not len(large):
        none = np.array([])
        return Judged(cells=large, counts=counts, past=past, shapes=none, means=none, chances=none)
    of_cells, length = board.today.numbers.of_cells(), sum(board.lengths)
    held, kinds = np.flatnonzero(counted.before), len(board.today.numbers.kinds)
    areas = len(np.unique(of_cells[counted.before + counted.now > 0, 0]))
    priors = Prior.of(counted.before[held], of_cells[held, 1], kinds, areas, length, board.shrink)
    shapes, means = belief(past, board.lengths, priors.of_kinds(of_cells[large, 1]))
    means = means * _growth(board, large, of_cells[large, 2], counts, length)
    chances = beyond(counts.astype(float), shapes, means / (means + shapes))
    return Judged(cells=large, counts=counts, past=past, shapes=shapes, means=means, chances=chances)


def _spikes(board: Board, judged: Judged, opens: float, stays: float, tests: int) -> Iterator[Spike]:
    cells = list(board.today.numbers.cells)
    for at in np.flatnonzero(judged.chances <= stays).tolist():
        count, chance, mean = int(judged.counts[at]), float(judged.chances[at]), float(judged.means[at])
        yield Spike(
            cell=cells[judged.cells[at]],
            incidents=board.today.incidents_in(int(judged.cells[at])),
            past=tuple(judged.past[:, at].tolist()),
            expected=mean,
            upper=min(upper_bound(opens, float(judged.shapes[at]), mean), count - (chance <= opens)),
            recurrence=1 / (chance * tests) if chance > 0 else inf,
            faint=chance > opens,
        )


def belief(own: Times, lengths: Sequence[float], prior: Prior) -> tuple[Floats, Floats]:
    """Shapes and means of rates by their own past (stretches, cells), shrunk to what areas have of their kind.

    Wider where that past is uneven.
    """
    shapes = own.sum(axis=0) + prior.mean * prior.worth
    means = shapes / (sum(lengths) + prior.worth)
    over = _unevenness(own, lengths) - 1
    return np.minimum(shapes, np.divide(means, over, out=np.full(len(means), inf), where=over > 0)), means


def _unevenness(own: Times, lengths: Sequence[float]) -> Floats:
    """Variance over mean of the past counts of each cell, as of one."""
    rates = own / np.array(lengths)[:, None]
    if len(rates) < TOO_FEW:
        return np.ones(own.shape[1])
    mean, enough = rates.mean(axis=0), own.sum(axis=0) >= TOO_FEW
    spread = ((rates - mean) ** 2).sum(axis=0) / (len(rates) - 1)
    return np.asarray(np.divide(spread, mean, out=np.ones(len(mean)), where=enough))


def unevenness(own: Sequence[int], lengths: Sequence[float]) -> float:
    """Variance over mean of the past counts; 1 for a Poisson count, and where there is too little to tell."""
    rates = [count / length for count, length in zip(own, lengths, strict=True)]
    if len(rates) < TOO_FEW or sum(own) < TOO_FEW:
        return 1.0
    mean = sum(rates) / len(rates)
    return sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1) / mean


def _growth(board: Board, large: Times, wide: Times, counts: Times, length: float) -> Floats:
    """How much more than usual each cell's publishers sent now of everything else; never less than 1.

    ``wide``: the cell of each one's whole category.
    """
    broad, line = np.unique(wide, return_inverse=True)
    inside, past = _lines(board, broad), board.past
    now = board.today.of_publishers() - board.today.by_publisher(inside, len(broad), broad=True)
    before = sum(one.of_publishers() - one.by_publisher(inside, len(broad), broad=True) for one in past)
    times = np.maximum(1.0, (now + 1) / (before / length + 1))
    share = board.today.by_publisher(_lines(board, large), len(large)) / counts[:, None]
    return np.asarray((share * times[line]).sum(axis=1))


def _lines(board: Board, cells: Times) -> Times:
    """For every cell its place among some, or -1."""
    found = np.full(len(board.today.numbers.cells), -1)
    found[cells] = np.arange(len(cells))
    return found

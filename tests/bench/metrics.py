"""How well records are put together, against a truth: B-cubed and pairs, for a part of the clusters, with an interval.

B-cubed after Bagga and Baldwin (1998): of each record, what share of those it was put with is its own, and what share
of its own it was put with; averaged over records. Standard library only, for the peers are measured by it too.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """What one true cluster adds to the figures: sums over its records, and counts of pairs."""

    records: int
    precision: float
    recall: float
    found: float
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The scores of a clustering and the 95 % interval of each F1."""

    b3: Score
    pairs: Score
    b3_interval: tuple[float, float]
    pairs_interval: tuple[float, float]


def figures(
    truth: Mapping[str, str], said: Mapping[str, str], of: Callable[[str], bool] = lambda _: True, times: int = 200
) -> Figures:
    """The scores over the true clusters that ``of`` holds for; the interval by resampling them ``times`` times."""
    parts = shares(truth, said, of)
    samples = [scores(sample) for sample in _resampled(parts, times)]
    b3, pairs = scores(parts)
    return Figures(b3, pairs, _middle([one.f1 for one, _ in samples]), _middle([two.f1 for _, two in samples]))


def scores(parts: Sequence[Share]) -> tuple[Score, Score]:
    """B-cubed and pairs of the shares added up."""
    records, found = sum(part.records for part in parts), sum(part.found for part in parts)
    b3 = Score(
        _ratio(sum(part.precision for part in parts), records), _ratio(sum(part.recall for part in parts), records)
    )
    return b3, Score(_ratio(found, sum(part.said for part in parts)), _ratio(found, sum(part.true for part in parts)))


def shares(truth: Mapping[str, str], said: Mapping[str, str], of: Callable[[str], bool]) -> list[Share]:
    """Each true cluster's share, of those that ``of`` holds for.

    ``said`` gives each record's entity; one it does not know stands alone. A wrong pair between two clusters that
    both count is half each one's; one that leads out of the part that counts is its cluster's whole.
    """
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    counting: Counter[str] = Counter()
    chosen = {cluster for cluster in set(truth.values()) if of(cluster)}
    for record, cluster in truth.items():
        entity = said.get(record, f"alone:{record}")
        sizes[entity] += 1
        if cluster in chosen:
            cells[cluster][entity] += 1
            counting[entity] += 1
    return [_share(cells[cluster], sizes, counting) for cluster in sorted(chosen)]


def _share(cells: Mapping[str, int], sizes: Mapping[str, int], counting: Mapping[str, int]) -> Share:
    records = sum(cells.values())
    found = sum(_pairs(n) for n in cells.values())
    wrong = sum(n * ((counting[e] - n) / 2 + sizes[e] - counting[e]) for e, n in cells.items())
    return Share(
        records=records,
        precision=sum(n * n / sizes[e] for e, n in cells.items()),
        recall=sum(n * n for n in cells.values()) / records,
        found=found,
        said=found + wrong,
        true=_pairs(records),
    )


def partition(said: Mapping[str, str]) -> set[frozenset[str]]:
    """The clusters whatever they are called: equal for two runs that put the same records together."""
    members: dict[str, set[str]] = defaultdict(set)
    for record, entity in said.items():
        members[entity].add(record)
    return {frozenset(records) for records in members.values()}


def _pairs(n: int) -> float:
    return n * (n - 1) / 2


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0  # nothing said is nothing wrong


def _resampled(parts: Sequence[Share], times: int) -> Iterable[list[Share]]:
    chance = random.Random(4)
    return (chance.choices(parts, k=len(parts)) for _ in range(times if parts else 0))


def _middle(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return (0.0, 0.0)
    ordered = sorted(values)
    return ordered[int(0.025 * len(ordered))], ordered[int(0.975 * len(ordered))]

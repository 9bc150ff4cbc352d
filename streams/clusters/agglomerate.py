"""From pairs to clusters: a pure function of the set of pairs, so no order of arrival can be seen in it.

Connected components collapse (one wrong pair in a thousand ties a town together), so two clusters become one only when
a pair at the join bar stands between them *and* the mean of the pairs between them is at the stay bar, what speaks
against as well as what speaks for. Where a kind cannot say what speaks against, it is the mean of the three best, and
a pair that was not worth keeping counts as nothing. Where people or a rule said never, it is never.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from heapq import nlargest
from typing import NamedTuple

BEST = 3
FEW = 8  # items of a cluster that stand for all: the mean of 64 pairs moves little with more
FLOOR = -10.0  # bits: one plain contradiction, however many say it, does not outweigh all else
Bits = Callable[[str, str], float]


class Pair(NamedTuple):  # read by the thousand, and a tuple is made in a quarter of the time
    """Two items, their bits, and what was decided: ``same``, ``review``, or by people ``told`` or ``barred``."""

    a: str
    b: str
    bits: float
    verdict: str

    @property
    def ties(self) -> bool:
        """Whether it can make one cluster of two."""
        return self.verdict in ("same", "told")

    @property
    def open(self) -> bool:
        """Whether it leaves something to be decided by people."""
        return self.verdict in ("same", "review")


def agglomerate(
    items: Collection[str],
    pairs: Iterable[Pair],
    stay: float,
    never: Callable[[str, str], bool],
    bits: Bits | None = None,
) -> list[list[str]]:
    """The clusters of ``items``, each sorted, in the order of their first items.

    ``bits`` says what two items come to of which no pair was kept.
    """
    listed = sorted(pairs, key=lambda pair: (pair.verdict != "told", -pair.bits, pair.a, pair.b))
    state = _State(items, listed, stay, never, bits)
    for pair in listed:
        if pair.ties:
            state.consider(pair)
    return sorted(sorted(cluster) for cluster in state.clusters())


class _State:
    """Clusters on the way: who is in which, and the bits between any two of them."""

    def __init__(
        self,
        items: Collection[str],
        pairs: Sequence[Pair],
        stay: float,
        never: Callable[[str, str], bool],
        bits: Bits | None,
    ) -> None:
        self._bits = bits
        self._known = {(pair.a, pair.b): pair.bits for pair in pairs if pair.bits}
        self._of = {item: item for item in items}
        self._members = {item: [item] for item in items}
        self._between: dict[str, dict[str, list[float]]] = {item: {} for item in items}
        self._barred: dict[str, set[str]] = {item: set() for item in items}
        self._stay, self._never = stay, never
        for pair in pairs:
            if pair.verdict == "barred":
                self._barred[pair.a].add(pair.b)
                self._barred[pair.b].add(pair.a)
            else:
                self._between[pair.a][pair.b] = [pair.bits]
                self._between[pair.b][pair.a] = [pair.bits]

    def consider(self, pair: Pair) -> None:
        """Make one of the pair's two clusters where that is allowed and borne out."""
        one, other = sorted((self._of[pair.a], self._of[pair.b]), key=lambda name: (-len(self._members[name]), name))
        if one == other or other in self._barred[one]:
            return
        if pair.verdict == "told" or (self._mean(one, other) >= self._stay and not self._forbidden(one, other)):
            self._merge(one, other)

    def clusters(self) -> Iterable[list[str]]:
        """The clusters as they stand."""
        return self._members.values()

    def _mean(self, one: str, other: str) -> float:
        return self._best(one, other) if self._bits is None else self._average(self._bits, one, other)

    def _average(self, bits: Bits, one: str, other: str) -> float:
        ours, theirs = sorted(self._members[one])[:FEW], sorted(self._members[other])[:FEW]
        total = 0.0
        for a in ours:
            for b in theirs:
                pair = (a, b) if a < b else (b, a)
                known = self._known.get(pair)
                if known is None:
                    known = self._known[pair] = max(FLOOR, bits(*pair))
                total += known
        return total / (len(ours) * len(theirs))

    def _best(self, one: str, other: str) -> float:
        possible = min(BEST, len(self._members[one]) * len(self._members[other]))
        return sum(nlargest(possible, self._between[one][other])) / possible

    def _forbidden(self, one: str, other: str) -> bool:
        return any(self._never(a, b) for a in self._members[one] for b in self._members[other])

    def _merge(self, one: str, other: str) -> None:
        members = self._members.pop(other)
        self._members[one] += members
        for item in members:
            self._of[item] = one
        for third, bits in self._between.pop(other).items():
            del self._between[third][other]
            if third != one:
                together = self._between[one].get(third, []) + bits
                self._between[one][third] = self._between[third][one] = together
        for third in self._barred.pop(other):
            self._barred[third].discard(other)
            self._barred[third].add(one)
            self._barred[one].add(third)

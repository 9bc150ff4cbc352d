"""Seeded chance: the same seed gives the same town, to the byte."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Chance(Random):
    """A named stream of chance, so that what one part draws changes nothing in another."""

    def yes(self, likely: float) -> bool:
        """True with this probability."""
        return self.random() < likely

    def one(self, choices: Sequence[T]) -> T:
        """One of them, all alike likely."""
        return choices[int(self.random() * len(choices))]

    def count(self, mean: float) -> int:
        """How many, by Poisson's law."""
        if mean > 60:
            return max(0, round(self.gauss(mean, mean**0.5)))
        bar, product, number = exp(-mean), self.random(), 0
        while product > bar:
            product *= self.random()
            number += 1
        return number

    def between(self, low: float, high: float) -> float:
        """A span from ``low`` to ``high`` (both above 0), short ones likelier."""
        return exp(self.uniform(log(low), log(high)))

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound`` - 1."""
        return int(self.random() * bound)


class Weighted(Generic[T]):
    """Choices with weights, ready to be drawn from many times."""

    __slots__ = ("choices", "sums")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.choices = tuple(weights)
        self.sums = tuple(accumulate(weights.values()))

    def __bool__(self) -> bool:
        return bool(self.choices)

    def draw(self, chance: Random) -> T:
        """One of the choices."""
        return self.choices[bisect(self.sums, chance.random() * self.sums[-1], 0, len(self.choices) - 1)]


def earlier_commoner(words: Sequence[str]) -> Weighted[str]:
    """Names by Zipf's law, the first the commonest."""
    return Weighted({word: 1 / (place + 4) for place, word in enumerate(words)})

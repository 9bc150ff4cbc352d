"""What every detector of counts takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Counts (times, series) on equally spaced days, 7 apart or 1; a count is a whole number that is never missing."""

    days: Sequence[date]
    counts: Floats

    def __post_init__(self) -> None:
        """Refuse what no detector could read."""
        if self.counts.ndim != 2 or len(self.days) != len(self.counts):
            raise ValueError("the counts are a row a day and a column a series")
        gaps = {(later - earlier).days for earlier, later in zip(self.days, self.days[1:], strict=False)}
        if gaps - {7} and gaps - {1}:
            raise ValueError(f"the days must be one or seven apart all through, not {sorted(gaps)}")
        if not np.isfinite(self.counts).all() or (self.counts < 0).any():
            raise ValueError("a count is a number that is not below 0")

    @property
    def step(self) -> int:
        """Days from one time to the next: 1 or 7."""
        return (self.days[1] - self.days[0]).days if len(self.days) > 1 else 7

    @property
    def daily(self) -> bool:
        """Whether a row is a day."""
        return self.step == 1


class Judged(NamedTuple):
    """What a detector says (times, series): ``nan`` and no alarm where history is too short.

    ``chance``: how likely so many or more are without an outbreak; ``nan`` where the method has no such figure.
    """

    expected: Floats
    upper: Floats
    alarm: Flags
    chance: Floats

    @classmethod
    def nothing(cls, shape: tuple[int, ...]) -> "Judged":
        """No judgement yet, to be filled in."""
        return cls(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool), np.full(shape, np.nan))

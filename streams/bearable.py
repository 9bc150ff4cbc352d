"""How many keys a stage takes at once: all it may where no reports come in, else what a bearable turn has time for.

On SQLite one writes at a time, so a report that comes while a stage has its turn waits for the end of it: in a flood by
one agency a turn was up to half a second, and every other agency's receipts came as much later. Shorter turns cost more
a report (3.2 ms in two hundreds, 4.9 in twenty-fives), so it is only while somebody waits. What comes of a report does
not hang on it.
"""

from collections.abc import Callable
from time import monotonic

from sqlalchemy import Engine

# Of .05 a flood's receipts were no sooner (p99 734 and 721 ms), and at 100 a second alerts twice as late.
BEARABLE_S = 0.2
# Fewer save little: most of what a turn of so few takes is taken by a turn of one.
LEAST = 20
# So long after the last report came in somebody may be waiting.
LIVE_S = 1.0
# What a key is taken to cost before one has been, and how much each turn changes what is known.
FIRST_S, WEIGHT = 0.002, 0.3


class Bearable:
    """Learns what a key costs each stage, and says how many of them a bearable turn has."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._came = -LIVE_S
        self._each: dict[str, float] = {}

    def came(self) -> None:
        """Note that reports were taken in."""
        self._came = self._seconds()

    def keys(self, stage: str, most: int) -> int:
        """How many a stage may take now, at most ``most``."""
        if self._seconds() - self._came >= LIVE_S:
            return most
        return min(most, max(LEAST, int(BEARABLE_S / self._each.get(stage, FIRST_S))))

    def took(self, stage: str, keys: int, seconds: float) -> None:
        """Note how long a turn took; a short one of few keys says little of what a key costs."""
        if keys >= LEAST or seconds > BEARABLE_S:
            known = self._each.get(stage, FIRST_S)
            self._each[stage] = known + WEIGHT * (seconds / keys - known)


def bearable_in(engine: Engine) -> Bearable | None:
    """What bounds the turns of stages in a store; nothing where many write at a time, and nobody waits for a turn."""
    return Bearable() if engine.dialect.name == "sqlite" else None

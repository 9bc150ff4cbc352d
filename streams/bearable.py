"""How many keys a stage takes at once: all it may where no reports come in, else what a bearable turn has time for.

On SQLite one writes at a time, so a report that comes while a stage has its turn waits for the end of it: in a flood by
one agency a turn was up to half a second, and every other agency's receipts came as much later. Shorter turns cost more
a report, so it is only while somebody waits. What comes of a report does not hang on it.

A turn costs something however few keys it takes: half of it may be that, or next to nothing else would be done. Keys of
heavy kinds have turns of their own, whose costs are learnt apart: among others nobody could say how long a turn lasts.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from time import monotonic

from sqlalchemy import Engine

from streams.stage import Stage

BEARABLE_S = 0.05
# Where one agency floods the others: what comes of its reports may be late for it, what others send may not.
IN_A_FLOOD_S = 0.02
# Where much comes, and not from one agency alone, the stages of a walk keep one turn for so long: with a turn of intake
# between any two of them, what a report came to stood waiting for most of the way.
KEPT_TURN_S = 0.06
# However much a turn costs by itself.
MOST_S = 0.1
LEAST, LEAST_HEAVY = 2, 1
# So long after the last report came in somebody may be waiting.
LIVE_S = 1.0
# What a key is taken to cost before one has been, and how much of what is known each turn leaves.
FIRST_S, KEPT = 0.002, 0.95


class Cost:
    """What a turn costs by itself and for each key, by least squares over those of late."""

    def __init__(self) -> None:
        self._turns = self._keys = self._seconds = self._squares = self._products = 0.0
        self.note(1, FIRST_S)

    def note(self, keys: int, seconds: float) -> None:
        """Note how long a turn took."""
        self._turns = KEPT * self._turns + 1
        self._keys = KEPT * self._keys + keys
        self._seconds = KEPT * self._seconds + seconds
        self._squares = KEPT * self._squares + keys * keys
        self._products = KEPT * self._products + keys * seconds

    def of(self) -> tuple[float, float]:
        """Seconds of a turn by itself, and of each key."""
        most = self._seconds / self._keys
        spread = self._turns * self._squares - self._keys**2
        each = most
        if spread > 0.01 * self._keys**2:  # else turns of one size, which do not tell the two apart
            slope = (self._turns * self._products - self._keys * self._seconds) / spread
            each = min(most, max(slope, most / 20))
        return (self._seconds - each * self._keys) / self._turns, each


class Bearable:
    """Learns what a turn costs each stage, and says how many keys a bearable one has."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._came = -LIVE_S
        self._turn, self._keeps = BEARABLE_S, 0.0
        self._costs: defaultdict[tuple[str, bool], Cost] = defaultdict(Cost)

    def came(self, *, flood: bool = False, busy: bool = False) -> None:
        """Note that reports were taken in; ``busy``: many in a second; ``flood``: most of them one agency's."""
        self._came = self._seconds()
        self._turn = IN_A_FLOOD_S if flood else BEARABLE_S
        self._keeps = KEPT_TURN_S if busy and not flood else 0.0

    def keeps(self) -> float:
        """For how many seconds the stages of a walk keep one turn; none: each hands it on."""
        return self._keeps if self._live() else 0.0

    def keys(self, stage: Stage, most: int) -> int:
        """How many a stage may take now, at most ``most``; the heavy among them in turns of their own."""
        return min(most, self._bound(stage, heavy=False)) if self._live() else most

    def some(self, stage: Stage, keys: Sequence[str]) -> int:
        """How many of the first of ``keys`` a turn takes: of those as heavy as the first what there is time for."""
        if not self._live() or not keys:
            return len(keys)
        heavy = stage.finds_heavy(keys[0])
        alike = next((n for n, key in enumerate(keys) if stage.finds_heavy(key) is not heavy), len(keys))
        return min(alike, self._bound(stage, heavy=heavy))

    def took(self, stage: Stage, keys: Sequence[str], seconds: float) -> None:
        """Note how long a turn took; one without a bound is of hundreds, and says nothing of what a few cost."""
        if self._live():
            self._costs[stage.name, stage.finds_heavy(keys[0])].note(len(keys), seconds)

    def _bound(self, stage: Stage, *, heavy: bool) -> int:
        alone, each = self._costs[stage.name, heavy].of()
        turn = min(MOST_S, max(self._turn, 2 * alone))
        return max(LEAST_HEAVY if heavy else LEAST, int((turn - alone) / each))

    def _live(self) -> bool:
        return self._seconds() - self._came < LIVE_S


def bearable_in(engine: Engine) -> Bearable | None:
    """What bounds the turns of stages in a store; nothing where many write at a time, and nobody waits for a turn."""
    return Bearable() if engine.dialect.name == "sqlite" else None

"""How fast reports come in, and when closed days and weeks are looked at: at once where nothing else happens, else for
a small share of the time.

On SQLite nobody writes meanwhile. Every late report has its day judged anew, and at a hundred reports a second one is
always late: looked at whenever there is something, days alone would take all the time there is.
"""

from collections import Counter, deque
from collections.abc import Callable
from time import monotonic

# One that waits a second or more for a day's closing is to be one in a hundred.
SHARE = 0.01
QUIET_S = 1.0
# However long it takes, a rise of today is told within minutes.
MOST_WAIT_S = 300.0
# So many records a second are many, and such a share of them by one sender is a flood.
BUSY, FLOOD = 50, 2 / 3


class Pace:
    """Says whether what is slow may have its turn now."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._worked = self._flooded = -QUIET_S
        self._due = self._latest = 0.0

    def worked(self) -> None:
        """Note that reports were worked on."""
        self._worked = self._seconds()

    def flooded(self) -> None:
        """Note that reports came of which most are one agency's."""
        self._flooded = self._seconds()

    def took(self, seconds: float) -> None:
        """Note how long the slow turn took that has just ended."""
        now = self._seconds()
        self._due, self._latest = now + min(MOST_WAIT_S, seconds / SHARE), now + MOST_WAIT_S

    def may(self) -> bool:
        """Whether nothing else happens, or the last slow turn is long enough ago: in a flood as long as it may be."""
        now = self._seconds()
        if now - self._worked >= QUIET_S:
            return True
        return now >= (self._latest if now - self._flooded < QUIET_S else self._due)


class Lately:
    """What came in the last second, and whether one sender floods the others."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._came: deque[tuple[float, str]] = deque()
        self._of: Counter[str] = Counter()

    def came(self, source: str) -> None:
        """Note a record."""
        self._came.append((self._seconds(), source))
        self._of[source] += 1

    def busy(self) -> bool:
        """Whether so much comes that each by itself would cost too much."""
        return self._rate() >= BUSY

    def floods(self) -> bool:
        """Whether it is busy, and most of it one sender's: for the others' sake less is then done at a time."""
        rate = self._rate()
        return rate >= BUSY and max(self._of.values()) >= FLOOD * rate

    def _rate(self) -> int:
        since = self._seconds() - 1.0
        while self._came and self._came[0][0] <= since:
            _, source = self._came.popleft()
            self._of[source] -= 1
        return len(self._came)

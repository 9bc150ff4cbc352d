"""What was worked out for one agency is shown to its people for a while, and to nobody else.

It goes by the clock alone. To work it out anew when reports come would be quicker to answer whenever none had, and so
tell whoever measures it of reports that they may not know of.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

A_MINUTE = 60.0
MOST = 512  # answers: the map of twenty agencies in all its choices is about so many

T = TypeVar("T")


@dataclass(slots=True)
class _Kept(Generic[T]):
    """One answer; the lock: whoever asks for it meanwhile waits, and does not work it out a second time."""

    lock: Lock = field(default_factory=Lock)
    until: float = float("-inf")
    answer: T | None = None


class Remembered(Generic[T]):
    """Answers by the agency they were made for and by what it asked; the oldest go first."""

    def __init__(self, seconds: Callable[[], float], *, for_s: float = A_MINUTE, most: int = MOST) -> None:
        self._seconds, self._for_s, self._most = seconds, for_s, most
        self._lock, self._kept = Lock(), OrderedDict[tuple[str, Hashable], _Kept[T]]()

    def of(self, agency: str, asked: Hashable, work_out: Callable[[], T]) -> T:
        """The agency's answer, no older than it may be."""
        with self._lock:
            kept = self._kept.setdefault((agency, asked), _Kept())
            self._kept.move_to_end((agency, asked))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        with kept.lock:
            if kept.answer is None or self._seconds() >= kept.until:
                kept.answer = work_out()
                kept.until = self._seconds() + self._for_s
            return kept.answer

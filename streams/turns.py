"""Whose turn it is to write, where a store takes one writer at a time: who came first, but for who is in a hurry."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# So many in a hurry go before the one who waits longest, then it is that one's turn: nobody waits for ever.
PASSES = 2


class Turns:
    """A lock handed on in order; a bare one goes to whoever happens to ask, and a report waits for four stages."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._passed = 0
        self._hurried: deque[Lock] = deque()
        self._others: deque[Lock] = deque()

    @contextmanager
    def turn(self, *, hurry: bool = False) -> Iterator[None]:
        """Wait for a turn, and have it until the end."""
        self._come(self._hurried if hurry else self._others)
        try:
            yield
        finally:
            self._go()

    def _come(self, queue: deque[Lock]) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = Lock()
            gate.acquire()
            queue.append(gate)
        try:
            gate.acquire()
        except BaseException:  # Ctrl-C, which only the main thread hears
            with self._guard:
                gone = gate in queue
                if gone:
                    queue.remove(gate)
            if not gone:
                self._go()
            raise

    def _go(self) -> None:
        with self._guard:
            queue = self._next()
            if queue is None:
                self._taken = False
            else:
                queue.popleft().release()

    def _next(self) -> deque[Lock] | None:
        if self._hurried and not (self._others and self._passed >= PASSES):
            self._passed += 1
            return self._hurried
        self._passed = 0
        return self._others or None

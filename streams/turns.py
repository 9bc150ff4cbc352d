"""Whose turn it is to write, where a store takes one writer at a time: who came first, but for who is in a hurry."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock
from time import monotonic

# So many in a hurry go before the one who waits longest, then it is that one's turn: nobody waits for ever.
PASSES = 2


class Between:
    """A turn that a process and one that parted from it hand to each other, however soon either asks for it again.

    Two tokens, each a byte in a pipe. Who waits for the turn holds the gate meanwhile, so that who has just had it
    stands behind. A process that dies with a token keeps it: the other is to end too.
    """

    def __init__(self) -> None:
        self._gate, self._turn = os.pipe(), os.pipe()
        _give(self._gate)
        _give(self._turn)

    def come(self) -> None:
        """Wait for the turn."""
        _take(self._gate)
        try:
            _take(self._turn)
        finally:
            _give(self._gate)

    def go(self) -> None:
        """Give it up."""
        _give(self._turn)


def _take(token: tuple[int, int]) -> None:
    os.read(token[0], 1)


def _give(token: tuple[int, int]) -> None:
    os.write(token[1], b".")


class Turns:
    """A lock handed on in order; a bare one goes to whoever happens to ask, and a report waits for four stages."""

    def __init__(self, between: Between | None = None) -> None:
        """``between``: what threads of this process share with another's.

        Who is in a hurry has it of the one before, at most ``PASSES`` times in a row: else the other process would come
        between any two, and who stands third would wait for two turns of it.
        """
        self._between = between
        self._ours = False  # whether the turn between the two is this process's
        self._kept = 0
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
            if self._between and not self._ours:
                self._between.come()
                self._ours = True
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
            if self._between and self._ours:
                self._hand_on_or_keep(self._between, queue)
            if queue is None:
                self._taken = False
            else:
                queue.popleft().release()

    def _hand_on_or_keep(self, between: Between, queue: deque[Lock] | None) -> None:
        if queue is self._hurried and self._kept < PASSES:
            self._kept += 1
        else:
            self._kept, self._ours = 0, False
            between.go()

    def _next(self) -> deque[Lock] | None:
        if self._hurried and not (self._others and self._passed >= PASSES):
            self._passed += 1
            return self._hurried
        self._passed = 0
        return self._others or None


class Kept:
    """A turn that is kept from one thing to the next, until it has lasted ``seconds``: then it is handed on."""

    def __init__(self, turns: Turns, seconds: float) -> None:
        self.turns = turns
        self._seconds = seconds
        self._since = 0.0
        self._had: ExitStack | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Go on in the turn that is had; wait for another where there is none, or it has lasted long enough."""
        if monotonic() - self._since >= self._seconds:
            self.go()
        if self._had is None:
            had = ExitStack()
            had.enter_context(self.turns.turn())
            self._had, self._since = had, monotonic()
        yield

    def go(self) -> None:
        """Give it up."""
        had, self._had = self._had, None
        if had is not None:
            had.close()

"""Questions that are asked every few seconds by a thread of their own, so that whoever reads the answer never waits."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

EVERY_S = 5.0
# An answer may take a while on a big store; after this long without one, what it was is not what it is.
STALE_AFTER_S = 30.0

T = TypeVar("T")


class Sampled(Generic[T]):
    """The last answer, how old it is, and what came instead of a newer one."""

    def __init__(
        self,
        ask: Callable[[], T],
        *,
        every_s: float = EVERY_S,
        seconds: Callable[[], float] = monotonic,
        first_at_once: bool = True,
        let_go: Callable[[], None] = lambda: None,
    ):
        """``ask`` is called every ``every_s`` seconds and may raise what it likes; ``let_go`` when it is stopped."""
        self._ask = ask
        self._every_s = every_s
        self._seconds = seconds
        self._first_at_once = first_at_once
        self._let_go = let_go
        self._stopped = threading.Event()
        self._began = seconds()
        self.last: T | None = None
        self.at: float | None = None
        self.error: Exception | None = None

    def start(self) -> "Sampled[T]":
        """Begin to ask."""
        threading.Thread(target=self._go_on, daemon=True, name="sampling").start()
        return self

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()

    def look(self) -> None:
        """Ask once."""
        try:
            self.last = self._ask()
        except Exception as error:  # it goes on: this thread is how anyone learns of it
            self.error = error
        else:
            self.at, self.error = self._seconds(), None

    @property
    def age_s(self) -> float:
        """How old the last answer is; where there is none, how long it has been asked for."""
        return self._seconds() - (self._began if self.at is None else self.at)

    @property
    def trouble(self) -> str:
        """What keeps it from answering: the kind of error, never its words, which may repeat what is nobody's."""
        return "no answer yet" if self.error is None else type(self.error).__name__

    @property
    def well(self) -> bool:
        """Whether there is an answer, no error since, and it is not stale."""
        return self.at is not None and self.error is None and self.age_s < STALE_AFTER_S

    def _go_on(self) -> None:
        if self._first_at_once:
            self.look()
        while not self._stopped.wait(self._every_s):
            self.look()
        self._let_go()

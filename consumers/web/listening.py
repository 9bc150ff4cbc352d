"""Who listens for news in this process, how many at once in a session, and when each is told to stop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

# A browser opens six connections to a host; each page that listens holds one, in each process of the server.
MOST_IN_A_SESSION = 2


class Why(Enum):
    """Why somebody listens no longer."""

    ELSEWHERE = "elsewhere"  # other pages of the session were opened since
    CLOSING = "closing"  # the server stops, or another takes its place


@dataclass(slots=True, eq=False)
class Listener:
    """A page that is open; ``why``: it is to stop."""

    why: Why | None = None
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self, why: Why) -> None:
        """Have it stop."""
        self.why = self.why or why
        self._told.set()

    async def wait(self, seconds: float) -> Why | None:
        """Wait so long, or until it is to stop: then why."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), seconds)
        return self.why


class Listeners:
    """All of them, by session; for the thread of the server's loop alone."""

    def __init__(self) -> None:
        self._by_session: defaultdict[str, list[Listener]] = defaultdict(list)
        self._closing = False

    @contextmanager
    def listening(self, session: str) -> Iterator[Listener]:
        """One more of the session; the oldest of too many stops."""
        one, others = Listener(), self._by_session[session]
        others.append(one)
        for old in others[:-MOST_IN_A_SESSION]:
            old.stop(Why.ELSEWHERE)
        if self._closing:
            one.stop(Why.CLOSING)
        try:
            yield one
        finally:
            others.remove(one)
            if not others:
                self._by_session.pop(session, None)

    def close(self) -> None:
        """Have all stop, and whoever comes from now on."""
        self._closing = True
        for one in [one for some in self._by_session.values() for one in some]:
            one.stop(Why.CLOSING)

    def __len__(self) -> int:
        """How many there are."""
        return sum(map(len, self._by_session.values()))

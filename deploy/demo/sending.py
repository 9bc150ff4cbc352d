"""Sending the simulated reports as the agencies would: each with its own publisher, to its own topic."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from consumers.publisher import Publisher
from deploy.demo.accounts import SentReport


class Senders:
    """A publisher an agency, a file of all that was sent, and when each report was."""

    def __init__(self, bootstrap: str, file: Path) -> None:
        self.by_agency: Counter[str] = Counter()
        self.sent_at: dict[str, float] = {}  # ref: monotonic seconds of its last sending
        self.bad = 0
        self._bootstrap = bootstrap
        self._publishers: dict[str, Publisher] = {}
        self._ends = ExitStack()
        self._file = self._ends.enter_context(file.open("wb"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    @property
    def total(self) -> int:
        """How many messages were sent."""
        return self.by_agency.total()

    def send(self, reports: Iterable[SentReport]) -> None:
        """Hand messages over, in order, exactly as the agencies' systems spell them."""
        for sent in reports:
            self._publisher(sent.agency).send(sent.raw)
            self._file.write(sent.raw + b"\n")
            self.by_agency[sent.agency] += 1
            self.sent_at[sent.ref] = time.monotonic()
            self.bad += bool(sent.mark and sent.mark.startswith("bad"))

    def flush(self) -> None:
        """Wait until the broker has all of it; raises ``NotSent`` where it has not."""
        for publisher in self._publishers.values():
            publisher.flush()
        self._file.flush()

    def _publisher(self, agency: str) -> Publisher:
        if agency not in self._publishers:
            publisher = Publisher(agency, self._bootstrap)
            self._ends.callback(publisher.close)
            self._publishers[agency] = publisher
        return self._publishers[agency]

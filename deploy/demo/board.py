"""What the demo has to show at any moment; the screens only lay it out."""

import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consumers.words import printable, why_of
from deploy.demo.hearing import News
from deploy.demo.looking import Standing
from deploy.demo.scoring import Verdict

LATEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the list of alerts."""

    at: datetime | None  # simulated time
    what: str
    kind: str
    severity: str
    title: str
    why: tuple[str, ...]
    after_s: float | None


@dataclass(slots=True, kw_only=True)
class Summary:
    """What there is to say at the end."""

    verdicts: list[Verdict]
    facts: list[tuple[str, str]]
    troubles: list[str]

    @property
    def well(self) -> bool:
        """Whether every story was judged rightly and nothing was lost."""
        return not self.troubles and all(verdict.right for verdict in self.verdicts)


@dataclass(slots=True, kw_only=True)
class Board:
    """The state of the demo."""

    seed: int
    doing: str = "starting"
    still: str = ""
    since: float = field(default_factory=time.monotonic)
    clock: datetime | None = None  # simulated, local
    share: float = 0.0  # of the fortnight that was played
    history: int = 0
    sent: Counter[str] = field(default_factory=Counter)  # in the fortnight, an agency
    total: int = 0
    standing: Standing = field(default_factory=Standing)
    known_before: int = 0  # alerts of the history
    items: deque[Item] = field(default_factory=lambda: deque(maxlen=LATEST))
    page: str = ""
    password: str = ""  # of the page's made-up people
    summary: Summary | None = None

    def do(self, what: str, still: str = "") -> None:
        """Say what is being done or waited for, and what of it is still to come."""
        if what != self.doing:
            self.doing, self.since = what, time.monotonic()
        self.still = still

    @property
    def status(self) -> str:
        """What is being done, for how long, and what is still to come."""
        so_far = f"{self.doing} ({time.monotonic() - self.since:.0f} s)"
        return f"{so_far}: {self.still}" if self.still else so_far

    def note(self, news: News) -> Item:
        """Put an alert's news on the list."""
        item = item_of(news, self.clock)
        self.items.append(item)
        return item


def item_of(news: News, at: datetime | None) -> Item:
    """How an alert's news is shown: as text and nothing else, whatever it holds."""
    body: Mapping[str, Any] = news.alert.body
    return Item(
        at=at,
        what=news.what,
        kind=str(body["kind"]),
        severity=str(body.get("severity", "")),
        title=printable(str(body.get("title", ""))),
        why=tuple(printable(sentence) for sentence in why_of(body)),
        after_s=news.alert.after_s if news.what == "new" else None,
    )

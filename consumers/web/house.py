"""What the page stands on, made by whoever runs it and handed to every part of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from consumers.accounts.log import Keep
from consumers.accounts.passwords import Passwords
from consumers.accounts.provider import Provider
from consumers.accounts.rules import PageRules, page_rules
from consumers.accounts.signing import Door
from consumers.byhand.sending import Opened, nowhere
from consumers.ladder.people import ById, Knowing
from consumers.notices.ways import Ways
from consumers.web.stages import Stages
from schemas.agencies import Partnership

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The store, the partnership, and how the page is reached.

    ``hosts``: the names it answers to. ``url``: where browsers reach it. ``tls``: they do so by https, from here or
    from a proxy. ``proxies``: the only addresses that may hand requests over; none: browsers come themselves.
    ``stages``: what the page asks of them. ``keep`` writes to the log of who did what. ``knowing``: who is who to an
    agency. ``provider``: an organisation that signs people in. ``local``: whether passwords kept here open the page.
    ``reach``: where notices may be sent. ``lane``: opens an agency's own way to its topic, for what is sent by hand.
    ``tiles``: a file of what maps lie on. ``processes``: how many answer beside each other. ``listens_s``: how long a
    page listens for news before it asks anew.
    """

    engine: Engine
    partnership: Partnership
    keep: Keep
    stages: Stages
    knowing: Knowing = field(default_factory=ById)
    hosts: frozenset[str] = LOOPBACK
    url: str = "http://localhost"
    tls: bool = False
    proxies: frozenset[str] = frozenset()
    provider: Provider | None = None
    local: bool = True
    passwords: Passwords = field(default_factory=Passwords)
    reach: Ways = field(default_factory=Ways)
    lane: Opened = nowhere
    tiles: Path | None = None
    processes: int = 1
    listens_s: float = 3600.0
    rules: PageRules = field(default_factory=page_rules)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = time.monotonic  # that go by whatever the clock is set to

    @property
    def scheme(self) -> str:
        """How its addresses begin."""
        return "https" if self.tls else "http"

    @property
    def door(self) -> Door:
        """Where people sign in."""
        return Door(engine=self.engine, passwords=self.passwords, rules=self.rules, keep=self.keep)

"""What ``tocsin watch`` does."""

import getpass
import re
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from rich.console import Console

from consumers.broker import BrokerTrouble, Login
from consumers.filters import Filters, read_since
from consumers.watcher.follow import watch
from consumers.words import printable

WELL, TROUBLE, USAGE = 0, 1, 2


def watch_command(
    bootstrap: str,
    *,
    agency: str,
    name: str | None = None,
    kinds: Sequence[str] = (),
    categories: Sequence[str] = (),
    areas: Sequence[str] = (),
    min_severity: str = "low",
    since: str | None = None,
    as_json: bool = False,
    stop: Event | None = None,
    login: Login | None = None,
) -> int:
    """Follow the agency's alerts until Ctrl-C or SIGTERM (or ``stop``); the exit code."""
    said = Console(stderr=True, highlight=False)
    try:
        filters = Filters(
            kinds=frozenset(kinds), categories=frozenset(categories), areas=tuple(areas), min_severity=min_severity
        )
        start = read_since(since, datetime.now(UTC)) if since else None
    except ValueError as wrong:
        said.print(printable(str(wrong)), style="red", markup=False, soft_wrap=True)
        return USAGE
    try:
        watch(
            bootstrap,
            agency,
            name=name or own_name(),
            filters=filters,
            since=start,
            as_json=as_json,
            login=login,
            stop=stop or stopped_by_signal(),
            tell=lambda text: said.print(printable(text), style="yellow", markup=False, soft_wrap=True),
        )
    except BrokerTrouble as trouble:
        said.print(printable(str(trouble)), style="red", markup=False, soft_wrap=True)
        return TROUBLE
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us is gone; nothing is left to say, nor to say it to
    return WELL


def own_name() -> str:
    """The login's name as a part of a group's, so that two analysts on one machine each hear everything."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError, ImportError):
        login = ""
    return re.sub(r"[^a-zA-Z0-9._-]+", "-", login) or "analyst"


def stopped_by_signal() -> Event:
    """An event that Ctrl-C or SIGTERM sets, so that the place is committed before the end."""
    stop = Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: stop.set())
    return stop

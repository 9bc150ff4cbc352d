"""Handing reports over to the agency's own topic, as its own publisher does."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from consumers.broker import BrokerTrouble
from consumers.publisher.naming import ReportName
from consumers.publisher.sent import NotSent


class Lane(Protocol):
    """What takes an agency's reports; ``consumers.publisher.Publisher`` is one."""

    def send_named(self, value: bytes, name: ReportName) -> Any:
        """Hand the bytes of one over."""

    def flush(self) -> None:
        """Wait until all are taken; raises ``NotSent``."""


# Opens the way of one agency to its topic; raises ``NoWay`` where there is none.
Opened = Callable[[str], AbstractContextManager[Lane]]


class NoWay(Exception):
    """Nothing can be sent for that agency from here; the message says why, for whoever runs Tocsin."""


class NotTaken(Exception):
    """The broker did not take all; what it took stands, and sending the same again sends nothing twice."""


def nowhere(agency: str) -> AbstractContextManager[Lane]:
    """The way where none was set up."""
    raise NoWay(f"Sending by hand is not set up for {agency}: TOCSIN_BROKER, and at a secured one TOCSIN_LOGINS.")


def hand_over(opened: Opened, agency: str, reports: Iterable[tuple[bytes, ReportName]]) -> int:
    """Send them all and wait until they are taken; how many. Raises ``NoWay`` or ``NotTaken``."""
    count = 0
    try:
        with opened(agency) as lane:
            for value, name in reports:
                lane.send_named(value, name)
                count += 1
            lane.flush()
    except (BrokerTrouble, NotSent):
        raise NotTaken("The broker did not take them all. Send the same again: nothing is taken twice.") from None
    return count

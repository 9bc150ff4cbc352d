"""The broker a command works with: found when it is first needed, stopped at the end if it was started for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from deploy.cli.options import fail, partnership_of
from schemas.settings import Settings

if TYPE_CHECKING:
    from deploy.broker.embedded import RunningBroker


def reach_broker(settings: Settings) -> "RunningBroker":
    """The broker of the settings, with its topics when it is the embedded one; says so and ends where there is none."""
    from deploy.broker.embedded import BrokerAway, broker_for
    from deploy.broker.topics import apply_topics

    try:
        running = broker_for(settings)
    except BrokerAway as away:
        fail(str(away))
        raise typer.Exit(1) from None
    if running.started_here:
        apply_topics(running.bootstrap, partnership_of(settings), settings)
    return running


@contextmanager
def broker_when_asked(settings: Settings) -> Iterator[Callable[[], str]]:
    """A function that gives the broker's address, starting the embedded one if it must."""
    started: list[RunningBroker] = []

    def find() -> str:
        started.append(reach_broker(settings))
        return started[-1].bootstrap

    try:
        yield find
    finally:
        for running in started:
            running.stop()

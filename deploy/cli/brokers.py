"""The broker a command works with: found when it is first needed, stopped at the end if it was started for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from deploy.cli.options import fail, partnership_of
from schemas.access import WrongAccess, access_of
from schemas.settings import Settings

if TYPE_CHECKING:
    from consumers.broker import Login
    from deploy.broker.embedded import RunningBroker


def reach_broker(settings: Settings, *, as_it_is: bool = False) -> "RunningBroker":
    """The broker of the settings; says so and ends where there is none. The embedded one that is started here gets its
    topics, users and rights, unless it is wanted ``as_it_is``.
    """
    from deploy.broker.embedded import BrokerAway, broker_for

    try:
        running = broker_for(settings)
    except (BrokerAway, WrongAccess) as away:
        fail(str(away))
        raise typer.Exit(1) from None
    if running.started_here and not as_it_is:
        furnish(running, settings)
    return running


def furnish(running: "RunningBroker", settings: Settings) -> None:
    """Bring the topics to the table; of a secured broker, the users and their rights too."""
    from deploy.agencies.apply import apply_agencies, desk_of
    from deploy.broker.topics import apply_topics

    partnership = partnership_of(settings)
    apply_topics(running.bootstrap, partnership, settings, running.access.login)
    if running.safe is not None:
        apply_agencies(desk_of(running, settings), partnership)


def login_of(agency: str, running: "RunningBroker", settings: Settings) -> "Login":
    """As whom an agency's command speaks: the settings' login, or the agency's own at a secured broker of ours."""
    if running.safe is None or settings.broker is not None:
        return running.access.login
    made = Settings(_env_file=running.safe.login(agency))  # type: ignore[call-arg]
    return access_of(made).login


@contextmanager
def broker_when_asked(settings: Settings) -> Iterator[Callable[[], "RunningBroker"]]:
    """A function that gives the broker, starting the embedded one if it must; the same one when asked again."""
    started: list[RunningBroker] = []

    def find() -> "RunningBroker":
        if not started:
            started.append(reach_broker(settings))
        return started[0]

    try:
        yield find
    finally:
        for running in started:
            running.stop()

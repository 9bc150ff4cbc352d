"""The broker in use: the one the settings name, or an embedded Apache Kafka, started when needed and only once."""

from dataclasses import dataclass, field
from types import TracebackType

import structlog

from consumers.broker import why_refused
from deploy.broker.at_work import ANSWERS_WITHIN_S, broker_at_work
from deploy.broker.errors import BrokerAway
from deploy.broker.health import ask
from deploy.broker.home import Home, home_of
from deploy.broker.launch import Launched, launch
from deploy.broker.ports import HERE
from deploy.broker.safe import WORKER, Safe
from schemas.access import PLAIN, Access, access_of
from schemas.settings import Settings

__all__ = ["BrokerAway", "RunningBroker", "broker_for", "ensure_broker"]

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class RunningBroker:
    """A broker that answers. ``told`` says what was found amiss and mended on the way.

    ``access``: as whom topics and users are made; ``workers_at`` and ``workers``: where a worker comes in, and as whom.
    """

    bootstrap: str
    cluster: str
    started_here: bool = False
    told: tuple[str, ...] = ()
    access: Access = PLAIN
    workers_at: str = ""
    workers: Access = PLAIN
    safe: Safe | None = None  # of a secured broker of ours
    _home: Home | None = field(default=None, repr=False)
    _launched: Launched | None = field(default=None, repr=False)

    def stop(self) -> None:
        """End the broker if it was started here; one that was found running goes on."""
        if self._launched is None or self._home is None:
            return
        with self._home.locked():  # a start at this moment waits, and then finds none
            self._launched.stop()
            self._home.forget_state(self._launched.pid)
        self._launched = None

    def __enter__(self) -> "RunningBroker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def broker_for(settings: Settings) -> RunningBroker:
    """The broker the settings name, or the embedded one; raises ``BrokerAway`` where there is none."""
    if settings.broker is None:
        return ensure_broker(settings)
    access = access_of(settings)
    answer = ask(settings.broker, ANSWERS_WITHIN_S, access.login)
    if answer is None:
        raise BrokerAway(
            why_refused(settings.broker, access.login)
            or f"no Kafka broker answers at {settings.broker}: is it running, and is TOCSIN_BROKER (or --broker) right?"
        )
    return RunningBroker(
        bootstrap=settings.broker, cluster=answer.cluster, access=access, workers_at=settings.broker, workers=access
    )


def ensure_broker(settings: Settings) -> RunningBroker:
    """The embedded broker of ``settings.var``: a healthy one is used as it is, else one is started."""
    home = home_of(settings)
    told: list[str] = []

    def say(sentence: str) -> None:
        told.append(sentence)
        log.warning(sentence)

    with home.locked():
        found = broker_at_work(home, say)
        launched = None if found is not None else launch(home, settings, say)
    at_work = found or launched
    assert at_work is not None  # noqa: S101
    running = RunningBroker(
        bootstrap=f"{HERE}:{at_work.port}",
        cluster=at_work.cluster,
        started_here=launched is not None,
        told=tuple(told),
        _home=home,
        _launched=launched,
    )
    if home.secured:
        running.access, running.safe = home.safe.admin(), home.safe
        running.workers_at, running.workers = f"{HERE}:{home.listens_on('MUTUAL')}", home.safe.certified(WORKER)
    else:
        running.workers_at = running.bootstrap
    return running

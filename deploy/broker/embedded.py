"""The broker in use: the one the settings name, or an embedded Apache Kafka, started when needed and only once."""

from dataclasses import dataclass, field
from types import TracebackType

import structlog

from deploy.broker.at_work import ANSWERS_WITHIN_S, broker_at_work
from deploy.broker.errors import BrokerAway
from deploy.broker.health import ask
from deploy.broker.home import Home
from deploy.broker.launch import Launched, launch
from schemas.settings import Settings

__all__ = ["BrokerAway", "RunningBroker", "broker_for", "ensure_broker"]

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class RunningBroker:
    """A broker that answers. ``told`` says what was found amiss and mended on the way."""

    bootstrap: str
    cluster: str
    started_here: bool = False
    told: tuple[str, ...] = ()
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
    answer = ask(settings.broker, ANSWERS_WITHIN_S)
    if answer is None:
        raise BrokerAway(
            f"no Kafka broker answers at {settings.broker}: is it running, and is TOCSIN_BROKER (or --broker) right?"
        )
    return RunningBroker(bootstrap=settings.broker, cluster=answer.cluster)


def ensure_broker(settings: Settings) -> RunningBroker:
    """The embedded broker of ``settings.var``: a healthy one is used as it is, else one is started."""
    home = Home((settings.var / "broker").resolve())
    told: list[str] = []

    def say(sentence: str) -> None:
        told.append(sentence)
        log.warning(sentence)

    with home.locked():
        found = broker_at_work(home, say)
        if found is not None:
            return RunningBroker(bootstrap=f"127.0.0.1:{found.port}", cluster=found.cluster, told=tuple(told))
        launched = launch(home, settings, say)
    return RunningBroker(
        bootstrap=f"127.0.0.1:{launched.port}",
        cluster=launched.cluster,
        started_here=True,
        told=tuple(told),
        _home=home,
        _launched=launched,
    )

"""How things stand now, asked once: the store, the broker, and both held together. It starts and changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kafka.errors import KafkaError
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from consumers.broker import NO_LOGIN, BrokerTrouble, Login, hush_kafka, why_away
from deploy.broker.at_work import is_alive, login_to
from deploy.broker.home import home_of
from deploy.seeing.broker_figures import BrokerFigures, BrokerLook
from deploy.seeing.store_figures import StoreFigures, StoreLook, TablesDiffer
from schemas.access import WrongAccess, access_of
from schemas.agencies import Partnership
from schemas.settings import Settings
from streams.store import open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Figures, or the sentence that says why there are none."""

    at: datetime
    agencies: tuple[str, ...]
    store: StoreFigures | None
    store_says: str
    broker: BrokerFigures | None
    broker_says: str

    @property
    def lag(self) -> dict[str, int]:
        """Records waiting to be taken, by topic; empty where it cannot be known."""
        if self.store is None or self.broker is None:
            return {}
        waiting: dict[str, int] = {}
        for (topic, _), records in self.broker.lag(self.store.next).items():
            waiting[topic] = waiting.get(topic, 0) + records
        return waiting


def how_it_stands(settings: Settings, partnership: Partnership) -> Standing:
    """Ask the store and the broker."""
    hush_kafka()
    store, store_says = _ask_store(settings)
    broker, broker_says = _ask_broker(settings, partnership)
    return Standing(
        at=datetime.now(UTC),
        agencies=tuple(sorted(partnership)),
        store=store,
        store_says=store_says,
        broker=broker,
        broker_says=broker_says,
    )


def _ask_store(settings: Settings) -> tuple[StoreFigures | None, str]:
    address = make_url(settings.store_url)
    shown = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return None, f"there is none yet at {shown}"
    try:
        with _opened(settings.store_url) as engine:
            return StoreLook(engine)(), f"{shown} answers"
    except TablesDiffer as differ:
        return None, str(differ)
    except (SQLAlchemyError, OSError) as error:
        return None, f"{shown} does not answer ({type(error).__name__})"


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_store(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _ask_broker(settings: Settings, partnership: Partnership) -> tuple[BrokerFigures | None, str]:
    try:
        found = _broker_of(settings)
    except WrongAccess as wrong:
        return None, str(wrong)
    if found is None:
        return None, "the embedded broker is not running"
    bootstrap, login = found
    try:
        return BrokerLook(bootstrap=bootstrap, partnership=partnership, login=login)(), f"{bootstrap} answers"
    except (KafkaError, OSError, BrokerTrouble):
        return None, why_away(bootstrap, login)


def _broker_of(settings: Settings) -> tuple[str, Login] | None:
    """Where the broker is and how to speak to it; None where the embedded one is not at work. It is not started."""
    if settings.broker is not None:
        return settings.broker, access_of(settings).login
    home = home_of(settings)
    state = home.read_state()
    if state is None or not is_alive(state.pid, state.created):
        return None
    return f"127.0.0.1:{state.port}", login_to(home) if home.secured else NO_LOGIN

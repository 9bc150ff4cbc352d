"""Everything the demo starts on this machine: a broker, topics, a store, a worker and the page, and their end."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from deploy.broker.at_work import broker_at_work
from deploy.broker.embedded import ensure_broker
from deploy.broker.home import Home
from deploy.broker.ports import free_port
from deploy.broker.topics import apply_topics
from deploy.demo.users import add_users
from deploy.processes import Part, environment
from deploy.store import ready_store
from schemas.agencies import Partnership, load_partnership
from schemas.settings import Settings

Tell = Callable[[str], None]


class DemoBusy(Exception):
    """Another demo is running in the same folder."""


@dataclass(kw_only=True, slots=True)
class Machine:
    """What runs while the demo does."""

    settings: Settings
    bootstrap: str
    engine: Engine
    partnership: Partnership
    page: str
    password: str  # of the made-up people of the page, who are called as their agencies are
    parts: list[Part] = field(default_factory=list)

    def tend(self) -> None:
        """Start a part again that died."""
        for part in self.parts:
            part.tend()

    @property
    def restarts(self) -> int:
        """How often a part had to be started again."""
        return sum(part.restarts for part in self.parts)


def demo_settings(settings: Settings) -> Settings:
    """The settings with a folder, a store and a broker of the demo's own, so that it never meets real data."""
    own = settings.model_copy(
        update={
            "var": settings.var / "demo",
            "store": None,
            "broker": None,
            "agencies": None,
            "replication": 1,
            "secure": False,  # on loopback, with made-up people only
            "broker_protocol": "plaintext",
            "web_host": "127.0.0.1",  # its people's password stands on the screen
            "web_url": None,
            "web_tls_cert": None,
            "web_tls_key": None,
            "web_proxies": "",
            "openid": None,
            "web_port": free_port([settings.web_port] if settings.web_port else []),
        }
    )
    own.__dict__.pop("store_url", None)  # a copy carries over what was worked out from the old values
    return own


@contextmanager
def running_machine(settings: Settings, tell: Tell) -> Iterator[Machine]:
    """Start everything, empty; stop everything at the end, however it comes. ``tell`` says what is being done."""
    own = demo_settings(settings)
    own.var.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ends:
        ends.enter_context(_alone(own.var))
        tell("clearing away the last demo")
        _clear(own.var, tell)
        tell("starting the broker (the first time, its jars are fetched: about half a minute)")
        broker = ends.enter_context(ensure_broker(own))
        partnership = load_partnership(own.agencies, own.agreements)
        tell("making the topics")
        apply_topics(broker.bootstrap, partnership, own)
        tell("making the store")
        engine = ready_store(own)
        ends.callback(engine.dispose)
        machine = Machine(
            settings=own,
            bootstrap=broker.bootstrap,
            engine=engine,
            partnership=partnership,
            page=f"http://{own.web_host}:{own.web_port}/",
            password=add_users(engine, partnership),
        )
        told = environment(own.model_copy(update={"broker": broker.bootstrap}))
        tell("starting a worker and the page")
        for name, *words in (("worker", "--alone"), ("web",)):
            part = Part(name=name, arguments=(name, *words), environment=told, log_file=own.var / f"{name}.log")
            ends.callback(part.stop)
            part.start()
            machine.parts.append(part)
        yield machine


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "demo.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoBusy(
                f"a demo is already running in {folder}: stop it, or set TOCSIN_VAR to another folder"
            ) from None
        yield


def _clear(folder: Path, tell: Tell) -> None:
    """Remove what the last demo left; a broker that outlived it is ended first."""
    home = Home((folder / "broker").resolve())
    if home.path.exists():
        with home.locked():
            if broker_at_work(home, tell) is not None:
                raise DemoBusy(f"a broker is at work in {home.path}: stop it first")
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "demo.lock":
            entry.unlink()

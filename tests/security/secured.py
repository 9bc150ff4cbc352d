"""A secured broker with a partnership of its own, each agency under its own login."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consumers.broker import Login
from deploy.agencies.apply import Desk, apply_agencies, desk_of
from deploy.broker.embedded import RunningBroker, ensure_broker
from deploy.broker.home import Home, home_of
from deploy.broker.ports import free_port
from deploy.broker.topics import apply_topics
from schemas.access import Access, access_of
from schemas.agencies import Partnership, load_partnership
from schemas.settings import Settings

logging.getLogger("kafka").setLevel(logging.CRITICAL)

AGENCIES = """
[quota]
busy_percent = 10000  # the tests ask more in a second than a system does

[agency.fire]
statutory = true

[agency.fire-east]  # whose name begins with another's
statutory = true

[agency.housing]
statutory = true

[agency.police]
statutory = true

[agency.health]

[agency.probation]

[agency.licensing]
"""


@dataclass(kw_only=True)
class Secured:
    """The broker, and whoever speaks to it."""

    running: RunningBroker
    settings: Settings
    partnership: Partnership
    home: Home

    @property
    def bootstrap(self) -> str:
        return self.running.bootstrap

    @property
    def mutual(self) -> str:
        return self.running.workers_at

    @property
    def desk(self) -> Desk:
        return desk_of(self.running, self.settings)

    def access(self, agency: str) -> Access:
        assert self.running.safe
        return access_of(Settings(_env_file=self.running.safe.login(agency)))

    def login(self, who: str) -> tuple[str, Login]:
        """Where somebody comes in, and how: an agency with its password, the worker with its certificate."""
        if who == "worker":
            return self.mutual, self.running.workers.login
        return self.bootstrap, self.access(who).login

    def user(self, who: str) -> str:
        return "worker" if who == "worker" else str(self.access(who).user)

    def denials(self) -> str:
        return self.home.denials.read_text() if self.home.denials.exists() else ""


@contextmanager
def secured_broker(folder: Path, agencies: str = AGENCIES) -> Iterator[Secured]:
    """The broker with topics, users, rights and quotas; ``agencies``: the partnership's file."""
    file = folder / "agencies.toml"
    file.write_text(agencies)
    settings = Settings(var=folder / "var", broker_port=free_port(), secure=True, agencies=file)
    partnership = load_partnership(file)
    with ensure_broker(settings) as running:
        apply_topics(running.bootstrap, partnership, settings, running.access.login)
        apply_agencies(desk_of(running, settings), partnership)
        yield Secured(running=running, settings=settings, partnership=partnership, home=home_of(settings))

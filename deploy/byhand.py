"""The way of one agency to its own topic, for what its people send by hand at the page."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from consumers.byhand.sending import Lane, NoWay, Opened, nowhere
from consumers.publisher import Publisher
from schemas.access import PLAIN, WrongAccess, access_of, settings_of
from schemas.settings import Settings

PATIENCE_S = 10.0  # somebody is looking at the page


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLogin:
    """Opens the way with the agency's own login, of the folder that `tocsin agencies apply` writes."""

    folder: Path

    def __call__(self, agency: str) -> AbstractContextManager[Lane]:
        """A publisher that is that agency."""
        file = self.folder / f"{agency}.env"
        if not file.is_file():
            raise NoWay(f"There is no login of {agency} among TOCSIN_LOGINS.")
        try:
            said = _settings_in(file)
            login = access_of(said).login
        except (WrongAccess, ValueError, OSError):
            raise NoWay(f"The login of {agency} among TOCSIN_LOGINS cannot be read.") from None
        return _publisher(agency, said.broker or "", login)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plainly:
    """Opens the way at a broker that knows no logins."""

    bootstrap: str

    def __call__(self, agency: str) -> AbstractContextManager[Lane]:
        """A publisher for that agency's topic."""
        return _publisher(agency, self.bootstrap, {})


def lane_of(settings: Settings) -> Opened:
    """How agencies' own topics are reached from the page."""
    if settings.logins is not None:
        return ByLogin(folder=settings.logins)
    if settings.broker is not None and settings.broker_protocol == "plaintext":
        return Plainly(bootstrap=settings.broker)
    return nowhere


def _settings_in(file: Path) -> Settings:
    """What the file says of the broker, and nothing of who this process is itself: that would stand over it."""
    said = {name.removeprefix("TOCSIN_").lower(): value for name, value in dotenv_values(file).items()}
    typed: dict[str, Any] = {name: said.get(name) for name in settings_of(PLAIN)}
    typed["broker_protocol"] = typed["broker_protocol"] or PLAIN.protocol
    return Settings(_env_file=None, broker=said.get("broker"), **typed)  # type: ignore[call-arg]


def _publisher(agency: str, bootstrap: str, login: dict[str, object]) -> Publisher:
    return Publisher(agency, bootstrap, patience_s=PATIENCE_S, login=login)

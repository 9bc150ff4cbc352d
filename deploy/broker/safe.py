"""What the secured broker keeps: its authority, certificates and passwords, each file open to its owner alone."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from deploy.broker.authority import Pair, new_authority, read_pair, runs_out, sign
from deploy.broker.errors import BrokerAway
from schemas.access import Access

ADMIN, WORKER, BROKER, CONTROLLER = "admin", "worker", "broker", "controller"


def write_secret(path: Path, content: str | bytes) -> None:
    """Write a file that only its owner may read, whole or not at all, in a folder that only its owner may enter."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    opened = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    aside.replace(path)


def new_password() -> str:
    """256 bits of chance: nobody types it, so that nobody guesses it."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Safe:
    """``<home>/safe``: the authority, a certificate each for broker, controller and worker, the admin's password."""

    path: Path

    @property
    def ca(self) -> Path:
        """The authority's certificate: what clients trust."""
        return self.path / "ca.pem"

    @property
    def admin_password(self) -> Path:
        """The password of the one user that may do everything."""
        return self.path / "admin.password"

    def certificate(self, user: str) -> Path:
        """A user's certificate."""
        return self.path / f"{user}.crt"

    def key(self, user: str) -> Path:
        """A user's key."""
        return self.path / f"{user}.key"

    def keystore(self, user: str) -> Path:
        """A user's key and certificate in one file, as the broker reads them."""
        return self.path / f"{user}.pem"

    @property
    def logins(self) -> Path:
        """The folder of the agencies' logins, a file each."""
        return self.path.parent / "agencies"

    def login(self, agency: str) -> Path:
        """The file of an agency's login."""
        return self.logins / f"{agency}.env"

    def ready(self, *, fresh: bool) -> None:
        """Make what is missing or runs out; ``fresh``: the broker's data is yet to be laid out. Raises ``BrokerAway``.

        A password that is lost cannot be made anew under data that knows another.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.admin_password.exists():
            if not fresh:
                raise BrokerAway(
                    f"the admin's password is gone ({self.admin_password}): put it back, or begin anew by moving"
                    f" {self.path.parent} away"
                )
            write_secret(self.admin_password, new_password() + "\n")
        authority = self.authority()
        for user in (BROKER, CONTROLLER, WORKER):
            if not self._holds(user):
                self.keep(user, sign(authority, user, serves=user != WORKER))

    def authority(self) -> Pair:
        """The authority, made where there is none."""
        key = self.path / "ca.key"
        if not (self.ca.exists() and key.exists()):
            made = new_authority()
            write_secret(key, made.key_pem)
            write_secret(self.ca, made.certificate_pem)
        return read_pair(self.ca.read_bytes(), key.read_bytes())

    def keep(self, user: str, pair: Pair) -> None:
        """Write down a user's certificate and key."""
        write_secret(self.key(user), pair.key_pem)
        write_secret(self.certificate(user), pair.certificate_pem)
        write_secret(self.keystore(user), pair.key_pem + pair.certificate_pem)

    def _holds(self, user: str) -> bool:
        files = (self.key(user), self.certificate(user), self.keystore(user))
        return all(file.exists() for file in files) and not runs_out(self.certificate(user).read_bytes())

    def open_to_others(self) -> list[Path]:
        """Which of the secrets others than their owner may read."""
        files = [*self.path.glob("*"), *self.logins.glob("*")]
        return [file for file in sorted(files) if file.stat().st_mode & 0o077]

    def admin(self) -> Access:
        """The access of the one who may do everything."""
        password = SecretStr(self.admin_password.read_text("utf-8").strip())
        return Access(protocol="sasl_ssl", ca_file=self.ca, user=ADMIN, password=password)

    def certified(self, user: str) -> Access:
        """The access of a user that comes with a certificate of this safe."""
        return Access(protocol="ssl", ca_file=self.ca, certificate_file=self.certificate(user), key_file=self.key(user))

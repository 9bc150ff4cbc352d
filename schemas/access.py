"""How a client of ours comes to a broker: plainly, with a user and a password, or with a certificate of its own."""

import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import SecretStr

from schemas.settings import Settings

Protocol = Literal["plaintext", "sasl_ssl", "ssl"]
T = TypeVar("T")
MECHANISM = "SCRAM-SHA-512"


class WrongAccess(ValueError):
    """Settings of the broker that do not fit together, told as a sentence that repeats no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """As whom a client speaks to a broker, and whose certificates it trusts."""

    protocol: Protocol = "plaintext"
    ca_file: Path | None = None
    user: str | None = None
    password: SecretStr | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @property
    def secured(self) -> bool:
        """Whether the way is encrypted and the client is known."""
        return self.protocol != "plaintext"

    @property
    def context(self) -> ssl.SSLContext | None:
        """What TLS asks of both ends; None where there is none. Raises ``WrongAccess``."""
        if not self.secured:
            return None
        return _context(self.ca_file, self.certificate_file, self.key_file)

    @property
    def login(self) -> dict[str, Any]:
        """The same in kafka-python's and aiokafka's own settings; raises ``WrongAccess``."""
        if not self.secured:
            return {}
        said: dict[str, Any] = {"security_protocol": self.protocol.upper(), "ssl_context": self.context}
        if self.user is not None and self.password is not None:
            said |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password.get_secret_value(),
            }
        return said


PLAIN = Access()


def access_of(settings: Settings) -> Access:
    """The access that the settings describe; raises ``WrongAccess`` where they do not say enough."""
    match settings.broker_protocol:
        case "plaintext":
            return PLAIN
        case "sasl_ssl":
            return Access(
                protocol="sasl_ssl",
                ca_file=settings.broker_ca_file,
                user=_said(settings.broker_user, "TOCSIN_BROKER_USER"),
                password=_password(settings),
            )
        case "ssl":
            return Access(
                protocol="ssl",
                ca_file=settings.broker_ca_file,
                certificate_file=_said(settings.broker_certificate_file, "TOCSIN_BROKER_CERTIFICATE_FILE"),
                key_file=_said(settings.broker_key_file, "TOCSIN_BROKER_KEY_FILE"),
            )


def settings_of(access: Access) -> dict[str, Any]:
    """The settings that describe an access, for a process that is to speak as it."""
    return {
        "broker_protocol": access.protocol,
        "broker_ca_file": access.ca_file,
        "broker_user": access.user,
        "broker_password": access.password,
        "broker_password_file": None,
        "broker_certificate_file": access.certificate_file,
        "broker_key_file": access.key_file,
    }


def _said(value: T | None, name: str) -> T:
    if value is None:
        raise WrongAccess(f"the broker's protocol asks for {name}, which is not set")
    return value


def _password(settings: Settings) -> SecretStr:
    if settings.broker_password_file is None:
        return _said(settings.broker_password, "TOCSIN_BROKER_PASSWORD_FILE (or TOCSIN_BROKER_PASSWORD)")
    try:
        return SecretStr(settings.broker_password_file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise WrongAccess(f"TOCSIN_BROKER_PASSWORD_FILE cannot be read: {error}") from None


@lru_cache(maxsize=16)
def _context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    try:
        made = ssl.create_default_context(cafile=None if ca is None else str(ca))
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate is not None:
            made.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(str(path) for path in (ca, certificate, key) if path is not None)
        raise WrongAccess(f"the certificates cannot be read ({error}): {named}") from None
    return made

"""Where notices may be sent: only hosts and mail domains that whoever runs Tocsin has named; none, nowhere.

A webhook is an address that this machine calls because a user said so. So the host must be one of those named, by
https, without a login in it, and must not lead back to this machine or its own network's signposts.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

KINDS = ("email", "teams", "slack", "webhook", "ntfy")
LONGEST_ADDRESS = 1000
# Where the path of an address says that it is one of theirs; anything else Apprise would not know how to speak to.
FORMS = {
    "slack": re.compile(r"^/(?:services|workflows|triggers)/"),
    "teams": re.compile(r"/workflows/[\w-]+/triggers/"),
}
_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
Resolve = Callable[[str], Iterable[str]]


class NotAllowedThere(Exception):
    """Nothing may be sent to that address; the message says why."""


def resolved(host: str) -> Iterable[str]:
    """The addresses a host's name stands for now; raises ``OSError`` where it stands for none."""
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The server that takes our mail: ``mode`` is ``starttls``, ``ssl``, or ``insecure`` for one on this machine."""

    host: str
    port: int
    mode: str
    sender: str
    user: str | None = None
    password_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What may be reached: https hosts, mail domains and by which server; ``loopback``: this machine, for tests."""

    hosts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    mail: Mail | None = None
    loopback: bool = False
    resolve: Resolve = resolved

    @classmethod
    def listed(cls, hosts: str, domains: str, mail: Mail | None) -> Self:
        """From lists with commas."""
        return cls(hosts=_names(hosts), domains=_names(domains), mail=mail)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of channel that can be had here."""
        mail = ("email",) if self.mail is not None and self.domains else ()
        return (*mail, *(KINDS[1:] if self.hosts else ()))

    def check(self, kind: str, address: str) -> None:
        """Raise ``NotAllowedThere`` unless an address of that kind may be sent to."""
        if kind not in KINDS or len(address) > LONGEST_ADDRESS or not address.isprintable():
            raise NotAllowedThere(f"A channel is one of: {', '.join(self.kinds) or 'none here'}.")
        if kind == "email":
            self._check_mail(address)
        else:
            self._check_url(kind, address)

    def check_now(self, kind: str, address: str) -> None:
        """The same, and that its host's name does not now stand for this machine; raises ``OSError`` too."""
        self.check(kind, address)
        if kind == "email" or self.loopback:
            return
        for found in self.resolve(urlsplit(address).hostname or ""):
            ip = ipaddress.ip_address(found.partition("%")[0])
            if ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast or ip.is_reserved:
                raise NotAllowedThere("That host leads back to this machine.")

    def _check_mail(self, address: str) -> None:
        if self.mail is None:
            raise NotAllowedThere("No mail server is set here.")
        if not _MAIL.fullmatch(address):
            raise NotAllowedThere("That is not one e-mail address.")
        if address.rpartition("@")[2].casefold() not in self.domains:
            raise NotAllowedThere(f"Mail may go to {_listed(self.domains)} only.")

    def _check_url(self, kind: str, address: str) -> None:
        try:
            url = urlsplit(address)
            port = url.port
        except ValueError:
            raise NotAllowedThere("That is not a web address.") from None
        schemes = ("https", "http") if self.loopback else ("https",)
        if url.scheme not in schemes or url.username is not None or url.password is not None or url.fragment:
            raise NotAllowedThere("A channel's address begins with https:// and holds no login.")
        if kind in FORMS and not FORMS[kind].search(url.path):
            raise NotAllowedThere(f"That is not an address that {kind.capitalize()} gives to a channel.")
        if (url.hostname or "").casefold() not in self.hosts or (port not in (None, 443) and not self.loopback):
            raise NotAllowedThere(f"Notices may go to {_listed(self.hosts)} only.")


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in text.split(",") if name.strip())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nowhere"

"""Notices as the settings say: which hosts and mail may be reached, and the process that sends, one at a time."""

import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Engine

from consumers.notices.rounds import Done, Reach, recover, round_of
from consumers.notices.sender import sender
from consumers.notices.ways import Mail, Ways
from consumers.web import LOOPBACK
from schemas.agencies import Partnership
from schemas.settings import Settings
from streams.lease import hold, holder_of, let_go
from streams.store import is_away

LEASE = "notices"
LEASE_LENGTH = timedelta(seconds=120)  # longer than one message may take, however slow its server
EVERY_S = 5.0
SLOWEST_S = 60.0
MODES = {"smtp": "starttls", "smtps": "ssl", "plain": "insecure"}
PORTS = {"smtp": 587, "smtps": 465, "plain": 25}

log = structlog.get_logger()


class NotSet(Exception):
    """The settings for notices do not hang together; the message says how."""


def ways_of(settings: Settings) -> Ways:
    """What may be reached; raises ``NotSet``."""
    return Ways.listed(settings.notice_hosts, settings.notice_domains, _mail(settings))


def _mail(settings: Settings) -> Mail | None:
    if settings.notice_smtp is None:
        return None
    try:
        url = urlsplit(settings.notice_smtp)
        port = url.port
    except ValueError:
        raise NotSet("TOCSIN_NOTICE_SMTP is no address of a mail server, such as smtp://mail.example:587") from None
    if url.scheme not in MODES or not url.hostname or url.username is not None:
        raise NotSet("TOCSIN_NOTICE_SMTP begins with smtp:// (STARTTLS), smtps:// or plain://, and holds no login")
    if url.scheme == "plain" and url.hostname not in LOOPBACK:
        raise NotSet("TOCSIN_NOTICE_SMTP: plain:// is for a mail server on this machine alone")
    if settings.notice_from is None:
        raise NotSet("TOCSIN_NOTICE_FROM: say whom the mail is from")
    return Mail(
        host=url.hostname,
        port=port or PORTS[url.scheme],
        mode=MODES[url.scheme],
        sender=settings.notice_from,
        user=settings.notice_smtp_user,
        password_file=settings.notice_smtp_password_file,
    )


def page_url(settings: Settings) -> str:
    """Where the page is, for links."""
    return settings.web_url or f"http://{settings.web_host}:{settings.web_port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The process that sends notices: only who holds the lease does, and takes up first what another left."""

    engine: Engine
    partnership: Partnership
    settings: Settings

    def run(self, stopped: threading.Event) -> None:
        """Send until stopped; while the store is away, wait longer each time."""
        holder, wait, ours = holder_of(os.getpid()), EVERY_S, False
        while not stopped.is_set():
            try:
                held = self._hold(holder)
                if held and not ours:
                    recover(self.engine)
                ours, wait = held, EVERY_S
                if held:
                    self._round(holder)
            except Exception as error:
                if not is_away(error):
                    raise
                ours, wait = False, min(SLOWEST_S, wait * 2)
                log.warning("the store is away; notices wait", error=type(error).__name__)
            stopped.wait(wait)
        let_go(self.engine, LEASE, holder)

    def alone(self) -> Done | None:
        """One round by itself; none where another process sends."""
        holder = holder_of(os.getpid())
        if not self._hold(holder):
            return None
        try:
            recover(self.engine)
            return self._round(holder)
        finally:
            let_go(self.engine, LEASE, holder)

    def _round(self, holder: str) -> Done:
        reach = Reach(
            engine=self.engine,
            partnership=self.partnership,
            page=page_url(self.settings),
            send=sender(ways_of(self.settings)),
            held=lambda: self._hold(holder),
        )
        done = round_of(reach, datetime.now(UTC))
        if done.sent or done.away or done.dropped:
            log.info("notices", sent=done.sent, away=done.away, dropped=done.dropped, owed=done.owed)
        return done

    def _hold(self, holder: str) -> bool:
        return hold(self.engine, LEASE, holder, datetime.now(UTC), LEASE_LENGTH)

"""What somebody wants to hear of: their channels, subscriptions and quiet hours; each change is logged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from consumers.accounts.log import Keep, by_user, entry
from consumers.accounts.store import add_new
from consumers.notices.rules import notice_rules
from consumers.notices.standing import standing_before
from consumers.notices.wanted import Wanted
from consumers.notices.ways import Ways
from schemas.tables import Channel, Quiet, Subscription, User

NOTICES = "notices"  # the act: how somebody is reached was changed
WHEN = ("live", "daily", "weekly")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST = 30  # channels or subscriptions of one person
MOST_AN_HOUR = 60
LONGEST_NAME = 80


class NotDone(Exception):
    """What was asked cannot be done; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peace:
    """When somebody is left in peace, the most messages in an hour, and when their digests come."""

    starts: str | None = None
    ends: str | None = None
    an_hour: int
    digest_at: str


def peace_of(connection: Connection, user: str) -> Peace:
    """What the person set, or else what is usual."""
    row = connection.execute(select(Quiet).where(Quiet.user == user)).first()
    if row is None:
        return Peace(an_hour=notice_rules().an_hour, digest_at=notice_rules().digest_at)
    return Peace(starts=row.starts, ends=row.ends, an_hour=row.an_hour, digest_at=row.digest_at)


def channels_of(connection: Connection, user: str) -> list[Row[Any]]:
    """The person's channels that hold, in the order they were made."""
    held = select(Channel).where(Channel.user == user, Channel.ended_at.is_(None))
    return list(connection.execute(held.order_by(Channel.made_at, Channel.id)))


def subscriptions_of(connection: Connection, user: str) -> list[Row[Any]]:
    """The person's subscriptions that hold, in the order they were made."""
    held = select(Subscription).where(Subscription.user == user, Subscription.ended_at.is_(None))
    return list(connection.execute(held.order_by(Subscription.made_at, Subscription.id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Where one person's wishes are looked after, in one transaction, by themselves."""

    connection: Connection
    keep: Keep
    at: datetime
    user: str
    ways: Ways

    def add_channel(self, kind: str, address: str) -> str:
        """A way to reach them; raises ``NotAllowedThere`` or ``NotDone``. Returns its id."""
        self.ways.check(kind, address)
        if len(channels_of(self.connection, self.user)) >= MOST:
            raise NotDone(f"Nobody has more than {MOST} channels.")
        id = str(uuid4())
        row = {"id": id, "user": self.user, "kind": kind, "address": address, "made_at": self.at}
        self.connection.execute(insert(Channel), [row])
        self._log("channel added", channel=id, kind=kind)
        return id

    def end_channel(self, id: str) -> None:
        """Reach them that way no more, nor by any subscription that used it."""
        if not id.isprintable():
            raise NotDone("There is no such channel.")
        mine = (Channel.id == id, Channel.user == self.user, Channel.ended_at.is_(None))
        if self.connection.execute(update(Channel).where(*mine).values(ended_at=self.at)).rowcount != 1:
            raise NotDone("There is no such channel.")
        by_it = (Subscription.channel == id, Subscription.user == self.user, Subscription.ended_at.is_(None))
        self.connection.execute(update(Subscription).where(*by_it).values(ended_at=self.at))
        self._log("channel ended", channel=id)

    def subscribe(self, name: str, when: str, channel: str, body: Mapping[str, Any]) -> str:
        """Tell them of what ``body`` says; what stands already is not told. Raises ``NotWanted`` or ``NotDone``."""
        wanted = Wanted.read(body)
        if when not in WHEN or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise NotDone(f"A subscription has a name of at most {LONGEST_NAME} letters and is {', '.join(WHEN)}.")
        if channel not in {row.id for row in channels_of(self.connection, self.user)}:
            raise NotDone("Choose one of your channels.")
        if len(subscriptions_of(self.connection, self.user)) >= MOST:
            raise NotDone(f"Nobody has more than {MOST} subscriptions.")
        agency = self.connection.scalar(select(User.agency).where(User.id == self.user)) or ""
        id = str(uuid4())
        row = {"id": id, "user": self.user, "channel": channel, "name": name.strip(), "when": when}
        self.connection.execute(insert(Subscription), [{**row, "body": wanted.body(), "made_at": self.at}])
        standing_before(self.connection, id, self.user, agency, wanted, self.at)
        self._log("subscribed", subscription=id, when=when)
        return id

    def unsubscribe(self, id: str) -> None:
        """Tell them of it no more."""
        if not id.isprintable():
            raise NotDone("There is no such subscription.")
        mine = (Subscription.id == id, Subscription.user == self.user, Subscription.ended_at.is_(None))
        if self.connection.execute(update(Subscription).where(*mine).values(ended_at=self.at)).rowcount != 1:
            raise NotDone("There is no such subscription.")
        self._log("unsubscribed", subscription=id)

    def set_peace(self, peace: Peace) -> None:
        """When they are left in peace, and how often they are reached."""
        for clock in (peace.starts, peace.ends, peace.digest_at):
            if clock is not None and not CLOCK.fullmatch(clock):
                raise NotDone("A time of day is written as 22:00.")
        if (peace.starts is None) != (peace.ends is None) or not 1 <= peace.an_hour <= MOST_AN_HOUR:
            raise NotDone(f"Quiet hours have a beginning and an end; at most 1 to {MOST_AN_HOUR} messages an hour.")
        values = {"starts": peace.starts, "ends": peace.ends, "an_hour": peace.an_hour, "digest_at": peace.digest_at}
        add_new(self.connection, Quiet, {"user": self.user, **values})
        self.connection.execute(update(Quiet).where(Quiet.user == self.user).values(**values))
        self._log("quiet hours")

    def _log(self, what: str, **detail: object) -> None:
        self.keep(
            self.connection, [entry(self.at, by_user(self.user), NOTICES, by_user(self.user), what=what, **detail)]
        )

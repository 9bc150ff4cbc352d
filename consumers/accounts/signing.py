"""Signing in and out. Whoever may not come in learns one thing, in one time: that they may not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from consumers.accounts.backoff import Caller, network_of, take_turn, was_right
from consumers.accounts.log import REFUSED, SIGN_IN, SIGN_OUT, Keep, by_user, entry
from consumers.accounts.openid import Vouched
from consumers.accounts.passwords import Passwords
from consumers.accounts.rules import PageRules
from consumers.accounts.sessions import Sitting, begin, end
from consumers.accounts.users import USER_NAME, Desk, found, user_name
from schemas.tables import User

NOBODY = "nobody"
ORGANISATION = "organisation"  # one that signs people in said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Not let in; ``wait``: not even judged, for it came too soon after wrong tries."""

    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What judging a try needs."""

    engine: Engine
    passwords: Passwords
    rules: PageRules
    keep: Keep

    def sign_in(self, typed: str, password: str, address: str, now: datetime) -> str | Refused:
        """The secret of a new session for who gave the right password, or a refusal that is the same for all others."""
        name = user_name(typed)
        caller = Caller(account=name, address=address)
        with self.engine.begin() as connection:
            wait = take_turn(connection, caller, now, self.rules)
            row = (
                connection.execute(select(User).where(User.name == name)).first() if USER_NAME.fullmatch(name) else None
            )
        if wait is not None:
            return Refused(wait=wait)
        kept = row.password if row is not None else None
        fits = self.passwords.fits(kept, password)
        fresh = self.passwords.kept(password) if fits and kept and self.passwords.outdated(kept) else kept
        with self.engine.begin() as connection:
            if row is None or not fits or self._run_out(row, now) or not _still(connection, row.id, kept):
                self.refused(connection, "sign-in", now, address=address)
                return Refused()
            was_right(connection, caller, now, self.rules)
            if fresh != kept:
                connection.execute(update(User).where(User.id == row.id).values(password=fresh))
            return self.let_in(connection, row.id, now)

    def let_in(self, connection: Connection, user: str, now: datetime) -> str:
        """Begin a session for someone who has shown who they are."""
        self.keep(connection, [entry(now, by_user(user), SIGN_IN, "page")])
        return begin(connection, user, now, self.rules)

    def _run_out(self, row: Row[Any], now: datetime) -> bool:
        """Whether the password was to be used once, and was not used in its time."""
        return bool(row.must_change) and (row.password_at or row.made_at) <= now - self.rules.one_time

    def knows_password(self, who: Sitting, password: str, address: str, now: datetime) -> bool:
        """Whether it is the password of who is signed in; wrong ones count as they do at the door."""
        caller = Caller(account=who.name, address=address)
        with self.engine.begin() as connection:
            wait = take_turn(connection, caller, now, self.rules)
            kept = connection.scalar(select(User.password).where(User.id == who.user))
        if wait is not None or not self.passwords.fits(kept, password):
            return False
        with self.engine.begin() as connection:
            was_right(connection, caller, now, self.rules)
        return True

    def sign_in_vouched(self, who: Vouched, now: datetime) -> str | Refused:
        """The secret of a new session for one whom an organisation vouches for, as it says they are today."""
        with self.engine.begin() as connection:
            user = self._as_today(connection, who, now)
            if user is None:
                self.refused(connection, ORGANISATION, now)
                return Refused()
            return self.let_in(connection, user, now)

    def _as_today(self, connection: Connection, who: Vouched, now: datetime) -> str | None:
        """The id of the person, made or brought to what is said of them; none where they are disabled.

        Nobody is taken for one who signs in here under the same name.
        """
        desk = Desk(connection=connection, keep=self.keep, at=now, by=ORGANISATION)
        theirs = (User.issuer == who.issuer, User.subject == who.subject)
        row = connection.execute(select(User).where(*theirs).with_for_update()).first()
        if row is None:
            if found(connection, name=who.name) is not None:
                return None
            return desk.add(
                name=who.name, agency=who.agency, roles=who.roles, kept=None, known_as=(who.issuer, who.subject)
            )
        if row.agency != who.agency or sorted(row.roles) != sorted(who.roles):
            desk.move(row.id, who.agency, who.roles)
        return row.id if row.disabled_at is None else None

    def not_vouched(self, why: str, address: str, now: datetime) -> None:
        """Log that an organisation's word was refused; where it comes too often, not each time."""
        caller = Caller(account=f"{ORGANISATION} {network_of(address)}", address=address)
        with self.engine.begin() as connection:
            if take_turn(connection, caller, now, self.rules) is None:
                self.refused(connection, ORGANISATION, now, fault=why)

    def refused(self, connection: Connection, how: str, now: datetime, **detail: object) -> None:
        """Log that somebody was not let in; not who, for what was typed as a name may be anything."""
        self.keep(connection, [entry(now, NOBODY, REFUSED, how, **detail)])

    def sign_out(self, who: Sitting, now: datetime) -> None:
        """End the session, at once and for whoever else holds its secret."""
        with self.engine.begin() as connection:
            end(connection, who.session)
            self.keep(connection, [entry(now, by_user(who.user), SIGN_OUT, "page")])


def _still(connection: Connection, user: str, kept: str | None) -> bool:
    """Whether the person may come in, and with this password, now that it has been judged."""
    now = connection.execute(select(User.password, User.disabled_at).where(User.id == user).with_for_update()).one()
    return now.disabled_at is None and now.password == kept

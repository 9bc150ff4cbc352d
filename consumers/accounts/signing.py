"""Signing in and out. Whoever may not come in learns one thing, in one time: that they may not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, update

from consumers.accounts.backoff import Caller, take_turn, was_right
from consumers.accounts.log import REFUSED, SIGN_IN, SIGN_OUT, Keep, by_user, entry
from consumers.accounts.passwords import Passwords
from consumers.accounts.rules import PageRules
from consumers.accounts.sessions import Sitting, begin, end
from consumers.accounts.users import USER_NAME, user_name
from schemas.tables import User

NOBODY = "nobody"


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
            if row is None or not fits or not _still(connection, row.id, kept):
                self.keep(connection, [entry(now, NOBODY, REFUSED, "sign-in", address=address)])
                return Refused()
            was_right(connection, caller, now, self.rules)
            if fresh != kept:
                connection.execute(update(User).where(User.id == row.id).values(password=fresh))
            return self.let_in(connection, row.id, now)

    def let_in(self, connection: Connection, user: str, now: datetime) -> str:
        """Begin a session for someone who has shown who they are."""
        self.keep(connection, [entry(now, by_user(user), SIGN_IN, "page")])
        return begin(connection, user, now, self.rules)

    def sign_out(self, who: Sitting, now: datetime) -> None:
        """End the session, at once and for whoever else holds its secret."""
        with self.engine.begin() as connection:
            end(connection, who.session)
            self.keep(connection, [entry(now, by_user(who.user), SIGN_OUT, "page")])


def _still(connection: Connection, user: str, kept: str | None) -> bool:
    """Whether the person may come in, and with this password, now that it has been judged."""
    now = connection.execute(select(User.password, User.disabled_at).where(User.id == user).with_for_update()).one()
    return now.disabled_at is None and now.password == kept

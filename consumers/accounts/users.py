"""Looking after who may use the page: each change ends the sessions it bears on and goes to the log."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, or_, select, update

from consumers.accounts.log import ACCOUNT, SIGN_OUT, Keep, by_user, entry
from consumers.accounts.sessions import end_all
from schemas.roles import load_roles
from schemas.tables import User

USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,79}")
MADE_UP = "made-up"  # the issuer of people who are none: the demo's
ONE_TIME_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


class NotDone(Exception):
    """What was asked cannot be done; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person who may use the page, as they are listed."""

    id: str
    name: str
    agency: str
    roles: tuple[str, ...]
    elsewhere: bool
    must_change: bool
    made_at: datetime
    disabled_at: datetime | None


def user_name(typed: str) -> str:
    """A name as it is kept, whatever case it was typed in."""
    return typed.strip().casefold()


def one_time_password() -> str:
    """A password for the first time someone signs in, easy to read out: 79 bits."""
    return "-".join("".join(secrets.choice(ONE_TIME_SIGNS) for _ in range(4)) for _ in range(4))


def listed(connection: Connection, agency: str | None = None) -> list[Someone]:
    """Everyone, or those of one agency, by name."""
    query = select(User).order_by(User.agency, User.name)
    return [
        _someone(row) for row in connection.execute(query if agency is None else query.where(User.agency == agency))
    ]


def found(connection: Connection, *, name: str | None = None, id: str | None = None) -> Someone | None:
    """The person of that name, or of that id."""
    row = connection.execute(select(User).where(User.name == name if id is None else User.id == id)).first()
    return None if row is None else _someone(row)


def anyone_can_sign_in(connection: Connection) -> bool:
    """Whether there is a person whom the page would let in with a password."""
    wanted = select(User.id).where(User.disabled_at.is_(None), User.password.is_not(None)).limit(1)
    return connection.scalar(wanted) is not None


def anyone_here(connection: Connection) -> bool:
    """Whether somebody may use this store, or might: other than the made-up people of the demo."""
    wanted = select(User.id).where(or_(User.issuer.is_(None), User.issuer != MADE_UP)).limit(1)
    return connection.scalar(wanted) is not None


def _someone(row: Row[Any]) -> Someone:
    return Someone(
        id=row.id,
        name=row.name,
        agency=row.agency,
        roles=tuple(row.roles),
        elsewhere=row.password is None,
        must_change=row.must_change,
        made_at=row.made_at,
        disabled_at=row.disabled_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where users are looked after, in one transaction: ``by`` does it, ``own`` being their id if they have one."""

    connection: Connection
    keep: Keep
    at: datetime
    by: str
    own: str | None = None

    def add(
        self,
        *,
        name: str,
        agency: str,
        roles: Iterable[str],
        kept: str | None,
        must_change: bool = False,
        known_as: tuple[str, str] | None = None,
    ) -> str:
        """Let someone use the page; returns their id.

        ``kept`` is what is kept of their password; ``known_as`` the issuer that signs them in instead, and its word
        for them.
        """
        known = user_name(name)
        if not USER_NAME.fullmatch(known):
            raise NotDone(
                "A name has 2 to 80 letters, digits and the signs . _ @ + -, and starts with a letter or digit."
            )
        if found(self.connection, name=known) is not None:
            raise NotDone("That name is taken.")
        id, wanted = str(uuid4()), _known_roles(roles)
        row = {"id": id, "name": known, "agency": agency, "roles": wanted, "made_at": self.at}
        issuer, subject = known_as or (None, None)
        password = {"password": kept, "password_at": self.at, "must_change": must_change}
        self.connection.execute(insert(User), [{**row, **password, "issuer": issuer, "subject": subject}])
        self._log(id, "added", agency=agency, roles=wanted)
        return id

    def set_roles(self, id: str, roles: Iterable[str]) -> None:
        """Give someone these roles and no others."""
        self._not_oneself(id)
        wanted = _known_roles(roles)
        self._change(id, roles=wanted)
        self._log(id, "roles", roles=wanted)

    def move(self, id: str, agency: str, roles: Iterable[str]) -> None:
        """Have someone belong to this agency, with these roles there."""
        wanted = _known_roles(roles)
        self._change(id, agency=agency, roles=wanted)
        self._log(id, "moved", agency=agency, roles=wanted)

    def set_password(self, id: str, kept: str, *, must_change: bool) -> None:
        """Give someone a password; ``must_change``: another knows it, so it opens nothing but the page to change it."""
        self._change(id, password=kept, password_at=self.at, must_change=must_change)
        self._log(id, "password")

    def disable(self, id: str) -> None:
        """Keep someone out, from now."""
        self._not_oneself(id)
        self._change(id, disabled_at=self.at)
        self._log(id, "disabled")

    def enable(self, id: str) -> None:
        """Let someone in again who was kept out."""
        self._change(id, disabled_at=None)
        self._log(id, "enabled")

    def sign_out(self, id: str) -> int:
        """End all sessions of someone; returns how many."""
        ended = end_all(self.connection, id)
        self.keep(self.connection, [entry(self.at, self.by, SIGN_OUT, by_user(id), sessions=ended)])
        return ended

    def _change(self, id: str, **values: object) -> None:
        self.connection.execute(update(User).where(User.id == id).values(**values))
        end_all(self.connection, id)

    def _log(self, id: str, what: str, **detail: object) -> None:
        self.keep(self.connection, [entry(self.at, self.by, ACCOUNT, by_user(id), what=what, **detail)])

    def _not_oneself(self, id: str) -> None:
        if id == self.own:
            raise NotDone("Nobody changes their own roles or shuts themselves out: ask another administrator.")


def _known_roles(roles: Iterable[str]) -> list[str]:
    wanted, titles = sorted(set(roles)), load_roles().titles
    if unknown := [role for role in wanted if role not in titles]:
        raise NotDone(f"There is no role {unknown[0]!r}; there are: {', '.join(titles)}.")
    if not wanted:
        raise NotDone(f"At least one role is needed, of: {', '.join(titles)}.")
    return wanted

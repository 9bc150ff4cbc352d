"""Where people are signed in: begun with a secret that only the browser keeps, ended by time or by anyone's word."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from consumers.accounts.rules import PageRules
from schemas.tables import Stated, User, UserSession

SEEN_EVERY = timedelta(minutes=1)  # a write for each look would be as many writes as looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A person in a session of theirs."""

    session: str
    user: str
    name: str
    agency: str
    roles: frozenset[str]
    must_change: bool
    elsewhere: bool  # signs in by OpenID Connect, and has no password here
    stale: bool  # was last noted to be there a while ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One of a person's sessions, as they see it listed."""

    id: str
    began_at: datetime
    seen_at: datetime


def begin(connection: Connection, user: str, now: datetime, rules: PageRules) -> str:
    """Sign the person in anew; returns the secret for the browser, of which the store keeps a digest."""
    connection.execute(delete(UserSession).where(UserSession.ends_at <= now))
    connection.execute(delete(Stated).where(Stated.session.not_in(select(UserSession.id))))
    secret = secrets.token_urlsafe(32)
    row = {"id": id_of(secret), "user": user, "began_at": now, "seen_at": now, "ends_at": now + rules.longest}
    connection.execute(insert(UserSession), [row])
    return secret


def id_of(secret: str) -> str:
    """What the store knows a session by."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def sitting(connection: Connection, secret: str, now: datetime, rules: PageRules) -> Sitting | None:
    """Who sits there; nobody where the session is over, idle too long, or its person disabled."""
    row = connection.execute(
        select(UserSession.id.label("session"), UserSession.seen_at, User)
        .join(User, User.id == UserSession.user)
        .where(
            UserSession.id == id_of(secret),
            UserSession.ends_at > now,
            UserSession.seen_at > now - rules.idle,
            User.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    return Sitting(
        session=row.session,
        user=row.id,
        name=row.name,
        agency=row.agency,
        roles=frozenset(row.roles),
        must_change=row.must_change,
        elsewhere=row.password is None,
        stale=row.seen_at <= now - SEEN_EVERY,
    )


def seen(connection: Connection, session: str, now: datetime) -> None:
    """Note that somebody is there."""
    connection.execute(update(UserSession).where(UserSession.id == session).values(seen_at=now))


def seats(connection: Connection, user: str, now: datetime, rules: PageRules) -> list[Seat]:
    """A person's sessions that hold, newest first."""
    rows = connection.execute(
        select(UserSession.id, UserSession.began_at, UserSession.seen_at)
        .where(UserSession.user == user, UserSession.ends_at > now, UserSession.seen_at > now - rules.idle)
        .order_by(UserSession.began_at.desc(), UserSession.id)
    )
    return [Seat(id=row.id, began_at=row.began_at, seen_at=row.seen_at) for row in rows]


def end(connection: Connection, session: str) -> None:
    """End one session."""
    _end(connection, [session])


def end_all(connection: Connection, user: str, *, but: str | None = None) -> int:
    """End all sessions of a person, or all but one; returns how many."""
    wanted = select(UserSession.id).where(UserSession.user == user)
    ids = [id for id in connection.scalars(wanted) if id != but]
    _end(connection, ids)
    return len(ids)


def _end(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(delete(UserSession).where(UserSession.id.in_(ids)))
    connection.execute(delete(Stated).where(Stated.session.in_(ids)))

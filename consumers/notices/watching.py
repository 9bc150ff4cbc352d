"""One's own list of what to keep an eye on; nobody else sees it."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from consumers.accounts.store import add_new
from schemas.tables import Watched

WHAT = ("alert", "place", "person", "area")
LONGEST = 160


def watched_by(connection: Connection, user: str) -> frozenset[str]:
    """All that is on the person's list."""
    return frozenset(connection.scalars(select(Watched.what).where(Watched.user == user)))


def watch(connection: Connection, user: str, what: str, at: datetime) -> bool:
    """Put something on the list, such as ``alert:`` and its id; whether it is something that can be."""
    kind, _, name = what.partition(":")
    if kind not in WHAT or not name or len(what) > LONGEST or not what.isprintable():
        return False
    add_new(connection, Watched, {"user": user, "what": what, "at": at})
    return True


def unwatch(connection: Connection, user: str, what: str) -> None:
    """Take something off the list."""
    connection.execute(delete(Watched).where(Watched.user == user, Watched.what == what))

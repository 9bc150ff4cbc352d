"""What there is to tell of each subscription: copies that are new, graver or changed, and news on one's own reports.

A notice is named by the subscription and what it tells, so that finding it again owes nothing again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from consumers.accounts.store import add_new
from consumers.notices.rules import notice_rules
from consumers.notices.wanted import Wanted
from consumers.notices.watching import watched_by
from consumers.words import SEVERITIES, rank
from schemas.identity import identity
from schemas.tables import Notice, Receipt, Told

NEWS = ("incident", "linked", "alerted", "tasked", "outcome")
Copy = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidings:
    """Something to tell: an alert's copy or a receipt, by a name of its own."""

    id: str
    about: str
    severity: str | None = None


def tidings(
    connection: Connection, subscription: str, user: str, agency: str, wanted: Wanted, now: datetime, *, live: bool
) -> Iterator[Tidings]:
    """All that the subscription has to tell as things stand, whether or not it was told.

    ``live``: not what is beyond the partnership's alerts a week, which a digest tells.
    """
    watched = watched_by(connection, user) if wanted.watch else frozenset()
    for copy in copies_of(connection, agency):
        if wanted.wants(copy, agency, watched) and not (live and copy.get("over_budget")):
            yield from _of_copy(subscription, copy, wanted)
    if wanted.mine:
        yield from _of_receipts(connection, subscription, agency, now)


def copies_of(connection: Connection, agency: str) -> Iterable[Copy]:
    """The copies the agency holds, by name."""
    rows = connection.scalars(
        select(Told.body).where(Told.agency == agency, Told.body.is_not(None)).order_by(Told.alert)
    )
    return [body for body in rows if isinstance(body, dict) and not body.get("withdrawn")]


def _of_copy(subscription: str, copy: Copy, wanted: Wanted) -> Iterator[Tidings]:
    """A copy is told once, and again where it became graver; or by each version, where changes are wanted."""
    alert, severity = str(copy["id"]), str(copy.get("severity") or "low")
    what = [f"version {copy.get('version')}"] if wanted.changes else list(SEVERITIES[: rank(severity) + 1])
    # at its severity all lesser ones are told too, so that one that falls and rises again is not told anew
    for number, one in enumerate(what):
        last = number == len(what) - 1
        yield Tidings(
            id=identity("notice", subscription, alert, one),
            about=f"alert:{alert}" if last else "",
            severity=severity,
        )


def _of_receipts(connection: Connection, subscription: str, agency: str, now: datetime) -> Iterator[Tidings]:
    rows = connection.scalars(
        select(Receipt.id)
        .where(Receipt.agency == agency, Receipt.at >= now - notice_rules().news)
        .where(Receipt.status.in_(NEWS), Receipt.withdrawn.is_(False))
        .order_by(Receipt.at, Receipt.id)
    )
    for id in rows:
        yield Tidings(id=identity("notice", subscription, "receipt", id), about=f"receipt:{id}")


def standing_before(
    connection: Connection, subscription: str, user: str, agency: str, wanted: Wanted, now: datetime
) -> None:
    """Note what stands when somebody subscribes, so that only what comes after is told."""
    for one in tidings(connection, subscription, user, agency, wanted, now, live=False):
        add_new(connection, Notice, row_of(one, subscription, user, "before", now, now))


def known(connection: Connection, subscription: str) -> Collection[str]:
    """The names of the notices that a subscription has had."""
    return set(connection.scalars(select(Notice.id).where(Notice.subscription == subscription)))


def row_of(
    one: Tidings, subscription: str, user: str, state: str, owed_at: datetime, due_at: datetime
) -> dict[str, Any]:
    """A notice as the store has it; a lesser severity that is only noted is before it was ever owed."""
    return {
        "id": one.id,
        "subscription": subscription,
        "user": user,
        "about": one.about or "alert:",
        "severity": one.severity,
        "state": state if one.about else "before",
        "due_at": due_at,
        "owed_at": owed_at,
        "over_cap": False,
        "again": False,
        "tries": 0,
    }

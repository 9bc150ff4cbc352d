"""What became of a copy: when each state of it was told, and what the agency's own people said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from schemas.tables import Audit, Said, User

WORDS: Mapping[str, str] = {
    "acknowledged": "Acknowledged",
    "confirmed": "Confirmed as an issue",
    "not-an-issue": "Judged not an issue",
    "wrong": "Said to be wrong",
    "tasked": "Tasked",
    "closed": "Closed",
    "reopened": "Opened again",
}
# What an alert comes to be by each, so that one can see whether the stages have come to it.
STATES: Mapping[str, str] = {
    "acknowledged": "acknowledged",
    "confirmed": "acknowledged",
    "not-an-issue": "closed",
    "wrong": "closed",
    "tasked": "tasked",
    "closed": "closed",
    "reopened": "open",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a copy; ``words``: what somebody gave as the reason or the outcome."""

    at: datetime
    title: str
    by: str = ""
    words: str = ""
    said: str = ""


def history_of(connection: Connection, agency: str, alert: str) -> Sequence[Event]:
    """All of it, the newest first."""
    return sorted([*_said(connection, agency, alert), *_told(connection, agency, alert)], key=_newest, reverse=True)


def _newest(event: Event) -> tuple[datetime, str]:
    return event.at, event.title


def last_said(events: Sequence[Event]) -> Event | None:
    """The last thing that the agency's people said."""
    return next((event for event in events if event.said), None)


def last_word(connection: Connection, agency: str, alert: str) -> str | None:
    """What the agency's people said of a copy last, such as ``tasked``."""
    said = select(Said.state).where(Said.alert == alert, Said.agency == agency)
    return connection.execute(said.order_by(Said.at.desc(), Said.id).limit(1)).scalar_one_or_none()


def _said(connection: Connection, agency: str, alert: str) -> list[Event]:
    wanted = select(Said.at, Said.state, Said.body).where(Said.alert == alert, Said.agency == agency)
    rows = connection.execute(wanted).all()
    names = _names(connection, agency)
    return [
        Event(
            at=row.at,
            title=WORDS.get(row.state, row.state),
            by=names.get(str(row.body.get("who")), ""),
            words=" ".join(str(row.body[part]) for part in ("reason", "outcome") if row.body.get(part)),
            said=row.state,
        )
        for row in rows
    ]


def _names(connection: Connection, agency: str) -> Mapping[str, str]:
    """The agency's own people by how the log names them."""
    rows = connection.execute(select(User.id, User.name).where(User.agency == agency))
    return {f"user:{row.id}": row.name for row in rows}


def _told(connection: Connection, agency: str, alert: str) -> list[Event]:
    rows = connection.execute(
        select(Audit.at, Audit.detail).where(Audit.act == "disclosure", Audit.subject == f"alert:{alert}")
    )
    return [
        Event(at=row.at, title=f"Told to your agency, version {row.detail.get('version')}")
        for row in rows
        if row.detail.get("to") == agency
    ]

"""Feeds under a secret address of one's own: alerts as Atom, review dates as iCalendar.

A feed reader keeps no session, so whoever holds the address reads it: it names no person and can be taken back, and at
each look it is asked anew who may.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from icalendar import Calendar, Event
from sqlalchemy import Connection, Row, insert, select, update

from consumers.accounts.log import Keep, by_user, entry
from consumers.nameless import is_guarded, kind_and_matter, reasons_of, shows_person, title_of
from consumers.notices.standing import copies_of
from consumers.notices.wishes import NOTICES
from consumers.words import area_of, printable
from schemas.agencies import Partnership
from schemas.roles import load_roles
from schemas.tables import FeedToken, Said, Told, User

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
READS = "read-alerts"
Copy = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose feed it is."""

    user: str
    agency: str


def new_address(connection: Connection, keep: Keep, user: str, at: datetime) -> str:
    """A new secret for the person's feeds, shown once; those before it open nothing any more."""
    end_addresses(connection, keep, user, at)
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(FeedToken), [{"id": _digest(secret), "user": user, "made_at": at}])
    keep(connection, [entry(at, by_user(user), NOTICES, by_user(user), what="feed address made")])
    return secret


def end_addresses(connection: Connection, keep: Keep, user: str, at: datetime) -> None:
    """Have the person's feeds answer nobody."""
    held = (FeedToken.user == user, FeedToken.ended_at.is_(None))
    if connection.execute(update(FeedToken).where(*held).values(ended_at=at)).rowcount:
        keep(connection, [entry(at, by_user(user), NOTICES, by_user(user), what="feed address ended")])


def has_address(connection: Connection, user: str) -> bool:
    """Whether the person's feeds are open."""
    held = select(FeedToken.id).where(FeedToken.user == user, FeedToken.ended_at.is_(None))
    return connection.scalar(held.limit(1)) is not None


def reader_of(connection: Connection, secret: str, partnership: Partnership) -> Reader | None:
    """Whose feed the secret opens, if they may read alerts still."""
    row: Row[Any] | None = connection.execute(
        select(User.id, User.agency, User.roles)
        .join(FeedToken, FeedToken.user == User.id)
        .where(FeedToken.id == _digest(secret), FeedToken.ended_at.is_(None), User.disabled_at.is_(None))
    ).first()
    if row is None or row.agency not in partnership or not load_roles().allow(row.roles, READS):
        return None
    return Reader(user=row.id, agency=row.agency)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def atom(connection: Connection, reader: Reader, page: str) -> bytes:
    """The newest alerts of the agency, without any person."""
    copies = sorted(copies_of(connection, reader.agency), key=_newest, reverse=True)[:MOST_ENTRIES]
    feed = Element("feed", xmlns=ATOM)
    _text(feed, "title", "Tocsin alerts")
    _text(feed, "id", f"urn:tocsin:alerts:{reader.agency}")
    _text(feed, "updated", str(copies[0].get("updated_at")) if copies else "1970-01-01T00:00:00Z")
    SubElement(SubElement(feed, "author"), "name").text = "Tocsin"
    for copy in copies:
        _entry(feed, copy, f"{page.rstrip('/')}/agencies/{reader.agency}/alerts/{copy['id']}")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(feed, encoding="utf-8"))


def _entry(feed: Element, copy: Copy, link: str) -> None:
    guarded = is_guarded(copy)
    entry = SubElement(feed, "entry")
    _text(entry, "title", kind_and_matter(copy) if guarded or shows_person(copy) else title_of(copy))
    _text(entry, "id", f"urn:tocsin:alert:{copy['id']}")
    _text(entry, "published", str(copy.get("raised_at")))
    _text(entry, "updated", str(copy.get("updated_at")))
    SubElement(entry, "link", href=link)
    for term in (copy.get("kind"), copy.get("severity"), copy.get("category")):
        if term:
            SubElement(entry, "category", term=str(term))
    said = [] if guarded else [*([] if shows_person(copy) else [area_of(copy)]), *reasons_of(copy)]
    _text(entry, "summary", " ".join(part for part in said if part) or "Sign in to read it.")


def _newest(copy: Copy) -> tuple[str, str]:
    return str(copy.get("updated_at") or ""), str(copy["id"])


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = printable(text)


def calendar(connection: Connection, reader: Reader, page: str) -> bytes:
    """The days on which something is to be looked at again, each a day's event."""
    made = Calendar()
    made.add("prodid", "-//Tocsin//reviews//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Tocsin reviews")
    for id, (day, title, link) in sorted(_reviews(connection, reader, page)):
        event = Event()
        event.add("uid", f"{id}@tocsin")
        event.add("dtstamp", datetime.combine(day, datetime.min.time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", title)
        event.add("url", link)
        made.add_component(event)
    return bytes(made.to_ical())


def _reviews(connection: Connection, reader: Reader, page: str) -> Iterable[tuple[str, tuple[date, str, str]]]:
    """Review days that somebody of the agency set when an alert of theirs was tasked; the last that was said stands."""
    rows = connection.execute(
        select(Said.alert, Said.at, Said.body, Told.body.label("copy"))
        .join(Told, (Told.alert == Said.alert) & (Told.agency == Said.agency))
        .where(Said.agency == reader.agency, Said.state == "tasked", Told.body.is_not(None))
        .order_by(Said.at)
    )
    last: dict[str, tuple[date, str, str]] = {}
    for row in rows:
        review = (row.body.get("task") or {}).get("review")
        if review and not row.copy.get("withdrawn"):
            link = f"{page.rstrip('/')}/agencies/{reader.agency}/alerts/{row.alert}"
            last[f"review-{row.alert}"] = date.fromisoformat(review), f"Review: {kind_and_matter(row.copy)}", link
    return last.items()

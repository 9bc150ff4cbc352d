"""Plain reports for integration tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUBJECT = {"role": "suspect", "name": "Darren Whitlock", "born": "1988-04-17"}


def report(agency: str, number: int, **others: Any) -> dict[str, Any]:
    """The ``number``-th report of an agency: each a day and some minutes after the last, each at a place of its own."""
    occurred = FIRST + timedelta(days=number % 200, minutes=number)
    body: dict[str, Any] = {
        "id": f"{agency[:3].upper()}-{number:05}",
        "agency": agency,
        "reported_at": (occurred + timedelta(hours=1)).isoformat(),
        "occurred": {"from": occurred.isoformat(), "to": (occurred + timedelta(minutes=10)).isoformat()},
        "category": "anti-social-behaviour",
        "detail": "rowdy-behaviour",
        "summary": f"Complaint number {number}.",
        "place": {"text": f"{number + 1} Larch Road", "postcode": "S41 7QW"},
    }
    return body | others


def told_of(agency: str, number: int, **others: Any) -> dict[str, Any]:
    """A report that names the person the tests follow."""
    return report(agency, number, people=[dict(SUBJECT)], **others)

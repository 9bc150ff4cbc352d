"""The tests' partnership for the plain rules, and agreements in both forms."""

from typing import Any

from schemas.agreements import Agreement
from tests.streams.issues.way import MEMBERS

CLEARED = {name: set(member.cleared) for name, member in MEMBERS.items()}


def plain(agreement: Agreement) -> dict[str, Any]:
    """An agreement as the plain rules read it."""
    return {
        "from": sorted(agreement.givers),
        "to": sorted(agreement.receivers),
        "categories": ["*"] if agreement.categories is None else sorted(agreement.categories),
        "details": ["*"] if agreement.details is None else sorted(agreement.details),
        "fields": sorted(agreement.fields),
        "roles": sorted(agreement.roles),
        "keep_days": agreement.keep_days,
        "valid_from": agreement.valid_from,
        "valid_to": agreement.valid_to,
        "sanitised": agreement.sanitised,
        "pointer": agreement.pointer,
    }

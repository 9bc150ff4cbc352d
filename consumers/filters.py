"""Which alerts an analyst wants to see, and since when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from consumers.words import SEVERITIES, UK, area_of, rank

_SPAN = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an alert must be to be shown; an empty part lets all through."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    areas: tuple[str, ...] = ()
    min_severity: str = "low"

    def __post_init__(self) -> None:
        if self.min_severity not in SEVERITIES:
            raise ValueError(f"no severity {self.min_severity!r}; there are: {', '.join(SEVERITIES)}")

    @property
    def open(self) -> bool:
        """Whether every alert is let through."""
        return self == Filters()

    def let_through(self, alert: Mapping[str, Any]) -> bool:
        """Whether the alert is wanted; an area is wanted by any part of its name."""
        area = area_of(alert).casefold()
        return (
            (not self.kinds or alert.get("kind") in self.kinds)
            and (not self.categories or alert.get("category") in self.categories)
            and (not self.areas or any(wanted.casefold() in area for wanted in self.areas))
            and (self.min_severity == "low" or rank(alert.get("severity")) >= rank(self.min_severity))
        )


def read_since(text: str, now: datetime) -> datetime:
    """The moment ``text`` names: a span before ``now`` (``2h``, ``7d``), or an ISO 8601 time or date."""
    if span := _SPAN.fullmatch(text.strip().lower()):
        try:
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        except OverflowError:
            return datetime(1970, 1, 1, tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is neither a span such as 2h or 7d nor an ISO 8601 time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UK)

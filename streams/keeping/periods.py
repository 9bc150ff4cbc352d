"""How long things are kept, by purpose, as the partnership's data says."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from schemas.kinds import vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The periods in force."""

    report: timedelta
    review: timedelta
    evidence: timedelta
    rejected: timedelta
    audit: timedelta


@cache
def periods() -> Periods:
    """Read once."""
    said = vocabulary("retention")
    days = {name: timedelta(days=said[name]["days"]) for name in ("report", "evidence", "rejected", "audit")}
    return Periods(review=timedelta(days=said["report"]["review"]), **days)

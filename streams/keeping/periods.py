"""How long things are kept, by purpose, as the partnership's data says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from schemas.kinds import vocabulary


@cache
def of_what_is_written() -> Mapping[str, timedelta]:
    """How long what people write is kept, by what it is; read once."""
    return {name: timedelta(days=said["days"]) for name, said in vocabulary("retention")["written"].items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The periods in force."""

    report: timedelta
    review: timedelta
    evidence: timedelta
    rejected: timedelta
    audit: timedelta
    written: Mapping[str, timedelta]


@cache
def periods() -> Periods:
    """Read once."""
    said = vocabulary("retention")
    return Periods(
        report=timedelta(days=said["report"]["days"]),
        review=timedelta(days=said["report"]["review"]),
        evidence=timedelta(days=said["evidence"]["days"]),
        rejected=timedelta(days=said["rejected"]["days"]),
        audit=timedelta(days=said["audit"]["days"]),
        written=of_what_is_written(),
    )

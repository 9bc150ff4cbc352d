"""Something that came of a report, as its sender may be told."""

from dataclasses import dataclass
from datetime import datetime

from schemas.identity import identity
from streams.issues.values import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that came of a report, as its sender may be told."""

    ref: str
    agency: str
    status: str
    about: str
    at: datetime
    says: str

    @property
    def id(self) -> str:
        """Made from what it is about."""
        return receipt_id(self.ref, self.status, self.about)


def receipt_id(ref: str, status: str, about: str) -> str:
    """The id of a receipt that tells of a fact: made from what it is about."""
    return identity("receipt", ref, status, about)


def may_be_told(telling: Telling | None) -> bool:
    """Whether a report's sender may be told of it without being asked: not where it is sensitive."""
    return telling is not None and telling.marking.readable and not telling.marking.sensitive

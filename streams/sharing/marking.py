"""How a report is marked, read so that whatever cannot be read is shut."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLASSIFICATIONS = frozenset({"OFFICIAL", "OFFICIAL-SENSITIVE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What a report says of who may know it. ``restricted_to`` None: it names no audience; empty: nobody else.

    ``readable``: every part of it was understood.
    """

    readable: bool = True
    classification: str = "OFFICIAL"
    restricted_to: frozenset[str] | None = None
    sensitive: frozenset[str] = frozenset()
    handling: str | None = None
    information: str | None = None
    action: str | None = None
    sanitisation: str | None = None
    conditions: str | None = None

    @property
    def plain(self) -> bool:
        """Whether every statutory agency may know it."""
        return (
            self.readable
            and self.classification == "OFFICIAL"
            and self.restricted_to is None
            and not self.sensitive
            and self.handling != "C"
        )

    @property
    def doubtful(self) -> bool:
        """Whether the information is suspected false."""
        return self.information == "E"


SHUT = Marking(readable=False)


def read_marking(kept: Mapping[str, Any] | None) -> Marking:
    """A marking as the store keeps it; one that is missing or malformed is not readable, and so shut."""
    try:
        return _read(kept) if kept is not None else SHUT
    except (AttributeError, KeyError, TypeError, ValueError):
        return SHUT


def _read(kept: Mapping[str, Any]) -> Marking:
    grading = kept.get("grading") or {}
    named = kept.get("restricted_to")
    handling, information = grading.get("handling"), grading.get("information")
    classification = kept.get("classification", "OFFICIAL")
    sensitive = kept.get("sensitive") or ()
    if classification not in CLASSIFICATIONS or handling not in (None, "P", "C") or isinstance(sensitive, str):
        return SHUT
    if information not in (None, *"ABCDE") or isinstance(named, str):
        return SHUT
    return Marking(
        classification=classification,
        restricted_to=None if named is None else frozenset(map(str, named)),
        sensitive=frozenset(map(str, sensitive)),
        handling=handling,
        information=information,
        action=grading.get("action"),
        sanitisation=grading.get("sanitisation"),
        conditions=grading.get("conditions"),
    )

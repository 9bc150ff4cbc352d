"""A report as one telling of an incident: what the rules read of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from schemas.kinds import vocabulary
from schemas.report import Report
from schemas.tables import to_micros
from streams.dedupe.particulars import Particulars, read_particulars
from streams.dedupe.spot import Spot, read_spot
from streams.gazetteer.atlas import NOTHING, Atlas
from streams.matching.current import MOST, Derived
from streams.matching.people.mentions import READINGS
from streams.matching.people.person import Mention
from streams.matching.places.place import PlaceForm
from streams.matching.words import plain

HOUR = 3_600_000_000  # in microseconds, as all times here are
_NARRATIVE = vocabulary("incidents")["narrative"]
_COMMON = frozenset(_NARRATIVE["common"].split())
_MARK = re.compile(r"[^A-Z0-9]+")
_ANY_WORD = re.compile(r"[a-z][a-z-]+")
_KINDS = vocabulary("incidents")["kind"]
_HINTS = {kind: frozenset(words.split()) for kind, words in _KINDS["words"].items()}
_KIN = {(one, other) for groups in _KINDS["groups"].values() for group in groups for one in group for other in group}
_WORD = re.compile(r"[a-z]{4,}|[0-9]{3,}")
_VRM = re.compile(r"\b[A-Z]{2}[0-9]{2} ?[A-Z]{3}\b")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? ([A-Z][A-Za-z'-]{2,})")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Telling:
    """One report of an incident, in normal form; two are equal when they are one. Times are microseconds.

    ``grain``: the minutes to which its beginning and its end are told.
    """

    ref: str
    agency: str
    reported_at: int
    start: int
    end: int
    grain: tuple[int, int]
    category: str
    detail: str | None
    hints: tuple[str, ...]
    spot: Spot | None
    people: tuple[Mention, ...]
    vehicles: frozenset[str]
    related: frozenset[str]
    words: frozenset[str]
    surnames: frozenset[str]
    particulars: Particulars = frozenset()
    grading: dict[str, Any] | None = None

    @property
    def place(self) -> PlaceForm | None:
        """Where it was, in normal form."""
        return None if self.spot is None else self.spot.form

    @property
    def theme(self) -> str | None:
        """The finer kind, or what the narrative's words say of it."""
        return self.detail or (self.hints[0] if len(self.hints) == 1 else None)

    @property
    def themes(self) -> tuple[str, ...]:
        """The finer kind, or those that the narrative's words speak of alike."""
        return (self.detail,) if self.detail else self.hints


def read_telling(report: Report, digest: str, known: Atlas = NOTHING) -> Telling:
    """What a report tells."""
    reading = READINGS.once(report, digest, known)
    place = reading.place
    text = (report.summary or "")[:4000]
    people = tuple(person for person in reading.mentions if person.names)
    written = [vehicle.vrm or "" for vehicle in report.vehicles] + _VRM.findall(text.upper())
    return Telling(
        ref=report.ref,
        agency=report.agency,
        reported_at=reading.at,
        start=to_micros(report.occurred.from_),
        end=to_micros(report.occurred.to),
        category=report.category,
        detail=report.known_detail,
        hints=_hints(text, report.category),
        spot=read_spot(report.place, place),
        grain=(_grain(report.occurred.from_), _grain(report.occurred.to)),
        people=people,
        vehicles=frozenset(mark for text_ in written if (mark := _vrm(text_))),
        related=frozenset(report.related) - {report.ref},
        words=_rare_words(text) - _place_words(place),
        surnames=_surnames(text, people),
        particulars=read_particulars(text),
        grading=report.grading.model_dump(exclude_none=True) if report.grading else None,
    )


TELLINGS = Derived(read_telling, most=MOST)


def _grain(moment: datetime) -> int:
    """The minutes to which a time is told, by the clock of who tells it: 60 for one on the hour."""
    if moment.second or moment.microsecond:
        return 1
    return next((grain for grain in (60, 30, 15, 5) if moment.minute % grain == 0), 1)


def _vrm(text: str) -> str:
    mark = _MARK.sub("", text.upper())
    return mark if 2 <= len(mark) <= 10 and mark not in ("UNKNOWN", "NA", "NONE", "NK", "TBC") else ""


def _rare_words(text: str) -> frozenset[str]:
    """The words of a narrative that few narratives have: not in the list of common ones, four letters and more."""
    return frozenset(_stem(word) for word in _WORD.findall(plain(text)) if word not in _COMMON)


def _surnames(text: str, people: tuple[Mention, ...]) -> frozenset[str]:
    """The family names of those named, and those that stand after a title in the narrative."""
    named = {plain(name) for name in _TITLED.findall(text)}
    return frozenset(named | {word for person in people for name in person.names for word in name.family[-1:]})


def _hints(text: str, category: str) -> tuple[str, ...]:
    """The finer kinds that most words of a narrative speak of; only kinds kin to the category."""
    words = set(_ANY_WORD.findall(text.lower()))
    hits = {kind: len(words & listed) for kind, listed in _HINTS.items() if (category, kind) in _KIN}
    most = max(hits.values(), default=0)
    return tuple(sorted(kind for kind, count in hits.items() if count == most)) if most else ()


@lru_cache(maxsize=2_048)
def _stem(word: str) -> str:
    """A word without its commonest ending, so that "smoked" and "smoking" meet."""
    for ending in ("ings", "ing", "ers", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


KIND_WORDS = frozenset(_stem(word) for words in _HINTS.values() for word in words)


@lru_cache(maxsize=1_024)
def _place_words(place: PlaceForm | None) -> frozenset[str]:
    """Where it was is weighed as a place; its words are not weighed again."""
    return frozenset(_stem(w) for w in f"{place.text} {place.name} {place.street}".split()) if place else frozenset()

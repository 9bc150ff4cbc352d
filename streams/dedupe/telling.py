"""A report as one telling of an incident: what the rules read of it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.kinds import vocabulary
from schemas.report import Report
from schemas.tables import to_micros
from streams.matching.current import Derived
from streams.matching.mentions import READINGS
from streams.matching.person import Mention
from streams.matching.place import PlaceForm
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Telling:
    """One report of an incident, in normal form; two are equal when they are one. Times are microseconds."""

    ref: str
    agency: str
    reported_at: int
    start: int
    end: int
    category: str
    detail: str | None
    hint: str | None
    place: PlaceForm | None
    people: tuple[Mention, ...]
    vehicles: frozenset[str]
    related: frozenset[str]
    words: frozenset[str]

    @property
    def theme(self) -> str | None:
        """The finer kind, or what the narrative's words say of it."""
        return self.detail or self.hint


def read_telling(report: Report, digest: str) -> Telling:
    """What a report tells."""
    reading = READINGS.once(report, digest)
    place = reading.place
    return Telling(
        ref=report.ref,
        agency=report.agency,
        reported_at=reading.at,
        start=to_micros(report.occurred.from_),
        end=to_micros(report.occurred.to),
        category=report.category,
        detail=report.known_detail,
        hint=_hint(report.summary or "", report.category),
        place=place,
        people=tuple(person for person in reading.mentions if person.names),
        vehicles=frozenset(mark for vehicle in report.vehicles if (mark := _vrm(vehicle.vrm or ""))),
        related=frozenset(report.related) - {report.ref},
        words=_rare_words(report.summary or "") - _place_words(place),
    )


TELLINGS = Derived(read_telling, most=50_000)


def _vrm(text: str) -> str:
    mark = _MARK.sub("", text.upper())
    return mark if 2 <= len(mark) <= 10 and mark not in ("UNKNOWN", "NA", "NONE", "NK", "TBC") else ""


def _rare_words(text: str) -> frozenset[str]:
    """The words of a narrative that few narratives have: not in the list of common ones, four letters and more."""
    return frozenset(_stem(word) for word in _WORD.findall(plain(text[:4000])) if word not in _COMMON)


def _hint(text: str, category: str) -> str | None:
    """The finer kind that most words of a narrative speak of, if one leads; only of kinds kin to the category."""
    words = set(_ANY_WORD.findall(text[:4000].lower()))
    hits = {kind: len(words & listed) for kind, listed in _HINTS.items() if (category, kind) in _KIN}
    most = max(hits.values(), default=0)
    leading = [kind for kind, count in hits.items() if count == most]
    return leading[0] if most and len(leading) == 1 else None


def _stem(word: str) -> str:
    """A word without its commonest ending, so that "smoked" and "smoking" meet."""
    for ending in ("ings", "ing", "ers", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=16_384)
def _place_words(place: PlaceForm | None) -> frozenset[str]:
    """Where it was is weighed as a place; its words are not weighed again."""
    return frozenset(_stem(w) for w in f"{place.text} {place.name} {place.street}".split()) if place else frozenset()

"""Where a telling puts what happened: its words apart from its numbers, so that no list of street types is needed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.kinds import vocabulary
from schemas.report import Place
from streams.dedupe.rules import RULES
from streams.matching.places.place import PlaceForm
from streams.matching.words import plain

_PLACE = RULES["place"]
_STREETS = {short: full for full, shorts in vocabulary("places")["street"].items() for short in (full, *shorts)}
_FILLER = frozenset(_PLACE["filler"].split())
_BEFORE = frozenset(_PLACE["leading"].split())
_PARTS = re.compile(r"[,;()|\n]+")
_BRACKETS = re.compile(r"\(([^)]*)\)")
_FLATS = frozenset(vocabulary("places")["words"]["flat"])
_HOUSE = re.compile(r"(?<!\w)([0-9]+[a-z]?)\b(?= [a-z]{2})")  # 11, Dyers Wynd
_GRID = re.compile(r"\b[A-Z]{2} ?[0-9]{2,5} ?[0-9]{2,5}\b")  # SK 385 711
_OUTWARD = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?")  # S40, which is half a postcode


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spot:
    """A place as two tellings are compared by it: the words that tell it from others, and which are its name's.

    Two are equal when they are one: they are looked up too often to be compared.
    ``streets`` are the kinds of street among its words: Mill Lane and Mill Road are two.
    """

    form: PlaceForm
    words: frozenset[str]
    names: frozenset[str]
    street: frozenset[str]
    streets: frozenset[str]
    number: str
    told: bool  # the name was given as one
    others: bool = False  # other reports tell its street
    ground: tuple[tuple[float, float], float] | None = None  # where others put it, and within how many metres

    @property
    def uprn(self) -> str:
        """The property, as the report or the address list says."""
        return self.form.uprn or self.form.found_uprn

    @property
    def building(self) -> frozenset[str]:
        """The property and the one it is part of, as the address list says."""
        return frozenset({self.uprn, self.form.found_parent} - {""})

    @property
    def usrn(self) -> str:
        """The street, as the report or the address list says."""
        return self.form.usrn or self.form.found_usrn


def read_spot(place: Place | None, form: PlaceForm | None) -> Spot | None:
    """The spot that a report speaks of in its place or its narrative, of which ``form`` is the normal form."""
    if form is None:
        return None
    if place is None or form.source:
        return _read(form, "", form.text)
    return _read(form, place.name or "", place.text or "")


@lru_cache(maxsize=1_024)
def _read(form: PlaceForm, name: str, text: str) -> Spot:
    house = form.number or next(iter(_HOUSE.findall(plain(text))), "")
    words = frozenset() if form.precision == "area" else _words(f"{name}, {text}", form.postcode)
    before, line = _lines(form, text)
    street = _words(line, "")
    of_name = (_words(name, "") or _words(before, "")) - street
    kinds = frozenset(full for word in line.split()[1:] if not form.cross and (full := _STREETS.get(word)))
    return Spot(
        form=form, words=words, names=of_name & words, street=street, streets=kinds, number=house, told=bool(name)
    )


def _lines(form: PlaceForm, text: str) -> tuple[str, str]:
    """What stands for a name in a text, and its street: Spice Garden, of Spice Garden, Ferry Lane.

    Of several parts that end in a kind of street the last is the street; what is in brackets is none.
    """
    if form.cross:
        return form.name, f"{form.street}, {form.cross}"
    parts = [plain(part) for part in _PARTS.split(_BRACKETS.sub(",", text))]
    typed = [at for at, part in enumerate(parts) if part.split()[1:] and part.split()[-1] in _STREETS]
    aside = ", ".join(_BRACKETS.findall(text))
    if not typed:
        return aside or form.name, form.street
    ahead = [part for part in parts[: typed[-1]] if part and _FLATS.isdisjoint(part.split())]
    return aside or ", ".join(ahead) or form.name, parts[typed[-1]] if len(typed) > 1 else form.street


@lru_cache(maxsize=4_096)
def _words(text: str, postcode: str) -> frozenset[str]:
    """The words of a place's name or street that tell it from another: Park, of Park Road."""
    gone = {*postcode.lower().split(), postcode.lower().replace(" ", "")} | _FILLER
    found: set[str] = set()
    for part in _PARTS.split(_GRID.sub(" ", text)):
        said = [word for word in _led_off(plain(part).split()) if word[0].isalpha() and len(word) > 1]
        said = [word for word in said if word not in gone and not _OUTWARD.fullmatch(word)]
        found.update(word for at, word in enumerate(said) if at == 0 or word not in _STREETS)
    return frozenset(found)


def _led_off(words: list[str]) -> list[str]:
    """The words without those that lead to the place: by the, outside, corner of."""
    while words and (words[0] in _BEFORE or words[1:2] == ["of"]):
        words = words[1:]
    return words

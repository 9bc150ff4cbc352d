"""A written address taken apart: its words, and the ways in which its numbers can be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from schemas.kinds import vocabulary
from streams.matching.places.postcodes import postcode, split_off
from streams.matching.words import plain

_WORDS = vocabulary("gazetteer")["words"]
_PLACES = vocabulary("places")
TYPES = {short: full for full, shorts in _PLACES["street"].items() for short in (full, *shorts)}
FULL_TYPES = frozenset(_PLACES["street"])
_FLAT = frozenset(_WORDS["flat"])
_FLOORS = {said: floor for floor, ways in _WORDS["floors"].items() for said in ways}
_FLOOR = frozenset(_WORDS["floor"])
_NO = frozenset(_WORDS["number"])
DROP = frozenset(_WORDS["drop"])
NAMES = frozenset(_WORDS["names"])
_NEAR = re.compile(
    r"^\s*(?:"
    + "|".join(re.escape(w) for w in sorted([*_PLACES["words"]["near"], *_WORDS["near"]], key=len, reverse=True))
    + r")\b[:,\s]*",
    re.I,
)
_ASIDE = re.compile(  # 12 Park Road, off Mill Lane: the second is only beside the first
    r"^(.*[0-9][a-z]?[\s,]+(?:[^\s,0-9]+[\s,]+){2,}?)(?:"
    + "|".join(re.escape(w) for w in sorted([*_PLACES["words"]["near"], "off"], key=len, reverse=True))
    + r")\s.*$",
    re.I | re.S,
)
_RANGE = re.compile(r"\b([0-9]+[a-z]?)\s*(?:[-–]|\bto\b)\s*([0-9]+[a-z]?)\b", re.I)
_STUCK = re.compile(r"\b([0-9]+)([a-z]{3,})\b", re.I)  # 12HIGH, but not 1st
_NUMBER = re.compile(r"[0-9]+[a-z]?(?:to[0-9]+[a-z]?)?")
_LOOSE = re.compile(r"\b([0-9]+) ([a-z])\b(?= [a-z]{2})")
_ID = re.compile(r"[0-9]+[a-z]?|[a-z][0-9]*")

Reading = tuple[str, str, str]  # the flat, the number, and how they were come by (a word of the vocabulary's "reading")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is written: words in order, the readings of its numbers, the floors it names, its postcode."""

    words: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = (("", "", ""),)
    floors: frozenset[str] = frozenset()
    flat_said: bool = False
    postcode: str = ""
    near: bool = False
    before: int = 0  # how many of the words stand before the last number

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every house number that a reading gives."""
        return tuple(dict.fromkeys(number for _, number, _ in self.readings if number))


@lru_cache(maxsize=8_192)
def read(text: str, code: str = "") -> Written:
    """Take an address apart."""
    in_text, said = split_off(text)
    found = postcode(code) or in_text
    near = _NEAR.match(said)
    said = _RANGE.sub(r"\1to\2", said[near.end() :] if near else said)
    said = _ASIDE.sub(r"\1", said)
    said = _STUCK.sub(lambda m: m[0] if m[2].lower() in _SUFFIXES else f"{m[1]} {m[2]}", said)
    tokens = _LOOSE.sub(r"\1\2", plain(said.replace("&", " and "))).split()
    return _sorted_out(tokens, found, bool(near))


_SUFFIXES = frozenset({"st", "nd", "rd", "th"})


def _sorted_out(tokens: list[str], code: str, near: bool) -> Written:
    words: list[str] = []
    loose: list[str] = []
    flats: list[str] = []
    floors: set[str] = set()
    flat_said, before, last = False, 0, ""
    i = 0
    while i < len(tokens):
        token, after = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else ""
        if token in _FLAT or (after[:1].isdigit() and _like_flat(token)):
            flat_said = True
            if after and _ID.fullmatch(after):
                flats.append(after)
                i += 1
        elif token in _FLOOR and (floors or last in _FLOORS):
            pass
        elif token in _FLOORS and (_of_floor(tokens, i) or (flat_said and last in _FLAT | set(flats) | _FLOOR)):
            floors.add(_FLOORS[token])
        elif token in _NO and after[:1].isdigit():
            pass
        elif _NUMBER.fullmatch(token):
            loose.append(token)
            before = len(words)
        elif token not in DROP:
            words.append(token)
        last = tokens[i]
        i += 1
    return Written(
        words=written_out(words),
        readings=tuple(_readings(flats, loose, bool(floors))),
        floors=frozenset(floors),
        flat_said=flat_said or bool(floors),
        postcode=code,
        near=near,
        before=before,
    )


def _like_flat(token: str) -> bool:
    if not 3 <= len(token) <= 6 or not token.isalpha() or token in TYPES or token in _FLOOR:
        return False
    distance = OSA.distance(token, "flat")
    return distance <= 1 or (distance == 2 and token[:2] == "fl")


def _of_floor(tokens: list[str], i: int) -> bool:
    """Whether the word at ``i`` is of a floor: "first floor", "first and second floors", "basement flat"."""
    ahead = [token for token in tokens[i + 1 : i + 4] if token not in DROP]
    return bool(ahead) and (
        ahead[0] in _FLOOR
        or ahead[0] in _FLAT
        or (ahead[0] in _FLOORS and len(ahead) > 1 and (ahead[1] in _FLOOR or ahead[1] in _FLAT))
        or (i > 0 and tokens[i - 1] in _FLAT)
    )


def _readings(flats: list[str], loose: list[str], on_floor: bool) -> Iterable[Reading]:
    """The ways to tell flat and number apart, the plainest first."""
    if flats and loose:
        yield flats[0], loose[-1], ""
        if len(loose) > 1:
            yield flats[0], loose[0], "one_only"
        yield loose[-1], flats[0], "swapped"
    elif flats and on_floor and flats[0][0].isdigit():  # top floor flat 30
        yield "", flats[0], ""
        yield flats[0], "", "swapped"
    elif flats:
        yield flats[0], "", ""
        if flats[0][0].isdigit():
            yield "", flats[0], "flat_is_number"
    elif len(loose) > 1:
        yield loose[-2], loose[-1], ""
        yield loose[-1], loose[-2], "swapped"
        yield "", loose[-1], "one_only"
        yield "", loose[-2], "one_only"
    elif loose:
        yield "", loose[0], ""
        if loose[0][-1].isalpha():
            yield loose[0][-1], loose[0][:-1], "letter_is_flat"
        yield loose[0], "", "number_is_flat"
    else:
        yield "", "", ""


def written_out(words: Iterable[str]) -> tuple[str, ...]:
    """The words with kinds of street in full; "st" is a street only after a name."""
    found: list[str] = []
    for word in words:
        full = TYPES.get(word, word)
        found.append(word if word == "st" and (not found or found[-1] in FULL_TYPES) else full)
    return tuple(found)


def flat_of(subname: str) -> tuple[str, frozenset[str], bool]:
    """The flat's number or letter, the floors it is on, and whether there is a flat at all, in a list's own words."""
    said = read(f"{subname} dwelling") if subname else Written()
    flat, number, _ = said.readings[0]
    return flat or number, said.floors, bool(subname.strip())

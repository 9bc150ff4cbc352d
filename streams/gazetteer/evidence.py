"""What speaks for one address of the list, claim by claim; bits and sentences stand in the vocabulary."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.gazetteer.index import Index, Street, same_area
from streams.gazetteer.rows import Known
from streams.gazetteer.text import FULL_TYPES, NAMES, Reading, Written

_SAID = vocabulary("gazetteer")
CLAIMS = ("street", "postcode", "number", "flat", "name", "left", "reading", "point", "town")
BITS: dict[str, dict[str, float]] = {
    claim: {level: said["bits"] for level, said in _SAID[claim].items()} for claim in CLAIMS
}
_RARE = {(claim, level) for claim in CLAIMS for level, said in _SAID[claim].items() if said.get("rare")}
_NOT_DIGITS = re.compile(r"[^0-9]")
_RARITY = (4.0, 12.0)  # what a value's rarity is worth at least, in however small a list, and at most
_LETTERS = {letter: str(at) for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)}


def worth(claim: str, level: str, rarity: float = 0.0) -> float:
    """The bits of a claim at a level, of a value so rare."""
    bits = BITS[claim][level]
    return bits + min(max(rarity, _RARITY[0]), _RARITY[1]) if (claim, level) in _RARE else bits


def evidence(claim: str, level: str, rarity: float = 0.0, words: str = "") -> Evidence:
    """A claim as it is told."""
    return Evidence(claim, round(worth(claim, level, rarity), 2), _SAID[claim][level]["says"].format(words=words))


def street_level(street: Street, words: tuple[str, ...], core: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """How a street's name fits the words, or those without the town's, and which of them it leaves over."""
    exactly = _street(street.words, words)
    if exactly is not None:
        return "exact", exactly
    return _like(street.words, street.stem, street.letters, core)


def _street(name: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...] | None:
    """What is left of the words without the name, where it stands in them."""
    for start in range(len(words) - len(name) + 1):
        if name and words[start : start + len(name)] == name:
            return words[:start] + words[start + len(name) :]
    return None


@lru_cache(maxsize=8_192)
def _like(
    name: tuple[str, ...], stem: tuple[str, ...], letters: str, words: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    if not words or not name:
        return "none", words
    exactly = _street(name, words)
    if exactly is not None:
        return "exact", exactly
    left = list(words)
    got = total = 0.0
    for part in name:
        weight = 0.4 if part in FULL_TYPES and len(name) > 1 else 1.0
        total += weight
        best, score = "", 0.0
        for word in left:
            like = 1.0 if word == part else _alike(word, part)
            if like > score:
                best, score = word, like
        if score >= 0.6:
            left.remove(best)
            got += weight * score
    by_words = next((level for least, level in _SHARES if got / total >= least), "different")
    by_letters, over = _by_letters(letters, words)
    if _LEVELS.index(by_letters) < _LEVELS.index(by_words):
        return by_letters, over
    if by_words == "weak" or by_words == "different":
        by_stem, over = _by_letters("".join(stem), words)
        if by_stem in ("exact", "alike"):
            return "part", over
    return by_words, tuple(left)


_LEVELS = ("exact", "alike", "like", "part", "weak", "different")
_SHARES = ((0.9, "alike"), (0.82, "like"), (0.66, "part"), (0.55, "weak"))


@lru_cache(maxsize=8_192)
def _alike(word: str, part: str) -> float:
    if word[-1].isdigit() or part[-1].isdigit():
        return 0.0
    short, long = sorted((len(word), len(part)))
    if short >= 3 and (part.startswith(word) or word.startswith(part)):
        return max(0.75, short / long)
    slips = OSA.distance(word, part, score_cutoff=3)
    if slips > (1 if long <= 4 else 2 if long <= 7 else 3) or short < 3:
        return 0.0
    return 1 - slips / long


def _by_letters(letters: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """How well the best run of words, written together, is the street written together, by slips of the pen."""
    best, over = 9, words
    for start in range(len(words)):
        joined = ""
        for end in range(start + 1, min(len(words), start + 5) + 1):
            joined += words[end - 1]
            if len(joined) > len(letters) + 3:
                break
            slips = OSA.distance(joined, letters, score_cutoff=3)
            if slips < best:
                best, over = slips, (*words[:start], *words[end:])
    most = min(3, len(letters) // 4)
    if _NOT_DIGITS.sub("", letters) not in _NOT_DIGITS.sub("", "".join(words)):  # the A619 is not the A617
        return "different", words
    return (_LEVELS[best] if best <= most else "different"), over


def postcode_level(written: str, code: str, index: Index) -> str:
    """How the postcode written fits the list's."""
    if not written or not code:
        return "none"
    if written == code:
        return "same"
    one, other = written.replace(" ", ""), code.replace(" ", "")
    if len(one) == len(other):
        unlike = [i for i in range(len(one)) if one[i] != other[i]]
        if len(unlike) == 1:
            return "misread"
        if len(unlike) == 2 and one[unlike[0]] == other[unlike[1]] and one[unlike[1]] == other[unlike[0]]:
            return "swapped"
    elif OSA.distance(one, other) == 1:
        return "misread"
    area = same_area(written, code)
    return "listed" if area == "different" and written in index.postcodes else area


@lru_cache(maxsize=8_192)
def number_level(written: str, number: str) -> str:
    """How a number fits the list's."""
    if not written:
        return "none" if number else "unnumbered"
    if not number:
        return "unnumbered"
    if written == number:
        return "same"
    ends, theirs = set(written.split("to")), set(number.split("to"))
    if ends & theirs:
        return "range"
    if {_digits(end) for end in ends} & {_digits(end) for end in theirs}:
        return "suffix"
    return "slip" if len(written) > 1 and OSA.distance(written, number) == 1 else "different"


def _digits(number: str) -> str:
    return number.rstrip("abcdefghijklmnopqrstuvwxyz")


def flat_level(flat: str, written: Written, row: Known, flats: int) -> str:
    """How the flat that is written fits the list's; ``flats``: how many others the building has."""
    if not (flat or written.flat_said):
        if not row.is_flat:
            return "neither"
        return "unnamed" if not row.flat and not row.floors else "extra"
    if not row.is_flat:
        return "missing" if flats and flat else "unnamed" if flats else "whole"
    return _flats(flat, row.flat, written.floors, row.floors)


@lru_cache(maxsize=8_192)
def _flats(flat: str, theirs: str, floors: frozenset[str], their_floors: frozenset[str]) -> str:
    if flat and theirs:
        if flat == theirs:
            return "same"
        if _LETTERS.get(flat) == theirs or _LETTERS.get(theirs) == flat:
            return "letter"
        one, other = (name.strip("abcdefghijklmnopqrstuvwxyz") for name in (flat, theirs))
        return "prefix" if one and one == other else "different"
    if floors and their_floors:
        return "floor" if floors & their_floors else "other_floor"
    return "unnamed" if not (flat or floors) or not (theirs or their_floors) else "other_floor"


def name_level(left: tuple[str, ...], row: Known) -> str | None:
    """How the name of the building fits the words that the street leaves over."""
    if not row.name:
        return None
    found = [word for word in row.name if any(word == other or _alike(other, word) >= 0.7 for other in left)]
    return "same" if len(found) == len(row.name) else "part" if found else "missing"


def _of_name(word: str, row: Known) -> bool:
    return any(word == other or _alike(word, other) >= 0.7 for other in row.name)


def left_over(left: tuple[str, ...], row: Known | None, index: Index) -> Iterator[tuple[str, str]]:
    """The words that neither street, town nor name accounts for, and of which kind each is."""
    for word in left:
        if word == "the" or index.is_town(word) or (row is not None and _of_name(word, row)):
            continue
        yield ("name" if word in NAMES else "known" if word in index.street_words else "other"), word


def reading_bits(reading: Reading) -> float:
    """What it costs to read the numbers otherwise than they seem."""
    return BITS["reading"][reading[2]] if reading[2] else 0.0

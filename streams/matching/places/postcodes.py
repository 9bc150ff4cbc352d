"""Postcodes: which can be one, and what a misread one was meant to be."""

import re
from collections.abc import Iterator
from functools import lru_cache

from schemas.kinds import vocabulary

_AREAS = frozenset(vocabulary("places")["postcode"]["areas"].split())
_LETTERED = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})  # where an outward code may end in a letter
_GENERIC = frozenset(code.replace(" ", "") for code in vocabulary("generic")["postcodes"])
_VALID = re.compile(r"([A-Z]{1,2})([0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_TO_DIGIT = str.maketrans("OISZBL", "015281")
_TO_LETTER = str.maketrans("015", "OIS")
IN_TEXT = re.compile(r"\b([A-Z]{1,2}[0-9OIS][A-Z0-9]?)\s*([0-9OIS][A-Z01]{2})\b", re.IGNORECASE)


@lru_cache(maxsize=2_048)
def postcode(text: str | None) -> str | None:
    """The postcode as it is written officially (S40 1AA), misread O/0, I/1 and S/5 mended; none if it cannot be one."""
    said = re.sub(r"[^A-Z0-9]", "", (text or "").upper())
    if not 5 <= len(said) <= 7 or said in _GENERIC:
        return None
    outward, inward = said[:-3], said[-3].translate(_TO_DIGIT) + said[-2:].translate(_TO_LETTER)
    for mended in _outwards(outward):
        found = _VALID.fullmatch(mended + inward)
        if (
            found
            and found[1] in _AREAS
            and (mended[-1].isdigit() or found[1] in _LETTERED)
            and mended + inward not in _GENERIC
        ):
            return f"{mended} {inward}"
    return None


def postcodes_in(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The postcodes that stand in a text; a word is none, however its letters can be read (custody)."""
    for match in IN_TEXT.finditer(text):
        if any(letter.isdigit() for letter in match[0]) and (found := postcode(match[0])):
            yield found, match


def split_off(text: str) -> tuple[str, str]:
    """The first postcode of a text, and the text without it and all others."""
    found = list(postcodes_in(text))
    for _, match in reversed(found):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return (found[0][0] if found else ""), text


def _outwards(outward: str) -> tuple[str, ...]:
    """The outward code as written, then with its letters and digits put where they belong, one or two letters long."""
    one = outward[:1].translate(_TO_LETTER) + outward[1:2].translate(_TO_DIGIT) + outward[2:]
    two = outward[:2].translate(_TO_LETTER) + outward[2:].translate(_TO_DIGIT)
    return outward, two, one, one[:2] + one[2:].translate(_TO_DIGIT)


def district(code: str) -> str:
    """The outward part."""
    return code.partition(" ")[0]


def sector(code: str) -> str:
    """All but the last two letters: some three thousand addresses."""
    return code[:-2]

"""Whether a body may be marked above OFFICIAL-SENSITIVE, so that it is neither kept nor logged.

What cannot be shown to be lower counts as higher: a word nobody knows may be a marking, a report marked by a body that
breaks off may still be marked.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

# Lower than OFFICIAL-SENSITIVE or equal to it, in this scheme and the one before it: refused, but harmless to keep.
_LOWER = (
    "OFFICIAL",
    "OFFICIALSENSITIVE",
    "SENSITIVE",
    "OS",
    "UKOFFICIAL",
    "UKOFFICIALSENSITIVE",
    "RESTRICTED",
    "PROTECT",
    "UNCLASSIFIED",
    "UNRESTRICTED",
    "NOTPROTECTIVELYMARKED",
    "NPM",
    "PUBLIC",
    "NONE",
    "NULL",
    "",
)
_HIGHER = re.compile(r"SECRET|CONFIDENTIAL|STRAP|COSMIC|ATOMAL|^TS$|^S$|^C$")
_TYPO = 90.0  # of 100: OFFICAL is a slip of the pen
_FIELD = "CLASSIFICATION"
_IN_TEXT = re.compile(
    r"(?:classification|protective.?marking)[^0-9A-Za-z]{0,6}[:=>][^0-9A-Za-z]{0,6}([^\"',}\]<\r\n]{0,60})",
    re.IGNORECASE,
)
_BARE = re.compile(r"\b(?:TOP[\s_-]?)?SECRET\b")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")


class Marked(Enum):
    """How a body is marked, as far as it can be told."""

    LOWER = "no higher than OFFICIAL-SENSITIVE"
    UNKNOWN = "in words nobody knows"
    HIGHER = "above OFFICIAL-SENSITIVE"


def judge(value: Any) -> Marked:
    """How a value of ``classification`` marks the body that holds it."""
    if value is None:
        return Marked.LOWER
    said = value if isinstance(value, str) else repr(value)
    word = "".join(letter for letter in said.upper() if letter.isalnum())
    if word in _LOWER:
        return Marked.LOWER
    if _HIGHER.search(word):
        return Marked.HIGHER
    return Marked.LOWER if process.extractOne(word, _LOWER, scorer=fuzz.ratio, score_cutoff=_TYPO) else Marked.UNKNOWN


def marked_in(body: Mapping[str, Any]) -> Marked:
    """How an object is marked by a ``classification`` anywhere in it, however a sender may have spelled the field.

    The agency's own ``extension`` is not looked into: what it says there is its own.
    """
    marks = []
    rest: list[Any] = [{field: value for field, value in body.items() if field != "extension"}]
    while rest:
        inner = rest.pop()
        if isinstance(inner, dict):
            marks += [judge(value) for field, value in inner.items() if _is_field(field[:64])]
            rest.extend(inner.values())
        elif isinstance(inner, list):
            rest.extend(inner)
    return _worst(marks)


def marked_in_bytes(raw: bytes) -> Marked:
    """How bytes are marked that are no JSON object, as far as it can be found in them."""
    text = raw.replace(b"\x00", b"").decode("utf-8", "replace")  # UTF-16 shows its letters too
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    if _BARE.search(text):
        return Marked.HIGHER
    return _worst([judge(found[1]) for found in _IN_TEXT.finditer(text)])


@lru_cache(maxsize=4096)
def _is_field(field: str) -> bool:
    word = "".join(letter for letter in field.upper() if letter.isalnum())
    return word == "PROTECTIVEMARKING" or fuzz.ratio(word[:32], _FIELD) >= _TYPO


def _worst(marks: list[Marked]) -> Marked:
    for worst in (Marked.HIGHER, Marked.UNKNOWN):
        if worst in marks:
            return worst
    return Marked.LOWER

"""Titles: those that are no part of a name taken off, those of rank turned into the family name they stand for."""

import re
from collections.abc import Sequence

from schemas.kinds import vocabulary

_NAMES = vocabulary("names")
TITLES = frozenset(_NAMES["titles"])
_MAYBE = frozenset(_NAMES["titles_or_names"])
_ANY, _ONLY = "|".join(_NAMES["ranks"] + _NAMES["ranks_only"]), "|".join(_NAMES["ranks_only"])
_ORDINAL = r"\d+(?:st|nd|rd|th)\s+"
_RANK = re.compile(rf",?\s*\b(?:{_ORDINAL}(?:{_ANY})(?:\s+of)?|(?:{_ANY})\s+of|(?:{_ONLY})(?:\s+of)?)\s+", re.I)
_HINTS = ("of", "ess", "visc", "baronet", "1st ", "2nd ", "3rd ", "th ")  # without one there is no rank
_BARONET = re.compile(rf",?\s*\b(?:{_ORDINAL})?baronet\b", re.I)


def without_rank(text: str) -> str:
    """``text`` with "of" where it had "9th Earl of", and without "1st Baronet"."""
    said = text.lower()
    if not any(hint in said for hint in _HINTS):
        return text
    return _RANK.sub(" of ", _BARONET.sub("", text))


def untitled(words: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """The words of a name without the titles before them, as long as any is left."""
    while len(words) > 1 and (words[0][0] in TITLES or (words[0][0] in _MAYBE and len(words) > 2)):
        words = words[1:]
    return words


def only_titles(words: Sequence[tuple[str, ...]]) -> bool:
    """Whether nothing but titles stands there."""
    return all(part in TITLES or part in _MAYBE for parts in words for part in parts) and any(
        parts[0] in TITLES for parts in words
    )

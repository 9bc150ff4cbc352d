"""Where two streets meet, in the ways that is written."""

import re
from functools import lru_cache

from schemas.kinds import vocabulary

_WORDS = vocabulary("places")
_WAYS = "|".join(re.escape(word) for word in sorted(_WORDS["junction"]["words"], key=len, reverse=True))
_LINKS = "|".join(re.escape(word) for word in sorted(_WORDS["junction"]["links"], key=len, reverse=True))
_TYPES = frozenset(word for full, shorts in _WORDS["street"].items() for word in (full, *shorts))
_AND = r"\s*(?:\band\b|&|/|\+|\bwith\b)\s*"
_NAME = r"(?P<{}>[a-z][a-z0-9'’.\- ]{{2,40}}?)"
_END = r"\s*(?:[,;(].*)?$"
_FIRST = re.compile(
    rf"^\W*(?P<before>.*?)\b(?:the\s+)?(?:{_WAYS})\b\s*(?P<of>\bof\b|\bbetween\b|\bwith\b|:)?\s*"
    rf"{_NAME.format('one')}{_AND}{_NAME.format('other')}{_END}",
    re.I,
)
_BETWEEN = re.compile(rf"^\W*{_NAME.format('one')}[\s,]*(?:\s|\b)(?:{_LINKS})\s*{_NAME.format('other')}{_END}", re.I)
_AFTER = re.compile(
    rf"^\W*{_NAME.format('one')}{_AND}{_NAME.format('other')}\s+(?:{_WAYS})\b{_END}",
    re.I,
)
_SLASH = re.compile(rf"^\W*{_NAME.format('one')}\s*(?:/|@|&)\s*{_NAME.format('other')}{_END}", re.I)
_MOST = 200  # characters that are read: these patterns take time by the square of what they are given
_LONG = re.compile(r"[a-z]{3,}\W+[a-z]{3,}\W+[a-z]{3,}", re.I)
_LEADING = re.compile(r"^(?:the|at|on|by|near|nr|of|its|where)\s+", re.I)


@lru_cache(maxsize=4_096)
def junction(text: str) -> tuple[str, str] | None:
    """The two streets that are said to meet, in an order of their own; nothing where it is no junction.

    With no word for a junction (High Street / Church Lane), both must be called by a kind of street.
    """
    text = text[:_MOST]
    for form in (_FIRST, _BETWEEN, _AFTER):
        if (match := form.match(text)) and (found := _two(match)):
            before = match["before"] if form is _FIRST else ""
            if re.search("[0-9]", before):  # an address, told with where it is
                return None
            if (
                form is not _FIRST
                or (match["of"] and not _LONG.search(before))
                or all(_is_street(name) for name in found)
            ):
                return found
    match = _SLASH.match(text)
    found = _two(match) if match else None
    return found if found and all(_is_street(name) for name in found) else None


def _two(match: re.Match[str]) -> tuple[str, str] | None:
    one, other = sorted(_LEADING.sub("", match[side].strip(" .-")).lower() for side in ("one", "other"))
    return (one, other) if one and other and one != other and max(len(one.split()), len(other.split())) <= 5 else None


def _is_street(name: str) -> bool:
    words = re.findall(r"[a-z]+", name)
    return len(words) > 1 and words[-1] in _TYPES and not name[0].isdigit()

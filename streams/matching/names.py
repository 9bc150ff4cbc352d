"""A person's name in normal form: titles off, particles joined, whatever way round and however it was written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.kinds import vocabulary
from streams.matching.words import plain

_NAMES, _GENERIC = vocabulary("names"), vocabulary("generic")
_TITLES = frozenset(_NAMES["titles"])
_MAYBE_TITLES = frozenset(_NAMES["titles_or_names"])
_AFTER = frozenset(_NAMES["after"])
_YOUNGER, _ELDER = frozenset(_NAMES["younger"]), frozenset(_NAMES["elder"])
_PARTICLES = frozenset(_NAMES["particles"])
_NO_NAME = frozenset(_GENERIC["no_name"])
_NO_NAME_WORDS = frozenset(_GENERIC["no_name_words"])
_SPENT = _AFTER | _YOUNGER | _ELDER
_PREFIXES = frozenset({"o", "mc", "mac"})
_NAMES_TOO = frozenset({"al", "di", "ap", "la", "van"})  # a first word that is one of these is as likely a name
_GAPS = re.compile(r"[\s.,;/|]+")
_MAC = re.compile(r"^mac(?=[bcdfghjklmnpqrstvwxz][a-z]{2})")
_BRACKETS = re.compile(r"[(\[{\"“][^)\]}\"”]*[)\]}\"”]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of a person: given names or initials in order, the parts of the family name, which generation."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All its words."""
        return (*self.given, *self.family)


def read_name(
    whole: str | None = None, given: str | None = None, middle: str | None = None, family: str | None = None
) -> Name | None:
    """The name that a report's fields hold; nothing where they hold a description or a way of not knowing."""
    return _read(whole or "", given or "", middle or "", family or "")


@lru_cache(maxsize=65_536)
def _read(whole: str, given: str, middle: str, family: str) -> Name | None:
    if not family and not (given and middle):
        return _whole(" ".join(part for part in (given or whole, middle) if part))
    if is_no_name(f"{given} {middle} {family}"):
        return None
    first, generation = _words("" if is_no_name(given) else f"{given} {middle}")
    last, generation_too = _words("" if is_no_name(family) else family)
    if not (first or last):
        return None
    return Name(given=_flat(_untitled(first)), family=_flat(last), generation=generation or generation_too)


def _whole(text: str) -> Name | None:
    """Split a whole name: family name first before a comma or in capitals, else the last word with its particles."""
    text = _BRACKETS.sub(" ", text)
    if is_no_name(text):
        return None
    before, _, after = text.partition(",")
    rest, generation = _words(after)
    last, generation_too = _words(before)
    generation = generation or generation_too
    if not rest:
        titled, last = len(last), _untitled(last)
        if titled > len(last) == 1:
            return Name(given=(), family=_flat(last), generation=generation)
        if len(last) > 1 and _shouted(text):
            rest, last = last[1:], last[:1]
        else:
            rest, last = last[:-1], last[-1:]
            if not rest:
                rest, last = last, rest
    return Name(given=_flat(_untitled(rest)), family=_flat(last), generation=generation) if rest or last else None


def _shouted(text: str) -> bool:
    """Whether the first word alone is in capitals, as clerks write a family name put first."""
    first, _, rest = text.strip().partition(" ")
    return len(first) > 2 and first.isupper() and not rest.isupper() and plain(first) not in _TITLES


def _words(text: str) -> tuple[list[tuple[str, ...]], str]:
    """The words of a name that count, each with its hyphened parts, and the generation they tell."""
    listed = [parts for raw in _GAPS.split(text) if (parts := tuple(plain(raw).split()))]
    ends = {word for parts in listed[1:] for word in parts}
    generation = "younger" if _YOUNGER & ends else "elder" if _ELDER & ends else ""
    words = [listed[0]] if listed else []
    words += [parts for parts in listed[1:] if not _SPENT.issuperset(parts)]
    return _joined([parts for parts in words if not any(c.isdigit() for part in parts for c in part)]), generation


def _untitled(words: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    while len(words) > 1 and (words[0][0] in _TITLES or (words[0][0] in _MAYBE_TITLES and len(words) > 2)):
        words = words[1:]
    return words


def _joined(words: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Particles joined to what they belong to, and Mac written Mc."""
    joined: list[tuple[str, ...]] = []
    held = ""
    for index, parts in enumerate(words):
        if parts[0] in _PARTICLES and len(parts) > 1:
            parts = (parts[0] + parts[1], *parts[2:])
        alone = parts[0] if len(parts) == 1 else ""
        if index < len(words) - 1 and (
            alone in _PREFIXES or (alone in _PARTICLES and (index or alone not in _NAMES_TOO))
        ):
            held += alone
        else:
            joined.append((_MAC.sub("mc", held + parts[0]), *parts[1:]))
            held = ""
    return joined


def _flat(words: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(part for parts in words for part in parts)


@lru_cache(maxsize=16_384)
def is_no_name(text: str) -> bool:
    """Whether a text says in some way that a name is not known, or only describes."""
    said = plain(text)
    if said in _NO_NAME or not any(c.isalpha() for c in said):
        return True
    return all(word in _NO_NAME_WORDS for word in said.split())

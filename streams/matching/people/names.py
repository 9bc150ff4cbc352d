"""A person's name in normal form: titles off, particles joined, whatever way round and however it was written."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from anyascii import anyascii

from schemas.kinds import vocabulary
from streams.matching.people.titles import TITLES, only_titles, untitled, without_rank
from streams.matching.words import plain

_NAMES, _GENERIC = vocabulary("names"), vocabulary("generic")
_AFTER = frozenset(_NAMES["after"])
_YOUNGER, _ELDER = frozenset(_NAMES["younger"]), frozenset(_NAMES["elder"])
_PARTICLES, _LINKS = frozenset(_NAMES["particles"]), frozenset(_NAMES["links"])
_NO_NAME = frozenset(_GENERIC["no_name"])
_NO_NAME_WORDS = frozenset(_GENERIC["no_name_words"])
_FAMILY_NAMES_TOO = frozenset(_GENERIC["family_names_too"])
_NO_NAME_STARTS = _NO_NAME_WORDS | {said.partition(" ")[0] for said in _NO_NAME}
_SPENT = _AFTER | _YOUNGER | _ELDER
_PREFIXES = frozenset({"o", "mc", "mac"})
_SMALL = _PARTICLES | _LINKS | _PREFIXES
_NAMES_TOO = frozenset({"di", "la", "van"})  # a first word that is one of these is as likely a name
_QUOTES = str.maketrans("", "", "'`")
_DOTS = str.maketrans("·・", "  ")
_WORD = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_GROWN_TOGETHER = re.compile(r"(?<=[a-z]{3})(?<!Fitz)(?=[A-Z][a-z]{2})")  # SergeiLavrov, not MacDonald
_NO_WORD = re.compile(r"\d+(?:st|nd|rd|th)?")
_MAC = re.compile(r"^mac(?=[bcdfghjklmnpqrstvwxz][a-z]{2})")
_CHINESE = re.compile(r"[\u4e00-\u9fff\uac00-\ud7a3]{2,4}")  # and Korean: the first sign is the family name
_OPENS = re.compile(r"[(\[{\"“]")
_BRACKETS = re.compile(r"[(\[{\"“][^)\]}\"”]*[)\]}\"”]")


_Words = Sequence[tuple[str, ...]]


class Name(NamedTuple):
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


@lru_cache(maxsize=4_096)
def _read(whole: str, given: str, middle: str, family: str) -> Name | None:
    if not family and not (given and middle):
        return _whole(" ".join(part for part in (given or whole, middle) if part))
    given_is_none = is_no_name(given)
    white = plain(family) in _FAMILY_NAMES_TOO and not (given and given_is_none)  # Mr White, not a white male
    if not white and is_no_name(f"{given} {middle} {family}"):
        return None
    first, generation = _words("" if given_is_none else f"{given} {middle}")
    last, generation_too = _words("" if not white and is_no_name(family) else family)
    if not (first or last):
        return None
    if last and first and only_titles(first):
        first = []
    return Name(given=_flat(untitled(first)), family=_flat(last), generation=generation or generation_too)


def _whole(text: str) -> Name | None:
    """Split a whole name: family name first before a comma or in capitals, else the last word with its particles."""
    if len(text) < 5 and _CHINESE.fullmatch(text):
        text = f"{text[0]},{text[1:]}"
    text = without_rank(_BRACKETS.sub(" ", text) if _OPENS.search(text) else text)
    if is_no_name(text):
        return None
    before, _, after = text.partition(",")
    rest, generation = _words(after) if after else ((), "")
    last, generation_too = _words(before)
    if not rest:
        named = untitled(last)
        rest, last = _split(named, shouted=_shouted(text), titled=len(named) < len(last))
    if not (rest or last):
        return None
    return Name(given=_flat(untitled(rest)), family=_flat(last), generation=generation or generation_too)


def _split(words: _Words, *, shouted: bool, titled: bool) -> tuple[_Words, _Words]:
    """The given and the family names of words in a row."""
    if ("of",) in words:
        return _of_a_place(words)
    if shouted and len(words) > 1:
        return words[1:], words[:1]
    return (words[:-1], words[-1:]) if len(words) > 1 or titled else (words, ())


def _of_a_place(words: _Words) -> tuple[_Words, _Words]:
    """Henry Gladstone of Hawarden, Henry of Hawarden, of Hawarden: the place is a family name too."""
    at = words.index(("of",))
    given, places = words[:at], [word for word in words[at:] if word != ("of",)]
    return (given, places) if len(given) < 2 else (given[:-1], [given[-1], *places])


def _shouted(text: str) -> bool:
    """Whether the first word alone is in capitals, as clerks write a family name put first."""
    first, _, rest = text.strip().partition(" ")
    return len(first) > 2 and first.isupper() and not rest.isupper() and plain(first) not in TITLES


def _words(text: str) -> tuple[_Words, str]:
    """The words of a name that count, each with its hyphened parts, and the generation they tell."""
    listed = _listed(text)
    if any(parts[0] in _SPENT for parts in listed[1:]):
        ends = {word for parts in listed[1:] for word in parts}
        generation = "younger" if _YOUNGER & ends else "elder" if _ELDER & ends else ""
        listed = [listed[0], *(parts for parts in listed[1:] if not _SPENT.issuperset(parts))]
    else:
        generation = ""
    return _joined(
        [parts for parts in listed if not (parts[0][0].isdigit() and _NO_WORD.fullmatch("".join(parts)))]
    ), generation


@lru_cache(maxsize=4_096)
def _listed(text: str) -> Sequence[tuple[str, ...]]:
    """The words of a text in plain letters, each with its hyphened parts."""
    if not (text.istitle() or text.isupper()):
        text = _GROWN_TOGETHER.sub(" ", text)
    said = (text if text.isascii() else anyascii(text.translate(_DOTS))).lower().translate(_QUOTES)
    if "-" not in said:
        return [(word,) for word in _WORD.findall(said)]
    return [tuple(filter(None, word.split("-"))) for word in _WORD.findall(said)]


def _joined(words: _Words) -> _Words:
    """Particles joined to what they belong to, links left out, and Mac written Mc."""
    if _SMALL.isdisjoint([parts[0] for parts in words]):
        return [(_MAC.sub("mc", parts[0]), *parts[1:]) if parts[0][:3] == "mac" else parts for parts in words]
    joined: list[tuple[str, ...]] = []
    held = ""
    for index, parts in enumerate(words):
        if len(parts) > 1 and parts[0] in _PARTICLES:
            parts = (parts[0] + parts[1], *parts[2:])
        elif len(parts) > 1 and index and parts[0] in _LINKS:
            parts = parts[1:]
        if len(parts) == 1 and index < len(words) - 1:
            if index and parts[0] in _LINKS:
                continue
            if parts[0] in _PREFIXES or (parts[0] in _PARTICLES and (index or parts[0] not in _NAMES_TOO)):
                held += parts[0]
                continue
        joined.append((_MAC.sub("mc", held + parts[0]), *parts[1:]))
        held = ""
    return joined


def _flat(words: _Words) -> tuple[str, ...]:
    return tuple(chain.from_iterable(words))


@lru_cache(maxsize=4_096)
def is_no_name(text: str) -> bool:
    """Whether a text says in some way that a name is not known, or only describes."""
    words = [word for parts in _listed(text) for word in parts]
    if words and words[0] not in _NO_NAME_STARTS and words[0].isalpha():
        return False
    words = [word for word in words if not word.isdigit()]
    return all(word.rstrip("0123456789") in _NO_NAME_WORDS for word in words) or " ".join(words) in _NO_NAME

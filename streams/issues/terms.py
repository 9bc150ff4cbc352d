"""The words of a narrative that may make a theme: never a name, an address, a number or a word that holds it together.

It fails closed: a word with a capital, a name in the lists of names, and whatever the report gives as a name or an
address make no term. So a sentence's first word is lost, and "Blue Star", and Mr Ashdown with them.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from schemas.kinds import vocabulary
from streams.matching.words import plain

# A narrative of 20,000 characters is an interview: what it is about is said in the beginning.
LONGEST = 400
SHORTEST = 4
_LISTS = vocabulary("themes")
_NAMES = vocabulary("names")
_NICKNAMES = vocabulary("nicknames")["class"]
_SENTENCE = re.compile(r"[.!?:;\n\r\u2022|()\[\]\"\u201c\u201d]+")
_EDGES = ",'\u2018\u2019*-\u2013\u2014_/"
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_EMPTY = frozenset(_LISTS["words"].split())
_BEFORE_A_NAME = frozenset(_LISTS["called"].split()) | {*_NAMES["titles"], *_NAMES["titles_or_names"]}


def _all_words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield from plain(value).split()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from plain(key).split()
            yield from _all_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_words(inner)


NAMES = frozenset(
    word for part in (_NAMES["known"], _NAMES["given"], _NAMES["family"], _NICKNAMES) for word in _all_words(part)
)


def names_in(report: Mapping[str, Any]) -> frozenset[str]:
    """The words of the names that a report, as it was sent, gives to people."""
    fields = ("name", "given", "middle", "family", "aliases")
    return frozenset(
        word for person in report.get("people") or () for field in fields for word in _all_words(person.get(field))
    )


def terms_of(report: Mapping[str, Any]) -> tuple[str, ...]:
    """The words, and the pairs of words next to each other, that a report's narrative may be known by."""
    shut = names_in(report) | frozenset(_all_words(_places_in(report)))
    found: dict[str, None] = {}
    left = LONGEST
    for sentence in _SENTENCE.split(report.get("summary") or ""):
        before = ""
        for word in _said(sentence.split()[:left], shut):
            if word:
                found[word] = None
            if word and before:
                found[f"{before} {word}"] = None
            before = word
        left -= len(sentence.split())
        if left <= 0:
            break
    return tuple(found)


def _places_in(report: Mapping[str, Any]) -> list[Any]:
    people = report.get("people") or ()
    return [report.get("place"), *(person.get("address") for person in people)]


def _said(written: Iterable[str], shut: frozenset[str]) -> Iterable[str]:
    """The words of a sentence in order, empty where one may not be told or says nothing."""
    named = False
    for raw in written:
        bare = raw.strip(_EDGES)
        word = plain(bare).replace(" ", "-")
        telling = (
            not named
            and _WORD.fullmatch(bare) is not None
            and bare.islower()
            and len(word) >= SHORTEST
            and word not in _EMPTY
            and word not in _BEFORE_A_NAME
            and not any(part in shut or part in NAMES for part in (word, word.removesuffix("s"), *word.split("-")))
        )
        yield word if telling else ""
        named = word in _BEFORE_A_NAME


@lru_cache(maxsize=8_192)
def stem(term: str) -> str:
    """A term without its words' commonest endings, so that spiked, spikes and spiking are one."""
    return " ".join(_stem(word) for word in term.split(" "))


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ers", "ed", "es", "e", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word

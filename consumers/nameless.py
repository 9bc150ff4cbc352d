"""An alert said without the person it shows: for paper, for messages, and wherever nobody was asked why they look."""

import re
from collections.abc import Mapping
from typing import Any

from consumers.words import why_of
from schemas.kinds import CATEGORIES, DETAILS

SENSITIVE = "OFFICIAL-SENSITIVE"
OF_PERSONS = ("case review", "repeat victim", "repeat person", "convergence")
_WORD = re.compile(r"[^\W\d_]{2,}")


def shows_person(copy: Mapping[str, Any]) -> bool:
    """Whether the copy shows somebody."""
    return bool(copy.get("person"))


def is_guarded(copy: Mapping[str, Any]) -> bool:
    """Whether its marking says that not even its title belongs in a mailbox."""
    handling = copy.get("handling") or {}
    return handling.get("classification") == SENSITIVE or handling.get("code") == "C" or bool(handling.get("sensitive"))


def kind_and_matter(copy: Mapping[str, Any]) -> str:
    """What an alert is in words of our own, such as ``Repeat person: harassment``; nothing of what was reported."""
    kind = str(copy.get("kind") or "alert").replace("-", " ")
    detail, category = str(copy.get("detail") or ""), str(copy.get("category") or "")
    about = DETAILS[detail].title if detail in DETAILS else CATEGORIES.get(category, "")
    return f"{kind[:1].upper()}{kind[1:]}{': ' if about else ''}{about[:1].lower()}{about[1:]}"


def title_of(copy: Mapping[str, Any]) -> str:
    """The alert's title, where no part of a name stands in it; else what it is in words of our own."""
    title = str(copy.get("title") or "")
    return title if title and not _names(title, copy) else kind_and_matter(copy)


def reasons_of(copy: Mapping[str, Any]) -> list[str]:
    """The reasons in which no part of a name stands; of another matter beside it that is a person's, only its kind."""
    return [_shortened(reason) for reason in why_of(copy) if not _names(reason, copy)]


def _shortened(reason: str) -> str:
    kind = reason.partition(":")[0]
    of_person = any(kind.startswith(f"Also {one}") for one in OF_PERSONS)
    return f"{kind}." if of_person else reason


def _names(text: str, copy: Mapping[str, Any]) -> bool:
    """Whether a word of the person's name, or their birth, stands in the text."""
    person = copy.get("person")
    if not isinstance(person, Mapping):
        return False
    born = str(person.get("born") or "")
    words = {word.casefold() for word in _WORD.findall(str(person.get("name") or ""))}
    return bool(born and born in text) or not words.isdisjoint(word.casefold() for word in _WORD.findall(text))

"""What has come or changed since a list was made, and the pieces of the stream that tells of it."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from consumers.web.listening import Why

MARK = 4  # characters of a copy's mark: of four hundred, one in 40,000 new ones is taken for one that was there
MOST_MARKS = 400  # the newest; an address must not grow without end
RETRY = "retry: 5000\n\n"  # how soon a browser asks again after a stream that broke off
BEAT = ": still here\n\n"  # so that neither a proxy nor a browser takes the silence for an end


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """How many copies are new since a list was made, and how many of its own have changed."""

    new: int
    changed: int

    def __str__(self) -> str:
        """In words."""
        said = [f"{number} {word}" for number, word in ((self.new, "new"), (self.changed, "changed")) if number]
        return ", ".join(said)


def marks(copies: Iterable[Mapping[str, Any]]) -> str:
    """What a page remembers of its list: for each of its copies the mark of its name and of its version."""
    newest = list(copies)[:MOST_MARKS]
    return "".join(_mark(copy.get("id")) + _mark(copy.get("id"), copy.get("version")) for copy in newest)


def news_since(seen: str, copies: Iterable[Mapping[str, Any]]) -> News:
    """What is told of ``copies`` to who has the page with the marks ``seen``."""
    parts = [seen[at : at + MARK] for at in range(0, len(seen), MARK)]
    names, versions = set(parts[::2]), set(parts[1::2])
    newest = list(copies)[:MOST_MARKS]
    known = [copy for copy in newest if _mark(copy.get("id")) in names]
    changed = sum(_mark(copy.get("id"), copy.get("version")) not in versions for copy in known)
    return News(new=len(newest) - len(known), changed=changed)


def line(event: str, said: str = "", tag: str = "") -> str:
    """An event of the stream; ``tag``: what the browser names when it asks again."""
    return "".join((f"id: {tag}\n" if tag else "", f"event: {event}\n", f"data: {' '.join(said.split())}\n\n"))


OVER = line("over", "over")  # whoever listened sits there no longer: nothing may stay on the screen
# Where the server stops, the stream just ends, and the browser asks again until there is one.
GO_AWAY = {Why.ELSEWHERE: line("elsewhere", "elsewhere"), Why.CLOSING: BEAT}


def _mark(*parts: object) -> str:
    return urlsafe_b64encode(blake2b(repr(parts).encode(), digest_size=3).digest()).decode()

"""What has come or changed since a list was made, told by a stream that a browser asks for again and again."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from fastapi import Response

MARK = 4  # characters of a copy's mark: of four hundred, one in 40,000 new ones is taken for one that was there
MOST_MARKS = 400  # the newest; an address must not grow without end
AGAIN_MS = 3000  # how soon a browser asks again


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


def stream(said: str, tag: str, last: str | None) -> Response:
    """One answer of the stream: ``said``, unless the browser was told it already; then the browser asks again.

    Each answer ends at once: so the gate judges whoever listens anew each time, and no one holds a place of the server.
    """
    lines = [f"retry: {AGAIN_MS}"]
    if said and tag != last:
        lines += [f"id: {tag}", "event: news", f"data: {' '.join(said.split())}"]
    return Response("\n".join(lines) + "\n\n", media_type="text/event-stream")


def _mark(*parts: object) -> str:
    return urlsafe_b64encode(blake2b(repr(parts).encode(), digest_size=3).digest()).decode()

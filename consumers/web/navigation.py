"""Where one can go from every page: a line a page, shown to whoever may go there."""

from collections.abc import Iterator
from dataclasses import dataclass

from consumers.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A page that every other leads to: what it is called, where it is, and who may; ``{agency}`` is one's own."""

    text: str
    path: str
    may: str


# In the order they stand in. Whoever adds a page adds its line.
DOORS = (
    Door(text="Now", path="/agencies/{agency}", may="read-alerts"),
    Door(text="Packs", path="/agencies/{agency}/packs", may="make-packs"),
    Door(text="Data", path="/agencies/{agency}/data", may="see-own-data"),
    Door(text="Send", path="/agencies/{agency}/send", may="send-by-hand"),
    Door(text="Notices", path="/notices", may="be-told"),
    Door(text="Users", path="/agencies/{agency}/users", may="manage-users"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A line of the navigation: its text, its address, and whether one is there."""

    text: str
    path: str
    here: bool


def ways_from(visit: Visit, path: str) -> Iterator[Way]:
    """Where whoever is signed in can go from the page at ``path``; what is nearest above it is where they are."""
    open_to = [(door.text, door.path.format(agency=visit.who.agency)) for door in DOORS if visit.may(door.may)]
    above = [there for _, there in open_to if path == there or path.startswith(f"{there}/")]
    here = max(above, key=len, default="")
    for text, there in open_to:
        yield Way(text=text, path=there, here=there == here)

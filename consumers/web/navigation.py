"""Where one can go from every page: a line a page, shown to whoever may go there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumers.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A page that every other leads to: what it is called, where it is, and who may; ``{agency}`` is one's own.

    ``rooms``: the pages behind it, which lead to each other. ``also``: what else counts as being there.
    """

    text: str
    path: str
    may: str
    rooms: tuple["Door", ...] = ()
    also: tuple[str, ...] = ()

    @property
    def covers(self) -> tuple[str, ...]:
        """The addresses at which one is behind this door."""
        return (self.path, *self.also, *(path for room in self.rooms for path in room.covers))


_HERE = "/agencies/{agency}"
TOGETHER = (
    Door(text="Board", path=f"{_HERE}/tasking", may="read-work", also=(f"{_HERE}/tasks",)),
    Door(text="Ladder", path=f"{_HERE}/ladder", may="read-work"),
    Door(text="Bans", path=f"{_HERE}/bans", may="read-work"),
    Door(text="Premises", path=f"{_HERE}/premises", may="read-work"),
    Door(text="Case reviews", path=f"{_HERE}/reviews", may="read-work"),
    Door(text="Did it work?", path=f"{_HERE}/effect", may="read-work"),
    Door(text="Members' tables", path=f"{_HERE}/members", may="read-work"),
)
# In the order they stand in. Whoever adds a page adds its line.
DOORS = (
    Door(text="Now", path="/agencies/{agency}", may="read-alerts"),
    Door(text="Tasking", path=f"{_HERE}/tasking", may="read-work", rooms=TOGETHER),
    Door(text="Map", path="/agencies/{agency}/map", may="read-alerts"),
    Door(text="Who is who", path="/agencies/{agency}/review", may="decide"),
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
    return _ways(DOORS, visit, path)


def rooms_beside(visit: Visit, path: str) -> Iterator[Way]:
    """The pages behind the same door as the page at ``path``; none where there are no others."""
    here = _nearest(DOORS, visit, path)
    return _ways(here.rooms if here is not None else (), visit, path)


def _ways(doors: Sequence[Door], visit: Visit, path: str) -> Iterator[Way]:
    here = _nearest(doors, visit, path)
    for door in doors:
        if visit.may(door.may):
            yield Way(text=door.text, path=door.path.format(agency=visit.who.agency), here=door is here)


def _nearest(doors: Sequence[Door], visit: Visit, path: str) -> Door | None:
    """The door that a page is behind: the one with the longest address above it."""
    above = [
        (len(there), -number, door)
        for number, door in enumerate(doors)
        if visit.may(door.may)
        for there in (one.format(agency=visit.who.agency) for one in door.covers)
        if path == there or path.startswith(f"{there}/")
    ]
    return max(above, key=lambda found: found[:2])[2] if above else None

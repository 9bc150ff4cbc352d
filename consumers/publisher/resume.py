"""How far a file was sent, kept beside the store, so that an interrupted run goes on where it stopped."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Place:
    """A place in a file: all lines up to ``lines`` are dealt with, ``sent`` of them acknowledged as reports."""

    kept_in: Path
    lines: int = 0
    sent: int = 0
    finished: bool = False

    def keep(self) -> None:
        """Write the place down, whole or not at all."""
        self.kept_in.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.kept_in.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps({"lines": self.lines, "sent": self.sent, "finished": self.finished}), "utf-8")
        fresh.replace(self.kept_in)

    def forget(self) -> None:
        """Let the next run begin at the start."""
        self.kept_in.unlink(missing_ok=True)


def place_in(folder: Path, file: Path, described: Iterable[str]) -> Place:
    """The place kept for this file sent in the way ``described``, or its start.

    A file is known by its name, its size, and its first and last block; a topic made anew has another id, which is
    part of the description, so that nothing counts as sent that is not there.
    """
    known_by = hashlib.sha256("\x1f".join((file.name, *described)).encode())
    known_by.update(_content(file))
    place = Place(kept_in=folder / f"{known_by.hexdigest()[:32]}.json")
    try:
        kept = json.loads(place.kept_in.read_text("utf-8"))
        place.lines, place.sent, place.finished = int(kept["lines"]), int(kept["sent"]), bool(kept["finished"])
    except (OSError, ValueError, KeyError, TypeError):
        return Place(kept_in=place.kept_in)
    return place


def _content(file: Path) -> bytes:
    size = file.stat().st_size
    with file.open("rb") as opened:
        first = opened.read(BLOCK)
        opened.seek(max(0, size - BLOCK))
        return b"%d %b" % (size, hashlib.sha256(first + opened.read(BLOCK)).digest())

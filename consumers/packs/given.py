"""Handing a pack over: that it was given, to whom and resting on what, goes to the log."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from consumers.accounts.log import Entry, Keep, entry, reasoned
from consumers.packs.pack import Pack

DISCLOSURE = "disclosure"


def give(connection: Connection, keep: Keep, pack: Pack, file: bytes, *, at: datetime, by: str, why: str = "") -> None:
    """Log a pack as given to each agency whose meeting it is for."""
    keep(connection, [reasoned(line, why) for line in _lines(pack, file, at, by)])


def _lines(pack: Pack, file: bytes, at: datetime, by: str) -> Iterator[Entry]:
    rests = sorted({ref for refs in pack.evidence.values() for ref in refs})
    said = {
        "kind": "pack",
        "matters": sorted(pack.evidence),
        "reports": rests,
        "named": pack.named,
        "digest": sha256(file).hexdigest(),
    }
    for name in pack.meeting.agencies:
        yield entry(at, by, DISCLOSURE, f"pack:{pack.meeting.name}:{pack.day.isoformat()}", to=name, **said)

"""The copies of alerts that an agency holds, read all at once: lists, boards and links are made of them."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, Text, cast, func, literal, select

from schemas.tables import Told

Copy = Mapping[str, Any]
Standing = tuple[int | None, ...]
Held = Mapping[str, tuple[str | None, Copy]]
# However little seems to have changed: what is told of a copy by its length alone could be the same by chance.
FOR_S = 60.0
MOST = 10_000  # copies that are kept read, of all agencies together: some 90 MB


def held_by(connection: Connection, agency: str) -> Held:
    """The copies that stand, by name, each with the alert it is a copy of; what was pulled back is not among them.

    Nobody may change what is handed out: it is kept for whoever of the agency asks next, until one of its copies
    changes, which is asked each time.
    """
    return _SHELVES.setdefault(connection.engine, _Shelf()).of(connection, agency)


def standing_of(connection: Connection, agency: str) -> Standing:
    """How many copies the agency holds and how often they changed: whether something came, at next to no cost."""
    long = func.length(cast(Told.body, Text))
    held = select(func.count(), func.sum(Told.version), func.sum(long), func.sum(long * Told.version))
    return tuple(connection.execute(held.where(Told.agency == agency)).one())


def read(connection: Connection, agency: str) -> Held:
    """The same from the store.

    The store strings them together and they are read in one go: row by row this took three times as long, and at each
    row waited for whoever else was being answered.
    """
    quoted = func.json_quote if connection.dialect.name == "sqlite" else func.to_json
    names = [cast(quoted(name), Text) for name in (Told.alert, func.coalesce(Told.matter, ""))]
    one = literal("[") + names[0] + "," + names[1] + "," + cast(Told.body, Text) + "]"
    said = connection.execute(
        select(func.aggregate_strings(one, ",")).where(Told.agency == agency, Told.body.is_not(None))
    ).scalar_one()
    return {
        alert: (matter or None, body)
        for alert, matter, body in sorted(from_json(f"[{said or ''}]"), key=lambda row: str(row[0]))
        if isinstance(body, dict) and not body.get("withdrawn")
    }


@dataclass(slots=True)
class _Shelf:
    """What was read of one store, by the agency it is for, with how it stood and until when it holds."""

    _kept: OrderedDict[str, tuple[Standing, float, Held]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, connection: Connection, agency: str) -> Held:
        stands = standing_of(connection, agency)
        with self._lock:
            kept = self._kept.get(agency)
        if kept is not None and kept[0] == stands and time.monotonic() < kept[1]:
            return kept[2]
        held = read(connection, agency)
        with self._lock:
            self._kept[agency] = (stands, time.monotonic() + FOR_S, held)
            self._kept.move_to_end(agency)
            while sum(len(one) for _, _, one in self._kept.values()) > MOST:
                self._kept.popitem(last=False)
        return held


_SHELVES: "WeakKeyDictionary[Engine, _Shelf]" = WeakKeyDictionary()

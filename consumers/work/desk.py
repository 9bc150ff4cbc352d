"""Where people's work is written down: nothing is overwritten, every change is on record and can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from consumers.accounts.log import Keep, entry
from consumers.work.kept import Kept, changes_of, kept
from schemas.identity import identity
from schemas.tables import Work, WorkChange
from schemas.work import KINDS, Record

ALTERATION = "alteration"  # the act of DPA 2018, s.62
DISCLOSURE = "disclosure"


class NotDone(Exception):
    """What was asked cannot be done; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where one person of an agency works, in one transaction: ``by`` as the log names them."""

    connection: Connection
    keep: Keep
    at: datetime
    by: str
    agency: str

    def make(self, record: Record, *, parent: str | None = None, told: tuple[str, ...] = ()) -> str:
        """Write something down; its id. The same again, by the same agency, is the same thing, and changes nothing.

        ``told``: the other agencies that it is meant for.
        """
        kind, body = _kind(record), record.model_dump(mode="json")
        id = identity("work", kind, self.agency, parent, record.model_dump_json())
        if (there := kept(self.connection, id)) is not None:
            if there.taken_back:
                self._put(there, there.version, "changed", body, taken_back=False)
            return id
        row = {"id": id, "kind": kind, "agency": self.agency, "parent": parent, "made_at": self.at, "body": body}
        self.connection.execute(insert(Work), [{**row, "version": 1, "taken_back": False}])
        self._note(id, kind, 1, "made", None)
        self._tell(id, told)
        return id

    def change(self, id: str, record: Record, *, seen: int, told: tuple[str, ...] = ()) -> None:
        """Put another state in place of version ``seen``; raises ``NotDone`` where somebody was quicker."""
        before = self._mine(id)
        body = record.model_dump(mode="json")
        if body == before.record.model_dump(mode="json"):
            return
        self._put(before, seen, "changed", body, taken_back=False)
        self._tell(id, told)

    def undo(self, id: str, *, seen: int) -> None:
        """Take the last change back, be it an undoing; of what was only made, the making."""
        now = self._mine(id)
        last = changes_of(self.connection, id)[-1]
        body = now.record.model_dump(mode="json")
        if last.before is None:
            self._put(now, seen, "undone", body, taken_back=True)
        else:
            self._put(now, seen, "undone", last.before["body"], taken_back=last.before["taken_back"])

    def _mine(self, id: str) -> Kept:
        found = kept(self.connection, id)
        if found is None:
            raise NotDone("It is not there any more.")
        return found

    def _put(self, now: Kept, seen: int, what: str, body: Mapping[str, Any], *, taken_back: bool) -> None:
        here = (Work.id == now.id, Work.version == seen)
        values = {"body": body, "version": seen + 1, "taken_back": taken_back}
        if self.connection.execute(update(Work).where(*here).values(values)).rowcount != 1:
            raise NotDone("Somebody changed it since you opened it. Look at it as it is now, and try again.")
        before = {"body": now.record.model_dump(mode="json"), "taken_back": now.taken_back}
        self._note(now.id, now.kind, seen + 1, what, before)

    def _note(self, id: str, kind: str, version: int, what: str, before: Mapping[str, Any] | None) -> None:
        row = {"work": id, "version": version, "at": self.at, "by": self.by, "agency": self.agency, "what": what}
        self.connection.execute(insert(WorkChange), [{**row, "before": before}])
        said = {"kind": kind, "what": what, "version": version, "agency": self.agency}
        self.keep(self.connection, [entry(self.at, self.by, ALTERATION, f"work:{id}", **said)])

    def _tell(self, id: str, told: tuple[str, ...]) -> None:
        for agency in sorted({*told} - {self.agency}):
            line = entry(self.at, self.by, DISCLOSURE, f"work:{id}", **{"from": self.agency, "to": agency})
            self.keep(self.connection, [line])


def _kind(record: Record) -> str:
    return next(kind for kind, of in KINDS.items() if type(record) is of)

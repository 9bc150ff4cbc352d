"""What the store holds, written out, and the line of the log that says so (Data Protection Act 2018, s.62)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from sqlalchemy import Engine

from streams.export import export_lines
from streams.keeping.log import COMMANDS, log
from streams.store import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who exports, why, for whom if it leaves the store's keepers, and whether to a file."""

    by: str
    why: str
    to: str | None
    out: bool


def write_lines(engine: Engine, what: str, opened: IO[str], asked: Asked) -> None:
    """Write one of the exports; the log has its line before the first is written."""
    with writing(engine) as connection:
        log(connection, COMMANDS, [_entry(what, asked)])
    with reading(engine) as connection:
        for line in export_lines(connection, what):
            opened.write(line + "\n")


def _entry(what: str, asked: Asked) -> dict[str, Any]:
    detail = {"command": "export", "reason": "stated" if asked.why.strip() else "not stated"}
    detail |= {"to": asked.to} if asked.to else {}
    act = "disclosure" if asked.to else "consultation"
    said = {"at": datetime.now(UTC), "actor": asked.by[:80], "act": act, "subject": f"export:{what}"}
    return said | {"detail": detail | {"file": asked.out}, "why": asked.why}

"""What goes to the log of who did what; whoever wires the page says how it is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

Entry = Mapping[str, Any]
Keep = Callable[[Connection, Sequence[Entry]], None]

SIGN_IN = "sign-in"
REFUSED = "refused"
SIGN_OUT = "sign-out"
ACCOUNT = "account"  # somebody was added, disabled, enabled, given a role or a password
CONSULTATION = "consultation"  # the act of DPA 2018, s.62


def by_user(id: str) -> str:
    """How the log names a person who uses the page: never by their name."""
    return f"user:{id}"


def entry(at: datetime, actor: str, act: str, subject: str, **detail: object) -> Entry:
    """One line of the log."""
    return {"at": at, "actor": actor, "act": act, "subject": subject, "detail": detail}


def reasoned(line: Entry, why: str) -> Entry:
    """The line with somebody's own words, which are laid apart so that they can be erased."""
    return {**line, "why": why or None}

"""Made-up users and a log that is kept in a list."""

from collections.abc import Sequence
from datetime import UTC, datetime

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine

from consumers.accounts.log import Entry
from consumers.accounts.passwords import Passwords
from consumers.accounts.users import Desk

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a test signs in dozens of times
PASSWORD = "tandem-quarry-whistle"


class Log:
    """Keeps the entries, for tests to read."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __call__(self, _connection: Connection, entries: Sequence[Entry]) -> None:
        self.entries += entries

    def acts(self) -> list[str]:
        return [entry["act"] for entry in self.entries]


def cheap() -> Passwords:
    return Passwords(CHEAP)


def a_user(
    engine: Engine,
    name: str = "ann@police.example",
    agency: str = "police",
    roles: Sequence[str] = ("analyst",),
    *,
    password: str = PASSWORD,
    must_change: bool = False,
) -> str:
    """Someone who may use the page; returns their id."""
    with engine.begin() as connection:
        desk = Desk(connection=connection, keep=Log(), at=NOW, by="operator")
        return desk.add(name=name, agency=agency, roles=roles, kept=cheap().kept(password), must_change=must_change)

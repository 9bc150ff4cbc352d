"""Copies told to several agencies, as the pipeline leaves them in the store."""

from typing import Any

from sqlalchemy import Engine

from schemas.tables import Told
from streams.store import add, writing
from tests.consumers.watcher.alerts import an_alert

STATUTORY = (
    "community-safety", "council", "county-council", "environmental-protection", "fire", "health", "housing",
    "licensing", "police", "private-sector-housing", "probation",
)  # fmt: skip


def tell_each(engine: Engine, matter: str, copies: dict[str, dict[str, Any]]) -> None:
    """Give each agency its copy of one matter, each under a name of its own."""
    rows = [
        {"alert": f"{matter}-{agency}"[:36], "agency": agency, "matter": matter, "version": 1}
        | {"digest": "", "body": body}
        for agency, body in copies.items()
    ]
    with writing(engine) as connection:
        add(connection, Told, rows)


def tell_all(engine: Engine, number: int, agencies: tuple[str, ...] = STATUTORY, **changed: Any) -> None:
    """Give every agency the same copy."""
    tell_each(
        engine,
        f"m{number}",
        {agency: an_alert(number, **{"id": f"m{number}-{agency}", **changed}) for agency in agencies},
    )

"""Copies told to several agencies, as the pipeline leaves them in the store."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Engine

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
        {agency: an_alert(number, **own(number, agency), **changed) for agency in agencies},
    )


def own(number: int, agency: str) -> dict[str, Any]:
    """What differs from alert to alert: what a copy is called, and what it rests on."""
    return {"id": f"m{number}-{agency}", "evidence": [f"housing:{number}3", f"police:{number}1"]}


def everyone_knows(_connection: Connection, refs: Collection[str]) -> Mapping[str, frozenset[str]]:
    """A store in which every agency may know every report whole."""
    return {ref: frozenset(STATUTORY) | {"door-staff"} for ref in refs}

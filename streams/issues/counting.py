"""A row of what is counted."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from schemas.tables import Counted, Look
from streams.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A row of what is counted."""

    incident: str
    period: str | None
    occurred_from: datetime
    occurred_to: datetime
    category: str
    detail: str | None
    area: str | None
    easting: float | None
    northing: float | None
    agencies: tuple[str, ...]
    shut: bool

    @classmethod
    def of(cls, row: RowMapping) -> "Counting":
        """A row out of the store."""
        return cls(**{**row, "agencies": tuple(row["agencies"])})


COLUMNS = [Counted.__table__.c[field.name] for field in fields(Counting)]


_LOOKS = [Look.__table__.c[field.name] for field in fields(Counting)]


def looks(connection: Connection, incidents: Collection[str]) -> list[Counting]:
    """How ``incidents`` may look to those who may know some of their reports only."""
    return [Counting.of(row) for row in _LOOKING(connection, incidents=incidents).mappings()]


_LOOKING = Statement(
    lambda any_of: select(*_LOOKS).where(any_of(Look.incident, "incidents")).order_by(Look.incident, Look.number)
)


def seen_as(connection: Connection, incidents: Collection[str]) -> list[Counting]:
    """How ``incidents`` were last seen, by whoever may know all of their reports or some."""
    return [*counted(connection, incidents), *looks(connection, incidents)]


def counted(connection: Connection, incidents: Collection[str]) -> list[Counting]:
    """How ``incidents`` were last seen."""
    return [Counting.of(row) for row in _COUNTED(connection, incidents=incidents).mappings()]


_COUNTED = Statement(lambda any_of: select(*COLUMNS).where(any_of(Counted.incident, "incidents")))

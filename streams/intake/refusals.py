"""What was refused and is kept: how much for which reason, one by one, and the bytes as they were sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from schemas.tables import Rejected
from streams.keeping.bodies import bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that was refused; ``uid`` is of its bytes, None where they may not be kept or there are none."""

    source: str
    partition: int
    offset: int
    agency: str | None
    report_id: str | None
    version: int | None
    at: datetime
    code: str
    reasons: tuple[str, ...]
    uid: str | None

    @property
    def place(self) -> str:
        """Where the record stands, in one word."""
        return f"{self.source}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many records of an agency were refused for one reason, and when the last."""

    agency: str | None
    code: str
    records: int
    last: datetime


_COLUMNS = tuple(getattr(Rejected, name) for name in Refusal.__dataclass_fields__)


def reasons_counted(connection: Connection, agency: str | None = None) -> list[Reason]:
    """How many were refused for what, by agency, the most frequent first."""
    query = select(Rejected.agency, Rejected.code, func.count().label("records"), func.max(Rejected.at).label("last"))
    if agency is not None:
        query = query.where(Rejected.agency == agency)
    rows = connection.execute(query.group_by(Rejected.agency, Rejected.code)).mappings()
    found = [Reason(**row) for row in rows]
    return sorted(found, key=lambda one: (one.agency or "", -one.records, one.code))


def refusals(
    connection: Connection, agency: str | None = None, code: str | None = None, last: int | None = None
) -> list[Refusal]:
    """The refused records, the oldest first; ``last``: only so many, the newest."""
    query = select(*_COLUMNS).order_by(Rejected.at.desc(), Rejected.source, Rejected.partition, Rejected.offset.desc())
    if agency is not None:
        query = query.where(Rejected.agency == agency)
    if code is not None:
        query = query.where(Rejected.code == code)
    return [_refusal(row) for row in reversed(connection.execute(query.limit(last)).all())]


def refusal_at(connection: Connection, place: str) -> Refusal | None:
    """The refused record of that place, as ``Refusal.place`` writes it."""
    source, _, rest = place.rpartition("/")[0].rpartition("/")
    numbers: Sequence[str] = (rest, place.rpartition("/")[2])
    if not source or not all(one.isascii() and one.isdigit() for one in numbers):
        return None
    here = (Rejected.source == source, Rejected.partition == int(numbers[0]), Rejected.offset == int(numbers[1]))
    row = connection.execute(select(*_COLUMNS).where(*here)).one_or_none()
    return None if row is None else _refusal(row)


def body_of(connection: Connection, refusal: Refusal) -> bytes | None:
    """The bytes as they were sent; None where none are kept."""
    return bodies(connection, [refusal.uid]).get(refusal.uid) if refusal.uid else None


def _refusal(row: Row[Any]) -> Refusal:
    return Refusal(**{**row._mapping, "reasons": tuple(row.reasons)})

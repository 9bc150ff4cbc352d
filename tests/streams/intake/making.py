"""Reports, records and stores for the tests of intake."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from schemas.agencies import load_partnership
from schemas.tables import Base, BodyKey, Receipt, Received, Rejected, Report, ReportBody, ReportVersion, Waiting
from streams.intake.keep import take_reports
from streams.keeping.bodies import bodies
from streams.ledger import Record
from streams.stage import Message
from streams.store import open_store, writing

PARTNERSHIP = load_partnership()
TAKEN_AT = datetime(2024, 5, 2, 9, tzinfo=UTC)
CANARY = "Zebedee Quillfeather"  # a name that must stand nowhere but in the report itself
Body = dict[str, Any]


def report(**changes: Any) -> Body:
    """A report that is taken, with fields changed; ``...`` takes one away."""
    body: Body = {
        "id": "P-1",
        "agency": "police",
        "reported_at": "2024-05-01T21:30:00+01:00",
        "occurred": {"from": "2024-05-01T20:00:00+01:00", "to": "2024-05-01T20:10:00+01:00"},
        "category": "anti-social-behaviour",
        "summary": f"{CANARY} was seen there",
    }
    body |= changes
    return {field: value for field, value in body.items() if value is not ...}


def person(**changes: Any) -> Body:
    """A person with a role and a name."""
    body = {"role": "victim", "name": CANARY} | changes
    return {field: value for field, value in body.items() if value is not ...}


def grading(**changes: Any) -> Body:
    """A grading that permits lawful sharing."""
    return {"source": "1", "information": "B", "handling": "P"} | changes


def raw(body: Any) -> bytes:
    """A body as bytes."""
    return json.dumps(body).encode()


def record(value: Body | bytes | None, offset: int = 0, **changes: Any) -> Record:
    """A record of the police's inbound topic."""
    fields: Body = {
        "source": "tocsin.inbound.police.v1",
        "partition": 0,
        "offset": offset,
        "key": None,
        "value": raw(value) if isinstance(value, dict) else value,
        "taken_at": TAKEN_AT,
        "agency": "police",
    }
    return Record(**(fields | changes))


def records(values: Iterable[Body | bytes]) -> list[Record]:
    """Records in order, from offset 0."""
    return [record(value, offset) for offset, value in enumerate(values)]


@contextmanager
def store(url: str) -> Iterator[Engine]:
    """An empty store with its tables."""
    engine = open_store(url)
    try:
        Base.metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()


def take(engine: Engine, batch: Sequence[Record]) -> list[Message]:
    """Take a batch in one transaction."""
    with writing(engine) as connection:
        return list(take_reports(connection, batch, PARTNERSHIP))


def rows(engine: Engine, table: type[Base], *columns: str) -> list[tuple[Any, ...]]:
    """All rows of a table, of the columns named or all, in an order of their own; bodies as they were sent."""
    if table is ReportBody:
        with engine.connect() as connection:
            return sorted(bodies(connection, connection.execute(select(ReportBody.uid)).scalars()).items())
    listed = [getattr(table, name) for name in columns] or list(table.__table__.columns)
    with engine.connect() as connection:
        return sorted((tuple(row) for row in connection.execute(select(*listed))), key=repr)


def heads(engine: Engine) -> list[tuple[Any, ...]]:
    """The heads of all reports."""
    return rows(engine, Report)


def statuses(engine: Engine) -> list[tuple[Any, ...]]:
    """Report and status of each receipt."""
    return rows(engine, Receipt, "report", "status")


def outcomes(connection: Connection) -> list[str]:
    """What became of each record, in order."""
    return list(
        connection.execute(
            select(Received.outcome).order_by(Received.source, Received.partition, Received.offset)
        ).scalars()
    )


def empty(engine: Engine) -> None:
    """Leave nothing in the store."""
    with writing(engine) as connection:
        for table in (Received, ReportVersion, ReportBody, BodyKey, Report, Receipt, Rejected, Waiting):
            connection.execute(table.__table__.delete())  # type: ignore[attr-defined]

"""A record that the ledger has passed and the store has lost, taken in once more by the way all records take."""

from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, delete, select

from schemas.agencies import Partnership
from schemas.identity import identity
from schemas.tables import Received, Rejected, ReportVersion
from streams.intake.check import Checked
from streams.intake.held import MISSING, find
from streams.intake.keep import judge, refuse_records, take_reports
from streams.keeping.bodies import keep_bodies
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import wake
from streams.store import is_the_stores_fault, only_one, writing

log = structlog.get_logger()


def take_once_more(engine: Engine, record: Record, partnership: Partnership, refused_go_at: datetime) -> bool:
    """Take a missing record in again, or refuse it with its reason; whether it was still missing."""
    try:
        return _take(engine, record, partnership, refused_go_at, refuse=False)
    except Exception as error:
        if is_the_stores_fault(error):
            raise
        # the error's text may quote the record, so only its kind is logged
        log.error("a record cannot be taken; refusing it", topic=record.source, why=type(error).__name__)
        return _take(engine, record, partnership, refused_go_at, refuse=True)


def _take(engine: Engine, record: Record, partnership: Partnership, refused_go_at: datetime, *, refuse: bool) -> bool:
    with writing(engine) as connection:
        only_one(connection, "taking once more")
        (found,) = find(connection, [record], partnership, refused_go_at)
        if found.what != MISSING:
            return False
        for table in (Received, Rejected):
            here = (table.source == record.source, table.partition == record.partition, table.offset == record.offset)
            connection.execute(delete(table).where(*here))
        _lay_back_body(connection, record, partnership)
        take = refuse_records if refuse else take_reports
        owe(connection, [*take(connection, [record], partnership), *wake(["dedupe"])])
    return True


def _lay_back_body(connection: Connection, record: Record, partnership: Partnership) -> None:
    """Where only the bytes of a version were lost, the version is known, and taking it in would change nothing."""
    one = judge(record, partnership)
    if not isinstance(one, Checked):
        return
    uid = identity("report-version", one.report.ref, one.report.version, one.digest)
    if connection.execute(select(ReportVersion.uid).where(ReportVersion.uid == uid)).first() is not None:
        keep_bodies(connection, {uid: record.value or b""})

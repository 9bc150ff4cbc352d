"""A record that was refused, judged by the rules of now: where the rules were wrong, its sender need not send again."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, select

from schemas.agencies import Partnership
from schemas.tables import Receipt, Received, Rejected, ReportBody
from streams.intake.keep import judge, take_reports
from streams.intake.refusals import Refusal, body_of, refusal_at
from streams.intake.refused import Refused
from streams.intake.telling import refusal_receipt
from streams.keeping.bodies import destroy_keys
from streams.keeping.log import COMMANDS, log
from streams.ledger import Record
from streams.outbox import owe
from streams.pipeline import wake
from streams.store import is_the_stores_fault, writing

TAKEN = "taken"
STILL_REFUSED = "still refused"
FAILS = "still makes the pipeline fail"
GONE = "no longer among the refused"
NOT_AS_SENT = "not the bytes that were refused"


def judge_anew(engine: Engine, record: Record, partnership: Partnership, *, by: str, why: str, at: datetime) -> str:
    """Take a refused record if it can be taken now; what came of it. ``record`` is as it was read, key and headers too.

    Who sent it is judged from these, so what the store alone still has is not enough.
    """
    if isinstance(judge(record, partnership), Refused):
        return STILL_REFUSED
    try:
        with writing(engine) as connection:
            return _take(connection, record, partnership, by, why, at)
    except Exception as error:
        if is_the_stores_fault(error):
            raise
        return FAILS


def _take(connection: Connection, record: Record, partnership: Partnership, by: str, why: str, at: datetime) -> str:
    refusal = refusal_at(connection, f"{record.source}/{record.partition}/{record.offset}")
    if refusal is None:
        return GONE
    kept = body_of(connection, refusal)
    if kept is not None and kept != record.value:
        return NOT_AS_SENT
    _forget(connection, refusal, record)
    messages = take_reports(connection, [record], partnership)
    owe(connection, [*messages, *wake(["dedupe"])])
    entry = {"at": at, "actor": by, "act": "alteration", "subject": f"rejected:{refusal.place[:180]}", "why": why}
    log(connection, COMMANDS, [entry | {"detail": {"judged_anew": refusal.code}}])
    still = select(Rejected.code).where(*_at(Rejected, record))
    return STILL_REFUSED if connection.execute(still).first() else TAKEN


def _forget(connection: Connection, refusal: Refusal, record: Record) -> None:
    """Take the refusal back, so that the store is as if the record had first come now."""
    for table in (Rejected, Received):
        connection.execute(delete(table).where(*_at(table, record)))
    if refusal.uid is not None:
        destroy_keys(connection, [refusal.uid])
        connection.execute(delete(ReportBody).where(ReportBody.uid == refusal.uid))
    refused = Refused(refusal.code, refusal.reasons)  # type: ignore[arg-type]  # a code of an earlier release, maybe
    refused.agency, refused.report_id, refused.version = refusal.agency, refusal.report_id, refusal.version
    refused.keep_body = refusal.uid is not None or not record.value
    told = refusal_receipt(record, refused)
    if told is not None:
        connection.execute(delete(Receipt).where(Receipt.id == told["id"]))


def _at(table: type[Rejected] | type[Received], record: Record) -> tuple[ColumnElement[bool], ...]:
    return table.source == record.source, table.partition == record.partition, table.offset == record.offset

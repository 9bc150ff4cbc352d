"""What intake tells the agency that sent a record: a receipt, and its bytes back where they are refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from schemas.envelope import headers_for
from schemas.identity import identity, ref_of
from schemas.report import Report
from schemas.topics import RECEIPTS, REJECTED
from streams.intake.refused import Code, Refused
from streams.intake.versions import Became
from streams.ledger import Record
from streams.stage import Message

Row = Mapping[str, Any]


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def receipt_of(report: Report, outcome: Became, held: int, warnings: tuple[str, ...]) -> Row:
    """The receipt of a report that is kept; ``held`` is the version that stood before it."""
    named = (report.ref, report.version, outcome.value)
    return {
        "id": identity("receipt", *named, "retract") if report.retracts else identity("receipt", *named),
        "ref": report.ref,
        "agency": report.agency,
        "report": report.id,
        "version": report.version,
        "at": report.reported_at,
        "status": outcome.value,
        "reasons": _why(report, outcome, held),
        "warnings": list(warnings),
    }


def _why(report: Report, outcome: Became, held: int) -> list[str]:
    match outcome:
        case Became.SUPERSEDED:
            return [f"version {held} is held; version {report.version} changes nothing"]
        case Became.RETRACTED if report.retracts:
            return [f"version {report.version} and all below are withdrawn, as asked"]
        case Became.RETRACTED:
            return [f"version {report.version} was withdrawn before it came"]
        case _:
            return []


def refusal_receipt(record: Record, refused: Refused) -> Row | None:
    """The receipt of a record that is refused; none where nobody can be told.

    The same bytes under the same id are the same refusal; a record with no readable id is one of its own.
    """
    if refused.agency is None:
        return None
    return {
        "id": _refusal_id(record, refused),
        "ref": ref_of(refused.agency, refused.report_id or ""),
        "agency": refused.agency,
        "report": refused.report_id,
        "version": refused.version,
        "at": refused.at or record.taken_at,
        "status": "rejected",
        "reasons": list(refused.reasons),
        "warnings": [],
    }


def _refusal_id(record: Record, refused: Refused) -> str:
    if refused.report_id is None or refused.agency is None:
        return identity("receipt", "rejected", record.source, record.partition, record.offset)
    if not refused.keep_body:  # of a body that may not be kept, not even a digest is
        return identity("receipt", "rejected", refused.code, refused.agency, refused.report_id, refused.version)
    return refusal_id(refused.code, refused.agency, refused.report_id, record.value)


def refusal_id(code: Code, agency: str, report_id: str, raw: bytes | None) -> str:
    """The id of the receipt that says these bytes are refused for this."""
    return identity("receipt", "rejected", code, agency, report_id, sha256(raw or b"").hexdigest())


def receipt_message(row: Row, origin: Record | None = None) -> Message:
    """The message that carries a receipt; ``origin`` says where a record stood that had no readable id."""
    body = {
        "id": row["id"],
        "agency": row["agency"],
        "report": row["report"],
        "version": row["version"],
        "at": iso(row["at"]),
        "status": row["status"],
        "reasons": row["reasons"],
        "warnings": row["warnings"],
    }
    if origin is not None:
        body["origin"] = {"source": origin.source, "partition": origin.partition, "offset": origin.offset}
    return Message(
        topic=RECEIPTS.topic(row["agency"]),
        key=row["report"].encode() if row["report"] is not None else None,
        value=to_json(body),
        headers=headers_for("receipt", id=row["id"], at=row["at"], subject=row["report"]),
    )


def rejected_message(record: Record, refused: Refused, agency: str) -> Message:
    """The record back to its sender, key and bytes untouched; no bytes and no headers of one marked too high."""
    reasons = to_json(list(refused.reasons)).decode()
    why = {
        "code": refused.code,
        "reason": "; ".join(refused.reasons),
        "reasons": reasons,
        "topic": record.source,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "at": iso(record.taken_at),
    }
    return Message(
        topic=REJECTED.topic(agency),
        key=record.key,
        value=record.value if refused.keep_body else None,
        headers=(
            *(record.headers if refused.keep_body else ()),
            *((f"dlq.{name}", text.encode()) for name, text in why.items()),
        ),
    )

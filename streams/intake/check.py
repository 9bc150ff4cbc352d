"""A record to a report: the rules that need more than the report itself."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from schemas.agencies import Partnership
from schemas.envelope import names_another, read_envelope
from schemas.report import Report, read_report_json
from schemas.sentences import only_unknown_fields, reasons_of
from schemas.usable import warnings_of
from streams.intake.decode import decode, readable_agency, readable_id, readable_moment, readable_version, salvage
from streams.intake.digest import digest_of
from streams.intake.marking import Marked, marked_in, marked_in_bytes
from streams.intake.refused import Code, Refused
from streams.ledger import Record

EARLY = timedelta(days=1)
_WITHHELD = {
    Marked.HIGHER: "classification is above OFFICIAL-SENSITIVE: the record is not kept",
    Marked.UNKNOWN: "classification may be above OFFICIAL-SENSITIVE: the record is not kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A report that may be kept, what its content comes to, and what is kept of it but not used."""

    report: Report
    digest: str
    warnings: tuple[str, ...]


def check(record: Record, partnership: Partnership) -> Checked:
    """The report that a record is; raises ``Refused`` with every reason found."""
    try:
        body = decode(record.value)
    except Refused as refused:
        raise _about(refused, record, salvage(record.value), marked_in_bytes(record.value or b"")) from None
    try:
        return _check_body(record, body, partnership)
    except Refused as refused:
        raise _about(refused, record, body, marked_in(body)) from None


def about(refused: Refused, record: Record) -> Refused:
    """The refusal with what can be read of the record it is about."""
    body = salvage(record.value)
    return _about(refused, record, body, marked_in(body) if body else marked_in_bytes(record.value or b""))


def _about(refused: Refused, record: Record, body: dict[str, Any], marked: Marked) -> Refused:
    """The refusal with what it is about; of a record marked too high, nothing but that it was."""
    refused.report_id = readable_id(body)
    refused.version = readable_version(body)
    refused.agency = record.agency or readable_agency(body)
    refused.at = readable_moment(body)
    if marked is not Marked.LOWER:
        refused.code = "over-classified" if marked is Marked.HIGHER else "invalid"
        refused.reasons = (_WITHHELD[marked],)
        refused.keep_body = False
    return refused


def _check_body(record: Record, body: dict[str, Any], partnership: Partnership) -> Checked:
    forged = list(_forgeries(record, body, partnership))
    try:
        report = read_report_json((record.value or b"").removeprefix(BOM_UTF8), body)
    except ValidationError as error:
        reasons = [*forged, *reasons_of(error), *_hints(body)]
        raise Refused(_code(forged, error), reasons) from None
    if forged:
        raise Refused("identity-mismatch", forged)
    if report.reported_at > record.taken_at + EARLY:
        raise Refused("invalid", ["reported_at is more than a day after the report was received"])
    warnings = [*read_envelope(record.headers).warnings, *warnings_of(report), *_strangers(report, partnership)]
    return Checked(report=report, digest=digest_of(report), warnings=tuple(warnings))


def _code(forged: list[str], error: ValidationError) -> Code:
    if forged:
        return "identity-mismatch"
    return "unknown-field" if only_unknown_fields(error) else "invalid"


def _forgeries(record: Record, body: dict[str, Any], partnership: Partnership) -> Iterator[str]:
    """Where a record speaks in another's name. Who sent it is the topic it came on; a file has only the body."""
    claimed = body.get("agency")
    if record.agency is not None and isinstance(claimed, str) and claimed != record.agency:
        yield f"agency is not {record.agency}, whose topic this is"
    agency = record.agency or readable_agency(body)
    if agency is not None and names_another(record.headers, agency, partnership):
        yield "a CloudEvents header names another agency"
    if not _key_fits(record.key, body.get("id"), agency):
        yield "the record's key is not the report's id"


def _key_fits(key: bytes | None, report_id: Any, agency: str | None) -> bool:
    """Whether the key is the report's id, as text or as a JSON string, with or without its agency; none is fine."""
    if not key or not isinstance(report_id, str):
        return True
    text = key.decode("utf-8", "replace")
    return text in (report_id, f"{agency}:{report_id}", f'"{report_id}"')


def _hints(body: dict[str, Any]) -> Iterator[str]:
    if "specversion" in body and "data" in body:
        yield "this is a CloudEvent in structured mode; send the report as the body, and its attributes as headers"


def _strangers(report: Report, partnership: Partnership) -> Iterator[str]:
    if report.agency not in partnership:
        yield f"agency {report.agency} is not known to the partnership"
    for index, name in enumerate(report.restricted_to or ()):
        if name not in partnership:
            yield f"restricted_to[{index}] is not known to the partnership; the report stays shut to all not named"

"""What a batch of records comes to, gathered record by record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.identity import identity
from schemas.report import Report
from streams.intake.check import Checked, about
from streams.intake.refused import Refused
from streams.intake.telling import receipt_of, refusal_id, refusal_receipt
from streams.intake.versions import Became, Held, became
from streams.ledger import Record

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one record: the receipt that says so, if there is one, and why it is refused, if it is."""

    record: Record
    what: Became
    ref: str | None = None
    receipt: Row | None = None
    refused: Refused | None = None


@dataclass(slots=True)
class Batch:
    """Outcomes in the order the records came, and the rows that keep what they bring."""

    held: dict[str, Held]
    refused: set[str]  # ids of the refusals told before, as far as they bear on these records
    outcomes: list[Outcome] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)  # by uid, of reports and of what is refused
    moved: set[str] = field(default_factory=set)  # refs of which a version was kept
    heads: dict[str, tuple[str | None, Report]] = field(default_factory=dict)  # the version the head tells of, by ref

    def refuse(self, record: Record, refused: Refused) -> None:
        """Take a record as refused."""
        receipt = refusal_receipt(record, refused)
        if receipt is not None:
            self.refused.add(receipt["id"])
        self.outcomes.append(Outcome(record=record, what=Became.REJECTED, receipt=receipt, refused=refused))

    def pass_over(self, record: Record) -> None:
        """Take nothing of a record that was erased, and tell nobody."""
        self.outcomes.append(Outcome(record=record, what=Became.ERASED))

    def keep(self, record: Record, checked: Checked) -> None:
        """Take a report in on top of what is held of it."""
        report = checked.report
        held = self.held.setdefault(report.ref, Held())
        what = became(held, report.version, checked.digest, retracts=report.retracts)
        if what is not Became.SEEN and held.known and conflict_id(record, report) in self.refused:
            what = Became.SEEN  # refused when it came first, and no better for coming again
        if what is Became.REJECTED:
            self.refuse(record, about(_conflict(report), record))
            return
        receipt = None
        if what is not Became.SEEN:
            receipt = receipt_of(report, what, held.version, checked.warnings)
            self._remember(record, checked, held)
        self.outcomes.append(Outcome(record=record, what=what, ref=report.ref, receipt=receipt))

    def _remember(self, record: Record, checked: Checked, held: Held) -> None:
        report = checked.report
        uid = identity("report-version", report.ref, report.version, checked.digest)
        held.remember(report.version, checked.digest, uid, retracts=report.retracts)
        self.moved.add(report.ref)
        self.versions.append(_version_row(uid, checked, record))
        self.bodies[uid] = record.value or b""
        if held.uid == uid:
            self.heads[report.ref] = (uid, report)
        elif held.uid is None and report.version == held.withdrawn:
            self.heads[report.ref] = (None, report)


def _conflict(report: Report) -> Refused:
    return Refused("version-conflict", [f"version {report.version} is held with other content; send a higher one"])


def conflict_id(record: Record, report: Report) -> str:
    """The id of the receipt that would say that this version is held with other content."""
    return refusal_id("version-conflict", report.agency, report.id, record.value)


def _version_row(uid: str, checked: Checked, record: Record) -> Row:
    report = checked.report
    return {
        "uid": uid,
        "ref": report.ref,
        "agency": report.agency,
        "id": report.id,
        "version": report.version,
        "action": report.action,
        "digest": checked.digest,
        "reported_at": report.reported_at,
        "taken_at": record.taken_at,
        "source": record.source,
        "partition": record.partition,
        "offset": record.offset,
    }


def head_row(uid: str | None, report: Report, held: Held) -> Row:
    """A report's head; of one that only a retraction has come of, what the retraction says of it is left out."""
    said = report if uid is not None else None
    return {
        "ref": report.ref,
        "agency": report.agency,
        "id": report.id,
        "version": held.version,
        "uid": uid,
        "status": held.status,
        "reported_at": report.reported_at,
        "occurred_from": said and said.occurred.from_,
        "occurred_to": said and said.occurred.to,
        "category": said and said.category,
        "detail": said and said.known_detail,
        "asb_type": said and said.asb_type,
        "marking": said and marking_of(said),
    }


def marking_of(report: Report) -> dict[str, Any]:
    """What sharing asks of a report; absent stays absent."""
    return {
        "classification": report.classification,
        "grading": report.grading and report.grading.model_dump(exclude_none=True),
        "sensitive": list(report.sensitive),
        "restricted_to": None if report.restricted_to is None else list(report.restricted_to),
    }

"""What became of an agency's own reports: its receipts, which tell it what it may know and nothing else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from schemas.tables import Receipt, Rejected, Report

# In the order they happen.
STEPS = ("accepted", "superseded", "retracted", "incident", "linked", "alerted", "tasked", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one receipt says."""

    status: str
    at: datetime
    says: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One report of the agency: what it was of, and what was heard of it, in the order things happen."""

    id: str
    category: str
    status: str
    version: int
    reported_at: datetime
    heard: Sequence[Heard] = field(default=())

    @property
    def furthest(self) -> str:
        """The last of the steps that it came to."""
        reached = [one.status for one in self.heard if one.status in STEPS]
        return reached[-1] if reached else self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record of the agency that was not taken, and why."""

    id: str
    at: datetime
    code: str
    reasons: Sequence[str]


def reports_sent(connection: Connection, agency: str, *, find: str = "", first: int = 0, most: int = 50) -> list[Sent]:
    """The agency's reports, the newest first; ``find``: only one of that id. One more than ``most``, if there are."""
    wanted = select(Report.ref, Report.id, Report.category, Report.status, Report.version, Report.reported_at)
    wanted = wanted.where(Report.agency == agency, Report.uid.is_not(None))
    if find:
        wanted = wanted.where(Report.id == find)
    rows = connection.execute(
        wanted.order_by(Report.reported_at.desc(), Report.ref).offset(first).limit(most + 1)
    ).all()
    heard = _heard(connection, [row.ref for row in rows])
    return [
        Sent(
            id=row.id,
            category=row.category or "",
            status=row.status,
            version=row.version,
            reported_at=row.reported_at,
            heard=heard.get(row.ref, ()),
        )
        for row in rows
    ]


def _heard(connection: Connection, refs: Sequence[str]) -> Mapping[str, Sequence[Heard]]:
    found: dict[str, list[Heard]] = defaultdict(list)
    rows = connection.execute(
        select(Receipt.ref, Receipt.status, Receipt.at, Receipt.reasons, Receipt.warnings)
        .where(Receipt.ref.in_(refs), Receipt.withdrawn.is_(False))
        .order_by(Receipt.at, Receipt.id)
    )
    for row in rows:
        found[row.ref].append(Heard(status=row.status, at=row.at, says=[*row.reasons, *row.warnings]))
    return {ref: sorted(heard, key=_by_step) for ref, heard in found.items()}


def _by_step(one: Heard) -> tuple[int, datetime]:
    return STEPS.index(one.status) if one.status in STEPS else len(STEPS), one.at


def refused(connection: Connection, agency: str, most: int = 50) -> list[Refused]:
    """The agency's records that were not taken, the newest first."""
    rows = connection.execute(
        select(Rejected.report_id, Rejected.at, Rejected.code, Rejected.reasons)
        .where(Rejected.agency == agency)
        .order_by(Rejected.at.desc(), Rejected.source, Rejected.partition, Rejected.offset)
        .limit(most)
    )
    return [Refused(id=row.report_id or "", at=row.at, code=row.code, reasons=row.reasons) for row in rows]


def became(connection: Connection, agency: str, since: datetime) -> Mapping[str, int]:
    """How many of the agency's reports came to each step since a day, as its receipts say."""
    rows = connection.execute(
        select(Receipt.status, func.count(Receipt.ref.distinct()).label("reports"))
        .where(Receipt.agency == agency, Receipt.status.in_(STEPS), Receipt.at >= since)
        .where(Receipt.withdrawn.is_(False))
        .group_by(Receipt.status)
    )
    counts = {row.status: row.reports for row in rows}
    return {step: counts.get(step, 0) for step in STEPS}

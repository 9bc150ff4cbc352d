"""Whether what stands on an inbound topic is in the store: record by record, what is held against what was sent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.tables import BodyKey, Erased, Progress, Receipt, Received, Rejected, ReportBody, ReportVersion
from streams.clusters.sets import among
from streams.intake.batch import conflict_id
from streams.intake.check import Checked
from streams.intake.forgotten import marks_of
from streams.intake.keep import judge
from streams.intake.refused import Refused
from streams.intake.telling import refusal_receipt
from streams.intake.versions import Became
from streams.keeping.bodies import opened
from streams.keeping.keyring import WrongKey, keyring_of
from streams.ledger import Record

WAITING = "waiting"  # not taken yet: the ledger stands before it
MISSING = "missing"
NO_TRACE = "the store has no trace of it"
NOT_HELD = "the store says it was taken, but does not hold it"
NOT_AS_SENT = "the store holds something else than what was sent"
_KEPT = (Became.ACCEPTED.value, Became.SUPERSEDED.value, Became.RETRACTED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store has of a record: what became of it, or that it is waiting or missing, and then why."""

    record: Record
    what: str
    why: str | None = None


@dataclass(slots=True, kw_only=True)
class _Holdings:
    """What the store has on the reports and refusals that a run of records speaks of."""

    connection: Connection
    partnership: Partnership
    refused_go_at: datetime
    received: Mapping[int, Any]
    refused: Mapping[int, str | None]  # uid of the bytes kept, by offset
    versions: Mapping[str, Sequence[Any]]  # by ref
    bodies: Mapping[str, bytes | None]  # by uid; None: cannot be read

    def wrong_with(self, record: Record) -> str | None:
        """Why a record that was taken is not in the store after all; None where it is."""
        row = self.received[record.offset]
        if row.outcome == Became.REJECTED.value:
            return self._refusal(record)
        if row.outcome == Became.SEEN.value:
            return None if self._said_before(record, row.ref) else NOT_HELD
        return self._version(record, row.ref) if row.outcome in _KEPT else None

    def _refusal(self, record: Record) -> str | None:
        if record.offset not in self.refused:  # after its time it is disposed of, bytes and all
            return None if record.taken_at < self.refused_go_at else NOT_HELD
        uid = self.refused[record.offset]
        return None if uid is None or self.bodies.get(uid) == record.value else NOT_AS_SENT

    def _version(self, record: Record, ref: str | None) -> str | None:
        held = self.versions.get(ref or "", ())
        if any(self.bodies.get(row.uid) == record.value for row in held):
            return None
        if self._was_erased(judge(record, self.partnership)):  # or put right: it was written anew
            return None
        return NOT_AS_SENT if held else NOT_HELD

    def _said_before(self, record: Record, ref: str | None) -> bool:
        one = judge(record, self.partnership)
        if isinstance(one, Refused):
            receipt = refusal_receipt(record, one)
            return self._told(receipt["id"] if receipt else "")
        known = {(row.version, row.digest) for row in self.versions.get(ref or one.report.ref, ())}
        held = (one.report.version, one.digest) in known
        return held or self._was_erased(one) or self._told(conflict_id(record, one.report))

    def _told(self, receipt: str) -> bool:
        return self.connection.execute(select(Receipt.id).where(Receipt.id == receipt)).first() is not None

    def _was_erased(self, one: Checked | Refused) -> bool:
        if self.connection.execute(select(Erased.mark).limit(1)).first() is None:
            return False
        marks = marks_of(keyring_of(self.connection), one)
        found = select(Erased.mark).where(among(self.connection, Erased.mark, marks))
        return self.connection.execute(found).first() is not None


def find(
    connection: Connection, run: Sequence[Record], partnership: Partnership, refused_go_at: datetime
) -> list[Found]:
    """What the store has of a run of one partition; ask within one snapshot, for workers go on meanwhile.

    ``refused_go_at``: what was refused before that may have been disposed of. Raises ``WrongKey`` where the store's
    key is not there, for then nothing can be held against what was sent.
    """
    here = _Place(topic=run[0].source, partition=run[0].partition, offsets=(run[0].offset, run[-1].offset))
    taken = here.taken(connection)
    had = _holdings(connection, here, partnership, refused_go_at)
    found = []
    for record in run:
        if record.offset >= taken:
            found.append(Found(record=record, what=WAITING))
        elif record.offset not in had.received:
            found.append(Found(record=record, what=MISSING, why=NO_TRACE))
        elif why := had.wrong_with(record):
            found.append(Found(record=record, what=MISSING, why=why))
        else:
            found.append(Found(record=record, what=had.received[record.offset].outcome))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    topic: str
    partition: int
    offsets: tuple[int, int]

    def taken(self, connection: Connection) -> int:
        here = (Progress.topic == self.topic, Progress.partition == self.partition)
        return connection.execute(select(Progress.next).where(*here)).scalar_one_or_none() or 0

    def rows(self, connection: Connection, table: type[Received] | type[Rejected], *columns: Any) -> Sequence[Any]:
        here = (table.source == self.topic, table.partition == self.partition, table.offset.between(*self.offsets))
        return connection.execute(select(table.offset, *columns).where(*here)).all()


def _holdings(connection: Connection, here: _Place, partnership: Partnership, refused_go_at: datetime) -> _Holdings:
    received = {row.offset: row for row in here.rows(connection, Received, Received.outcome, Received.ref)}
    refused = {row.offset: row.uid for row in here.rows(connection, Rejected, Rejected.uid)}
    versions: dict[str, list[Any]] = defaultdict(list)
    version = ReportVersion
    for row in connection.execute(
        select(version.ref, version.uid, version.version, version.digest).where(
            among(connection, version.ref, {row.ref for row in received.values() if row.ref})
        )
    ):
        versions[row.ref].append(row)
    uids = {row.uid for rows in versions.values() for row in rows} | {uid for uid in refused.values() if uid}
    return _Holdings(
        connection=connection,
        partnership=partnership,
        refused_go_at=refused_go_at,
        received=received,
        refused=refused,
        versions=versions,
        bodies=dict(_readable(connection, uids)),
    )


def _readable(connection: Connection, uids: Iterable[str]) -> Iterable[tuple[str, bytes | None]]:
    query = (
        select(ReportBody.uid, BodyKey.wrapped, ReportBody.raw)
        .join(BodyKey, BodyKey.uid == ReportBody.uid)
        .where(among(connection, ReportBody.uid, uids))
    )
    rows = connection.execute(query).all()
    if rows:
        keyring_of(connection)  # a key that is missing is another matter than one body that cannot be read
    for row in rows:
        try:
            yield from opened(connection, [(row.uid, row.wrapped, row.raw)])
        except WrongKey:
            yield row.uid, None

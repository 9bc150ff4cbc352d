"""The store's tables. Reports are never changed; all else is derived from them or says what was told of them.

Times are integers, microseconds since 1970 UTC, so that both stores order and compare them alike.
Ids are uuid5 of what they stand for (``schemas.identity``), so that doing a thing twice changes nothing.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware ``moment``."""
    span = moment - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


@lru_cache(maxsize=65_536)  # the same few thousand moments are read over and over
def from_micros(micros: int) -> datetime:
    """The UTC moment ``micros`` microseconds after 1970."""
    days, rest = divmod(micros, 86_400_000_000)
    seconds, micro = divmod(rest, 1_000_000)
    return datetime.fromordinal(EPOCH.toordinal() + days).replace(
        hour=seconds // 3600, minute=seconds // 60 % 60, second=seconds % 60, microsecond=micro, tzinfo=UTC
    )


class Instant(TypeDecorator[datetime]):
    """An aware datetime kept as microseconds since 1970 UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Into the store."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Out of the store."""
        return None if value is None else from_micros(value)


# SQLite numbers rows by itself only in a column declared INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")
Id = String(36)
Ref = String(160)  # "agency:id"


class Base(DeclarativeBase):
    """All tables hang here."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: Text,
    }


# ── what came ──────────────────────────────────────────────────────────────────────────────────────────────


class Progress(Base):
    """The offset ledger: the next offset of each partition; the transaction that took the records moves it on."""

    __tablename__ = "progress"
    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    next: Mapped[int] = mapped_column(BigInteger)


class KnownTopic(Base):
    """The broker's own id of a topic whose offsets the ledger counts; one made anew has another, and counts from 0."""

    __tablename__ = "known_topic"
    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    id: Mapped[str] = mapped_column(String(64))


class LostRange(Base):
    """Offsets that the broker had deleted before they were read: recorded, not passed over."""

    __tablename__ = "lost_range"
    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class Received(Base):
    """What became of each record read: one row a record of a topic, or a line of a file."""

    __tablename__ = "received"
    source: Mapped[str] = mapped_column(String(255), primary_key=True)  # the topic, or "file:<name>"
    partition: Mapped[int] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))  # accepted, seen, superseded, rejected, retracted
    ref: Mapped[str | None] = mapped_column(Ref)


class ReportVersion(Base):
    """One version of a report as it was sent. Immutable."""

    __tablename__ = "report_version"
    uid: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, index=True)
    agency: Mapped[str] = mapped_column(String(31))
    id: Mapped[str] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64))  # of the content, not the bytes
    reported_at: Mapped[datetime]
    taken_at: Mapped[datetime]  # the broker's timestamp; for a file, when it was read
    source: Mapped[str] = mapped_column(String(255))
    partition: Mapped[int]
    offset: Mapped[int] = mapped_column(BigInteger)


class ReportBody(Base):
    """The bytes of a version as they were sent, apart from the rest so that erasing reaches one place."""

    __tablename__ = "report_body"
    uid: Mapped[str] = mapped_column(Id, primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)


class Report(Base):
    """Which version of a report holds now, with what the later stages ask for most."""

    __tablename__ = "report"
    ref: Mapped[str] = mapped_column(Ref, primary_key=True)
    agency: Mapped[str] = mapped_column(String(31))
    id: Mapped[str] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[str | None] = mapped_column(Id)  # None: only a retraction has come so far
    status: Mapped[str] = mapped_column(String(10))  # accepted, retracted
    reported_at: Mapped[datetime]
    occurred_from: Mapped[datetime | None]
    occurred_to: Mapped[datetime | None]
    category: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    asb_type: Mapped[str | None] = mapped_column(String(16))
    marking: Mapped[dict[str, Any] | None]  # classification, grading, sensitive, restricted_to: what sharing asks
    place_item: Mapped[str | None] = mapped_column(Id, index=True)
    __table_args__ = (Index("ix_report_agency_reported", "agency", "reported_at"),)


class Rejected(Base):
    """A record refused, with its reasons; its bytes too, unless it was marked above what may be held here."""

    __tablename__ = "rejected"
    source: Mapped[str] = mapped_column(String(255), primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    agency: Mapped[str | None] = mapped_column(String(31), index=True)
    report_id: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[Any]]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)


# ── what it means: items, the pairs judged, the entities they make ─────────────────────────────────────────


class Mention(Base):
    """A person as one report names them, in normal form; the original stands in the report."""

    __tablename__ = "mention"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, index=True)
    index: Mapped[int]
    role: Mapped[str] = mapped_column(String(12))
    body: Mapped[dict[str, Any]]


class PlaceValue(Base):
    """A place as it is written, in normal form; reports that write it alike share the row."""

    __tablename__ = "place_value"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    body: Mapped[dict[str, Any]]


class Address(Base):
    """An address of the partnership's list."""

    __tablename__ = "address"
    uprn: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[dict[str, Any]]


class AddressList(Base):
    """Which list of addresses, boundaries or postcodes the store holds, so that it is known when it changes."""

    __tablename__ = "address_list"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    addresses: Mapped[int]


class Area(Base):
    """A ward or LSOA by its boundary, in metres of the national grid."""

    __tablename__ = "area"
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    body: Mapped[dict[str, Any]]


class PostcodeArea(Base):
    """The areas that a lookup says a postcode lies in."""

    __tablename__ = "postcode_area"
    postcode: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[dict[str, Any]]


class BlockKey(Base):
    """A value by which items that may be the same find each other. ``kind``: incident, person or place.

    A block is kept in event order: its first items are the candidates of all others (``streams.clusters.blocks``).
    """

    __tablename__ = "block_key"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)  # event time of the item
    item: Mapped[str] = mapped_column(Ref, primary_key=True)
    __table_args__ = (Index("ix_block_key_item", "kind", "item"),)


class ValueUse(Base):
    """A mention that uses a value which ought to be one person's, by the name that it has there."""

    __tablename__ = "value_use"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(9), primary_key=True)
    item: Mapped[str] = mapped_column(Id, primary_key=True, index=True)


class GenericValue(Base):
    """A value that people of so many names use that it says nothing of one of them."""

    __tablename__ = "generic_value"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)


class Judgement(Base):
    """What was said of two items (``a`` < ``b``), by the pipeline or by a person, and why. Undone, never deleted."""

    __tablename__ = "judgement"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    a: Mapped[str] = mapped_column(Ref, primary_key=True)
    b: Mapped[str] = mapped_column(Ref, primary_key=True)
    judge: Mapped[str] = mapped_column(String(80), primary_key=True)  # "pipeline", or who
    verdict: Mapped[str] = mapped_column(String(8))  # same, review, apart, never
    bits: Mapped[float | None]
    evidence: Mapped[list[Any]]  # [{"name", "bits", "says"}, …]
    rule: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    why: Mapped[str | None]
    undone: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_judgement_b", "kind", "b"),)


class LearntWeights(Base):
    """Weights learnt from the store for a kind. The newest that is in force is judged by; none: the shipped ones."""

    __tablename__ = "learnt_weights"
    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]  # event time of the newest report that was learnt from
    in_force: Mapped[bool]
    body: Mapped[dict[str, Any]]  # what takes the place of the vocabulary's, the frequencies, and how it was learnt


class Member(Base):
    """Which entity an item belongs to now. The entity's id is that of its earliest item."""

    __tablename__ = "member"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    item: Mapped[str] = mapped_column(Ref, primary_key=True)
    entity: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10))  # joined, review, single, unlinkable
    at: Mapped[datetime]  # event time of the item, which orders an entity's members
    __table_args__ = (Index("ix_member_entity", "kind", "entity"),)


class EntityAlias(Base):
    """An entity id that was once told, and the entity that its anchor is part of now."""

    __tablename__ = "entity_alias"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    old: Mapped[str] = mapped_column(Id, primary_key=True)
    new: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class Incident(Base):
    """The account of an incident, derived from its reports; never overwritten by any one of them."""

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    reported_at: Mapped[datetime]  # the earliest report's
    category: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    place_item: Mapped[str | None] = mapped_column(Id, index=True)
    area: Mapped[str | None] = mapped_column(String(120))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    agencies: Mapped[list[Any]]
    reports: Mapped[list[Any]]  # refs, sorted
    account: Mapped[dict[str, Any] | None]  # told (earliest, latest), kinds, corroborated_by, gradings by report
    __table_args__ = (
        Index("ix_incident_category_from", "category", "occurred_from"),
        Index("ix_incident_area_from", "area", "occurred_from"),
        Index("ix_incident_from", "occurred_from"),
    )


# ── what is building up ────────────────────────────────────────────────────────────────────────────────────


class Finding(Base):
    """What one detector says of one key now: a pure function of the incidents the key touches."""

    __tablename__ = "finding"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(200), index=True)
    scope: Mapped[str] = mapped_column(String(200), index=True)  # the person, place or cell it speaks of
    alert: Mapped[str | None] = mapped_column(Id, index=True)
    body: Mapped[dict[str, Any]]


class FindingIncident(Base):
    """An incident a finding counts, so that two findings of one matter meet."""

    __tablename__ = "finding_incident"
    finding: Mapped[str] = mapped_column(Id, primary_key=True)
    incident: Mapped[str] = mapped_column(Id, primary_key=True, index=True)


class Counted(Base):
    """What the detectors last saw of an incident, so that one that moved or vanished is taken off where it stood."""

    __tablename__ = "counted"
    incident: Mapped[str] = mapped_column(Id, primary_key=True)
    period: Mapped[str | None] = mapped_column(String(10))  # its day, or its month where no more is known
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    category: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    area: Mapped[str | None] = mapped_column(String(120))
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    agencies: Mapped[list[Any]]  # those whose telling counts: not what is suspected false
    shut: Mapped[bool]  # a report of it is not for every statutory agency
    __table_args__ = (
        Index("ix_counted_period", "period"),
        Index("ix_counted_category_from", "category", "occurred_from"),
    )


class OpenReport(Base):
    """A report that every statutory agency may know, as the reporting guard and the themes see it."""

    __tablename__ = "open_report"
    ref: Mapped[str] = mapped_column(Ref, primary_key=True)
    uid: Mapped[str] = mapped_column(Id)
    incident: Mapped[str] = mapped_column(Id, index=True)
    agency: Mapped[str] = mapped_column(String(31))
    reported_at: Mapped[datetime]
    reported_on: Mapped[str] = mapped_column(String(10), index=True)
    happened_on: Mapped[str | None] = mapped_column(String(10), index=True)  # None: known too loosely
    lag: Mapped[float]  # days from the end of what happened to the report
    category: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    terms: Mapped[list[Any]]  # words and pairs of words of its narrative, none of them a name
    names: Mapped[list[Any]]  # words of the names it gives to people, which make no theme in any other report either


class Unread(Base):
    """A day, or a month, whose counts have changed since they were last judged."""

    __tablename__ = "unread"
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    since: Mapped[datetime | None]  # when the timer first saw it so


class Clock(Base):
    """How far event time has been closed; issues that nothing was added to by then are over."""

    __tablename__ = "clock"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


class Said(Base):
    """What a person said of an alert: it outlives every replay and every update."""

    __tablename__ = "said"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    alert: Mapped[str] = mapped_column(Id, index=True)
    agency: Mapped[str] = mapped_column(String(31))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))  # acknowledged, tasked, closed, not-an-issue
    body: Mapped[dict[str, Any]]


class Alert(Base):
    """One alert an issue, uncut; updated in place."""

    __tablename__ = "alert"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(14))  # open, acknowledged, tasked, closed
    version: Mapped[int]
    withdrawn: Mapped[bool] = mapped_column(default=False)  # the reports no longer say so
    raised_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    over_at: Mapped[datetime | None] = mapped_column(index=True)  # when it is over if nothing new comes; None: it is
    severity: Mapped[str] = mapped_column(String(6))
    body: Mapped[dict[str, Any]]


class AlertEvidence(Base):
    """A report that an alert rests on."""

    __tablename__ = "alert_evidence"
    alert: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, primary_key=True, index=True)


# ── what was told, and what waits ──────────────────────────────────────────────────────────────────────────


class Told(Base):
    """The copy of an alert an agency was last given; ``alert`` is the copy's name, which never changes."""

    __tablename__ = "told"
    alert: Mapped[str] = mapped_column(Id, primary_key=True)
    agency: Mapped[str] = mapped_column(String(31), primary_key=True)
    matter: Mapped[str | None] = mapped_column(Id, index=True)  # the alert's own id as it is now
    week: Mapped[str | None] = mapped_column(String(8), index=True)  # in which it was raised: 2024-W10
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    over_at: Mapped[datetime | None] = mapped_column(index=True)  # when the copy is over if nothing new comes
    body: Mapped[dict[str, Any] | None]  # None: pulled back, a tombstone was sent


class ToldKey(Base):
    """A finding's key that a copy was made of, so that what changes under it reaches the copy."""

    __tablename__ = "told_key"
    alert: Mapped[str] = mapped_column(Id, primary_key=True)
    agency: Mapped[str] = mapped_column(String(31), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class Receipt(Base):
    """What an agency was told of its report."""

    __tablename__ = "receipt"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, index=True)
    agency: Mapped[str] = mapped_column(String(31))
    report: Mapped[str | None] = mapped_column(String(128))
    at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list[Any]]
    warnings: Mapped[list[Any]]
    withdrawn: Mapped[bool] = mapped_column(default=False)  # true when it was told, no longer


class Outbox(Base):
    """A message that a committed transaction owes to a topic. The relay publishes it and takes the row away."""

    __tablename__ = "outbox"
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(String(200))
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    headers: Mapped[list[Any]]


class Waiting(Base):
    """Work that stands before a stage; taken away in the transaction that does it."""

    __tablename__ = "waiting"
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    stage: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(200))
    __table_args__ = (UniqueConstraint("stage", "key"), Index("ix_waiting_stage_seq", "stage", "seq"))


class Lease(Base):
    """Who does a job that only one process may do at a time, and until when."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]


class Audit(Base):
    """Who did what to which record, and why (Data Protection Act 2018, s.62)."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(
        String(16)
    )  # collection, alteration, consultation, disclosure, combination, erasure
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_audit_act_subject", "act", "subject"),)

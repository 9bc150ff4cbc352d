"""What came: how far each topic was read, and every report as it was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id, Ref


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
    """The bytes of a version, or of a record refused, as they were sent; sealed under a key of their own."""

    __tablename__ = "report_body"
    uid: Mapped[str] = mapped_column(Id, primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)


class BodyKey(Base):
    """The key of one body, wrapped by the store's: without this row nobody can read the body."""

    __tablename__ = "body_key"
    uid: Mapped[str] = mapped_column(Id, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class StoreKey(Base):
    """Which key the bodies' keys are wrapped by; the key itself only where no file holds it."""

    __tablename__ = "store_key"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(64))
    check: Mapped[str] = mapped_column(String(64))


class Report(Base):
    """Which version of a report holds now, with what the later stages ask for most."""

    __tablename__ = "report"
    ref: Mapped[str] = mapped_column(Ref, primary_key=True)
    agency: Mapped[str] = mapped_column(String(31))
    id: Mapped[str] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[str | None] = mapped_column(Id)  # None: only a retraction has come so far
    status: Mapped[str] = mapped_column(String(10))  # accepted, retracted
    reported_at: Mapped[datetime] = mapped_column(index=True)  # how far event time is, is asked every two seconds
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
    uid: Mapped[str | None] = mapped_column(Id)  # of its bytes among the bodies


class Erased(Base):
    """Something that was erased, by a keyed digest: what comes again under it is not taken."""

    __tablename__ = "erased"
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    people: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # their places in it; None: all of it

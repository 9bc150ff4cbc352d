"""What was told, what waits to be done or told, and who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id, Ref, Serial


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
    __table_args__ = (Index("ix_told_agency", "agency"),)


class ToldKey(Base):
    """A finding's key that a copy was made of, so that what changes under it reaches the copy."""

    __tablename__ = "told_key"
    alert: Mapped[str] = mapped_column(Id, primary_key=True)
    agency: Mapped[str] = mapped_column(String(31), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class FoundBySome(Base):
    """What is an issue in the views of some agencies alone: no stored finding says it, yet it may meet others there.

    ``cell``: of what is found day by day, its scope; else empty.
    """

    __tablename__ = "found_by_some"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    cell: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)
    ref: Mapped[str] = mapped_column(Ref, primary_key=True, index=True)  # a report that it rests on


class Access(Base):
    """Somebody's asking for what another agency holds, and its answer: for how long, and which reports that opens."""

    __tablename__ = "access"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    asker: Mapped[str] = mapped_column(String(31), index=True)
    owner: Mapped[str] = mapped_column(String(31), index=True)
    about: Mapped[str] = mapped_column(String(200))  # the asker's own report, or an alert of its own
    why: Mapped[str]
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(3))  # yes, no; None: not answered yet
    reason: Mapped[str | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None]
    opens: Mapped[list[Any]]  # reports of the owner
    until: Mapped[datetime | None]


class InForce(Base):
    """By what rules the store's copies were last made, so that it is known when these change."""

    __tablename__ = "in_force"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))


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
    __table_args__ = (Index("ix_receipt_agency_status_at", "agency", "status", "at"),)


class Outbox(Base):
    """A message that a committed transaction owes to a topic. The relay publishes it and takes the row away."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_topic_seq", "topic", "seq"),)
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
    __table_args__ = (Index("ix_waiting_stage_key", "stage", "key"), Index("ix_waiting_stage_seq", "stage", "seq"))


class Lease(Base):
    """Who does a job that only one process may do at a time, and until when."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]

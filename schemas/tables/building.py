"""What is building up: what was counted, and the issues found in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id, Ref

_JUDGED = text("chance is not null")


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


class Look(Base):
    """How an incident that several reports tell may look to those who may know some of them only; as ``counted`` is."""

    __tablename__ = "look"
    incident: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str | None] = mapped_column(String(10), index=True)
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    category: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(String(64))
    area: Mapped[str | None] = mapped_column(String(120))
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    agencies: Mapped[list[Any]]
    shut: Mapped[bool]
    __table_args__ = (Index("ix_look_category_from", "category", "occurred_from"),)


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
    first: Mapped[str] = mapped_column(Ref, index=True)  # the first report of its incident, as open ones alone make it
    week: Mapped[str | None] = mapped_column(String(8), index=True)  # of that incident; None where it is not the first
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # areas, category, detail, agencies


class CellWeek(Base):
    """How many incidents the open reports tell of in a cell in a week, and what the last judgement of it gave."""

    __tablename__ = "cell_week"
    # most cells hold too few to be judged: what stands high is looked for among the others alone
    __table_args__ = (Index("ix_cell_week_chance", "week", sqlite_where=_JUDGED, postgresql_where=_JUDGED),)
    cell: Mapped[str] = mapped_column(String(200), primary_key=True)  # as a finding's scope names it
    week: Mapped[str] = mapped_column(String(8), primary_key=True, index=True)
    told: Mapped[dict[str, Any]]  # incidents by the agencies that told of them
    chance: Mapped[float | None]  # the least of its chances; None where it is not judged
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Unread(Base):
    """A day, or a month, whose counts have changed since they were last judged."""

    __tablename__ = "unread"
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    since: Mapped[datetime | None]  # when the timer first saw it so


class DayMark(Base):
    """What the rows counted and told of on a day, or in a month, add up to: days of one mark have the same rows."""

    __tablename__ = "day_mark"
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))


class Clock(Base):
    """How far event time has been closed; issues that nothing was added to by then are over."""

    __tablename__ = "clock"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


class Began(Base):
    """Since when an agency has reported, as ``viewer`` may know it; "": as those may know it who are told all."""

    __tablename__ = "began"
    agency: Mapped[str] = mapped_column(String(31), primary_key=True)
    viewer: Mapped[str] = mapped_column(String(31), primary_key=True)
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

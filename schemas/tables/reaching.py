"""How people are reached: what each wants to hear of, by which way, and what was sent. No words of any report."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id


class Channel(Base):
    """A way to one person: an address of theirs, or where a channel of their team listens."""

    __tablename__ = "notice_channel"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user: Mapped[str] = mapped_column(Id, index=True)
    kind: Mapped[str] = mapped_column(String(8))  # email, teams, slack, webhook, ntfy
    address: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]  # since when nothing gets through


class Subscription(Base):
    """What somebody wants to hear of, and when."""

    __tablename__ = "notice_subscription"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user: Mapped[str] = mapped_column(Id, index=True)
    channel: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(80))
    when: Mapped[str] = mapped_column(String(8))  # live, daily, weekly
    body: Mapped[dict[str, Any]]  # the predicate
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Quiet(Base):
    """When somebody is left in peace, and how often they are reached at most."""

    __tablename__ = "notice_quiet"
    user: Mapped[str] = mapped_column(Id, primary_key=True)
    starts: Mapped[str | None] = mapped_column(String(5))  # 22:00, as the clock here has it; None: at any time
    ends: Mapped[str | None] = mapped_column(String(5))
    an_hour: Mapped[int]
    digest_at: Mapped[str] = mapped_column(String(5))


class Watched(Base):
    """Something on somebody's own list: ``alert:``, ``place:``, ``person:`` or ``area:`` and its name."""

    __tablename__ = "watched"
    user: Mapped[str] = mapped_column(Id, primary_key=True)
    what: Mapped[str] = mapped_column(String(160), primary_key=True)
    at: Mapped[datetime]


class Notice(Base):
    """One thing to tell one person once: named by what it is about, so that it cannot be owed twice."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription: Mapped[str] = mapped_column(Id, index=True)
    user: Mapped[str] = mapped_column(Id)
    about: Mapped[str] = mapped_column(String(160))  # alert: or receipt: and its id
    severity: Mapped[str | None] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(8))  # before, owed, sending, sent, dropped, failed, unsure
    due_at: Mapped[datetime]
    owed_at: Mapped[datetime]
    over_cap: Mapped[bool] = mapped_column(default=False)
    again: Mapped[bool] = mapped_column(default=False)  # it may have got through before
    tries: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(Id, index=True)
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_user_sent_at", "user", "sent_at"),
    )


class FeedToken(Base):
    """A secret address under which somebody's feeds are read; the store keeps a digest of it."""

    __tablename__ = "feed_token"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(Id, index=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

"""Who sits at the page: the people of agencies, where they are signed in, and how often signing in failed."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id


class User(Base):
    """A person of an agency who may use the page; never deleted, for the log names them by ``id``."""

    __tablename__ = "page_user"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    agency: Mapped[str] = mapped_column(String(31), index=True)
    roles: Mapped[list[Any]]
    password: Mapped[str | None]  # argon2id, salt and parameters in it; None: signs in elsewhere
    password_at: Mapped[datetime | None]  # when it was set; one that another knows is good for some days
    must_change: Mapped[bool] = mapped_column(default=False)  # someone else knows the password
    issuer: Mapped[str | None] = mapped_column(String(200))  # of OpenID Connect, which names people by subject
    subject: Mapped[str | None] = mapped_column(String(255))
    made_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class UserSession(Base):
    """One browser in which a person is signed in; ``id`` is the digest of what its cookie holds."""

    __tablename__ = "page_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(Id, index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Stated(Base):
    """That a reason was given, in this session, for looking at this person."""

    __tablename__ = "page_stated"
    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)


class Attempt(Base):
    """How often signing in failed of late, by account or by address; ``key`` is a digest of which."""

    __tablename__ = "page_attempt"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime]  # before then no try is judged
    last_at: Mapped[datetime] = mapped_column(index=True)

"""What people decided about how long something is kept."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id


class Hold(Base):
    """Something that is not disposed of while it stands: a report, or all reports that name a person."""

    __tablename__ = "hold"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    why: Mapped[str]
    released_at: Mapped[datetime | None]


class Review(Base):
    """A report that was looked at when its time was over, and is kept until another day."""

    __tablename__ = "review"
    ref: Mapped[str] = mapped_column(String(160), primary_key=True)
    keep_until: Mapped[datetime]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    why: Mapped[str]

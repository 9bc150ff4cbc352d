"""What people do about it: problems, tasks, steps, bans, premises and reviews, each with all it ever was."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Id


class Work(Base):
    """One thing that people keep, as it stands now; what it may be is said by its kind (``schemas.work``)."""

    __tablename__ = "work"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    agency: Mapped[str] = mapped_column(String(31))  # whose people made it
    parent: Mapped[str | None] = mapped_column(String(64), index=True)  # what it belongs to
    made_at: Mapped[datetime]
    version: Mapped[int]
    taken_back: Mapped[bool] = mapped_column(default=False)  # the making of it was undone
    body: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_work_kind", "kind", "agency"),)


class WorkChange(Base):
    """What somebody changed, and what stood before: changes are added, and undone by another."""

    __tablename__ = "work_change"
    work: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))  # as the log names them
    agency: Mapped[str] = mapped_column(String(31))
    what: Mapped[str] = mapped_column(String(8))  # made, changed, undone
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

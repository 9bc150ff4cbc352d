"""A receipt: what became of a report, told to the agency that sent it."""

from typing import Literal

from pydantic import Field

from schemas.values import AgencyName, LongText, Moment, Name, ReportId, Word

Status = Literal[
    "accepted", "rejected", "superseded", "retracted", "incident", "linked", "alerted", "tasked", "outcome"
]


class Origin(Word):
    """Where a record stood: its topic (or ``file:`` and a name), partition and offset (or line)."""

    source: Name
    partition: int = Field(ge=0)
    offset: int = Field(ge=0)


class Receipt(Word):
    """What became of a report at ``at`` (event time); ``report`` is null where the record had no readable id."""

    id: Name
    agency: AgencyName
    report: ReportId | None = None
    version: int | None = Field(default=None, ge=1)
    at: Moment
    status: Status
    reasons: tuple[LongText, ...] = Field(default=(), strict=False)
    warnings: tuple[LongText, ...] = Field(default=(), strict=False)
    origin: Origin | None = None
    withdrawn: bool = False  # true when it was told, no longer

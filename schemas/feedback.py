"""Feedback: what an analyst says of an alert — seen, judged, tasked, closed — and what came of it."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemas.values import AgencyName, LongText, Moment, Name, Text, Word

Verdict = Literal["acknowledged", "confirmed", "not-an-issue", "wrong", "tasked", "closed", "reopened"]
# Why it is no issue, or what is wrong with it: the rule learns from the words, so there must be some.
NEED_REASON = frozenset({"not-an-issue", "wrong", "reopened"})
OUTCOME_OF = frozenset({"tasked", "closed"})


def _read_day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "is not a day, such as 2024-05-01")


Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]


class Task(Word):
    """Who is to do something about it, and when it is looked at again."""

    team: Text
    what: LongText | None = None
    review: Day | None = None


class Feedback(Word):
    """One judgement by one person, at one time, on one alert.

    A later ``at`` by anyone stands over an earlier one; ``version`` is the alert's version that was looked at.
    """

    alert: Name
    agency: AgencyName
    who: Name
    role: Literal["analyst", "coordinator", "information-governance", "administrator"] | None = None
    at: Moment
    verdict: Verdict
    version: int | None = Field(default=None, ge=1)
    reason: LongText | None = None
    task: Task | None = None
    outcome: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.verdict in NEED_REASON and not (self.reason or "").strip():
            raise PydanticCustomError(
                "reason", "reason is missing: a verdict of {verdict} says why", {"verdict": self.verdict}
            )
        if self.outcome is not None and self.verdict not in OUTCOME_OF:
            raise PydanticCustomError("outcome", "outcome goes with a verdict of tasked or closed")
        if self.task is not None and self.verdict != "tasked":
            raise PydanticCustomError("task", "task goes with a verdict of tasked")
        return self

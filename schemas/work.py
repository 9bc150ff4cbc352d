"""What people keep of what they do about it: the words of problems, tasks, steps, bans, premises and reviews."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.feedback import Day
from schemas.values import AgencyName, Listed, LongText, Name, Text, Word

Stage = Literal["scanning", "analysis", "response", "assessment"]
STAGES: tuple[Stage, ...] = ("scanning", "analysis", "response", "assessment")
Priority = Literal["low", "medium", "high"]
Short = Text  # a line of a form
Words = dict[Name, LongText]


class Problem(Word):
    """Something to be solved together: an alert, or what somebody opened by hand for the agencies it names."""

    alert: Name | None = None  # the name of the copy that whoever opened it holds
    title: Short | None = None
    partners: tuple[AgencyName, ...] = Listed
    lead: AgencyName
    place: Short | None = None
    priority: Priority = "medium"
    stage: Stage = "scanning"
    review: Day | None = None
    state: Literal["open", "closed"] = "open"
    outcome: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.alert is None and not (self.title or "").strip():
            raise PydanticCustomError("title", "A problem that no alert tells of needs a title.")
        if self.state == "closed" and not (self.outcome or "").strip():
            raise PydanticCustomError("outcome", "Say what came of it before it is closed.")
        return self


class Note(Word):
    """What was found or decided at one stage of a problem; ``own``: for one's own agency alone."""

    stage: Stage
    text: LongText = Field(min_length=1)
    own: bool = False


class Task(Word):
    """Who is to do what, by when, and what came of it. ``officers`` of ``lender`` are lent for it."""

    what: LongText = Field(min_length=1)
    owner: AgencyName
    team: Short = Field(min_length=1)
    place: Short | None = None
    priority: Priority = "medium"
    review: Day | None = None
    officers: int = Field(default=0, ge=0, le=500)
    lender: AgencyName | None = None
    state: Literal["open", "done", "dropped"] = "open"
    outcome: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.officers > 0) != (self.lender is not None):
            raise PydanticCustomError("lent", "Lent officers need both a number and the agency that lends them.")
        if self.state != "open" and not (self.outcome or "").strip():
            raise PydanticCustomError("outcome", "Say what came of it.")
        return self


class Link(Word):
    """Two alerts that belong together, by the names of the copies that whoever linked them holds, and in what way."""

    alert: Name
    other: Name
    why: Name


class Subject(Word):
    """Whom or what a step or a ban is about: a person by the mentions that made them up then, or premises."""

    kind: Literal["person", "premises"]
    id: Name
    mentions: tuple[Name, ...] = Listed


class Step(Word):
    """One rung taken: ``record`` and ``checks`` answer what the ladder asks, ``skipped`` why a rung was not tried."""

    subject: Subject
    rung: Name
    on: Day
    team: Short = Field(min_length=1)
    until: Day | None = None
    review: Day | None = None
    record: Words = Field(default_factory=dict)
    checks: dict[Name, Name] = Field(default_factory=dict)
    skipped: Words = Field(default_factory=dict)
    reports: tuple[Name, ...] = Listed
    share: bool = False
    outcome: LongText | None = None


class Ban(Word):
    """An order or ban that forbids somebody something, somewhere, until a day."""

    kind: Name
    subject: Subject | None = None
    holder: Short | None = None  # who it is on, where no alert shows them
    reference: Short | None = None
    conditions: LongText = Field(min_length=1)
    place: Short | None = None
    start: Day
    until: Day | None = None
    share: bool = False
    ended: Day | None = None
    why_ended: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.subject is None) == (not (self.holder or "").strip()):
            raise PydanticCustomError("holder", "Say whom it is on: a person that an alert shows, or a name.")
        if self.until is not None and self.until < self.start:
            raise PydanticCustomError("until", "It ends before it begins.")
        return self


class Breach(Word):
    """A time that a ban or a public spaces protection order was not kept, and what was done about it."""

    on: Day
    what: LongText = Field(min_length=1)
    place: Short | None = None
    notice: Short | None = None  # the number of a fixed penalty notice
    pounds: int | None = Field(default=None, ge=0, le=100_000)
    paid: bool = False
    report: Name | None = None


class Premises(Word):
    """Licensed premises, as the public register of the Licensing Act 2003 has them, and what the partnership adds."""

    name: Short = Field(min_length=1)
    licence: Short | None = None
    address: Short | None = None
    uprn: Short | None = None
    id_scanning: bool = False
    accreditation: tuple[Name, ...] = Listed
    accredited_until: Day | None = None
    review: Day | None = None
    note: LongText | None = None


class CaseReview(Word):
    """A victim's request that their case be reviewed: the days of each answer, and what was answered."""

    alert: Name | None = None
    reference: Short | None = None
    requested: Day
    by: Literal["victim", "on-behalf", "manager"] = "victim"
    days: dict[Name, Day] = Field(default_factory=dict)  # by the clock's name, the day on which it was answered
    threshold: Literal["met", "not-met"] | None = None
    reason: LongText | None = None
    outcome: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.alert is None and not (self.reference or "").strip():
            raise PydanticCustomError("reference", "Name the alert, or a reference of your own.")
        if self.threshold is not None and not (self.reason or "").strip():
            raise PydanticCustomError("reason", "Say why the threshold is met or not.")
        return self


Record = Problem | Note | Task | Link | Step | Ban | Breach | Premises | CaseReview
KINDS: dict[str, type[Record]] = {
    "problem": Problem,
    "note": Note,
    "task": Task,
    "link": Link,
    "step": Step,
    "ban": Ban,
    "breach": Breach,
    "premises": Premises,
    "case-review": CaseReview,
}

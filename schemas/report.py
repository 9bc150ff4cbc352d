"""A report as an agency sends it: exact about types, and refused with a sentence for each thing wrong."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from jiter import from_json
from pydantic import AfterValidator, Field, ValidationError, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from schemas.grading import Grading
from schemas.identity import ref_of
from schemas.kinds import CATEGORIES, DETAILS
from schemas.values import (
    AgencyName,
    Born,
    BornText,
    Free,
    Listed,
    LongText,
    Moment,
    ReportId,
    Span,
    Text,
    Word,
    one_of,
)

MOST_PEOPLE = 100
MOST_VEHICLES = 50
AHEAD = timedelta(minutes=5)  # clocks of two systems differ by minutes

Role = Literal["suspect", "convicted", "victim", "witness", "reporter", "subject", "associate"]
Sensitivity = Literal[
    "domestic-abuse", "stalking", "honour-based", "sexual", "trafficking", "child", "health", "source"
]
Classification = Literal["OFFICIAL", "OFFICIAL-SENSITIVE"]
Category = Annotated[
    str, AfterValidator(one_of(CATEGORIES)), WithJsonSchema({"type": "string", "enum": list(CATEGORIES)})
]


def _has_colon(text: str) -> str:
    agency, colon, report = text.partition(":")
    if not (agency and colon and report):
        raise PydanticCustomError("related", "must be written agency:id")
    return text


class Occurred(Span):
    """When it happened: at some time from ``from`` to ``to``."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("order", "occurred.to is before occurred.from")
        return self


class Place(Word):
    """A place as an agency writes it, as much of it as it knows."""

    text: LongText | None = None
    name: Text | None = None
    uprn: Text | None = None
    usrn: Text | None = None
    postcode: Text | None = None
    lat: float | None = None
    lon: float | None = None
    easting: float | None = None
    northing: float | None = None
    accuracy_m: float | None = Field(default=None, ge=0)
    ward: Text | None = None
    premises_licence: Text | None = None

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        for one, other in (("lat", "lon"), ("easting", "northing")):
            given, missing = (one, other) if getattr(self, one) is not None else (other, one)
            if getattr(self, given) is not None and getattr(self, missing) is None:
                raise PydanticCustomError(
                    "point", "has {given} without {missing}", {"given": given, "missing": missing}
                )
        return self


class Person(Word):
    """A person as one report speaks of them; the role is theirs in this event, never theirs for good."""

    role: Role
    name: Text | None = None
    given: Text | None = None
    middle: Text | None = None
    family: Text | None = None
    aliases: tuple[Text, ...] = Listed
    born: BornText | None = None
    age_from: int | None = Field(default=None, ge=0, le=150)
    age_to: int | None = Field(default=None, ge=0, le=150)
    sex: Literal["M", "F", "X"] | None = None
    phones: tuple[Text, ...] = Listed
    emails: tuple[Text, ...] = Listed
    identifiers: dict[Text, Text] = Field(default_factory=dict, max_length=50)
    address: Place | None = None
    place_of_birth: Text | None = None
    occupation: Text | None = None
    description: LongText | None = None
    local_ref: Text | None = None

    @property
    def birth(self) -> Born | None:
        """When the person may have been born, if the report says."""
        return None if self.born is None else Born.read(self.born)


class Vehicle(Word):
    """A vehicle: its registration mark, or what it looks like."""

    vrm: Text | None = None
    description: LongText | None = None


class Report(Word):
    """What an agency pushes: one event as it knows it, at one version."""

    id: ReportId
    agency: AgencyName
    version: int = Field(default=1, ge=1, le=2**63 - 1)
    action: Literal["report", "amend", "retract"] = "report"
    reported_at: Moment
    occurred: Occurred
    category: Category
    detail: Text | None = None
    asb_type: Literal["personal", "nuisance", "environmental"] | None = None
    summary: LongText | None = None
    grading: Grading | None = None
    classification: Classification = "OFFICIAL"
    restricted_to: tuple[Text, ...] | None = Field(default=None, strict=False, max_length=100)
    sensitive: tuple[Sensitivity, ...] = Listed
    people: tuple[Person, ...] = Field(default=(), strict=False, max_length=MOST_PEOPLE)
    place: Place | None = None
    vehicles: tuple[Vehicle, ...] = Field(default=(), strict=False, max_length=MOST_VEHICLES)
    related: tuple[Annotated[Text, AfterValidator(_has_colon)], ...] = Listed
    extension: Free | None = None

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        wrong = list(_times_wrong(self))
        if wrong:
            raise PydanticCustomError("times", "breaks a rule", {"sentences": wrong})
        return self

    @property
    def ref(self) -> str:
        """``agency:id``, the report's name across the partnership."""
        return ref_of(self.agency, self.id)

    @property
    def retracts(self) -> bool:
        """Whether it withdraws its version and all below, rather than saying something."""
        return self.action == "retract"

    @property
    def known_detail(self) -> str | None:
        """The detail, if the vocabulary has it; an unknown one is kept and not used."""
        return self.detail if self.detail in DETAILS else None


def _times_wrong(report: Report) -> Iterator[str]:
    if report.occurred.from_ > report.reported_at + AHEAD:
        yield "occurred.from is more than five minutes after reported_at"
    for index, person in enumerate(report.people):
        if person.birth is not None and person.birth.first > report.reported_at.date():
            yield f"people[{index}].born is after reported_at"


# Null says what absence says, save where absence has a meaning of its own.
NEVER_NULL = frozenset({"version", "action", "classification"})


def read_report(body: Mapping[str, Any]) -> Report:
    """The report a JSON object is; raises pydantic's ``ValidationError``."""
    return Report.model_validate(without_nulls(body))


def read_report_json(raw: bytes, body: Mapping[str, Any] | None = None) -> Report:
    """The report that the bytes of a JSON object are (``body``, if it was read already); raises as above."""
    try:
        return Report.model_validate_json(raw)  # a third less time than from an object
    except ValidationError:
        if b"null" not in raw:
            raise
    return read_report(from_json(raw) if body is None else body)


def without_nulls(body: Mapping[str, Any]) -> dict[str, Any]:
    """``body`` without the fields that are null, its ``extension`` untouched."""
    return {
        field: value if field == "extension" else _bare(value)
        for field, value in body.items()
        if value is not None or field in NEVER_NULL
    }


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_bare(inner) for inner in value]
    return value

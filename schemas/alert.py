"""An alert: something is building up here, and why we say so."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.report import Category, Classification, Role, Sensitivity
from schemas.values import AgencyName, LongText, Moment, Name, Span, Text, Word

Kind = Literal[
    "case-review",
    "repeat-victim",
    "convergence",
    "repeat-person",
    "repeat-place",
    "near-repeat",
    "cluster",
    "spike",
    "theme",
    "risk-rising",
    "data-notice",
]
# Where several detectors speak of one matter, the most specific kind stands: the order above.
State = Literal["open", "acknowledged", "tasked", "closed"]
Severity = Literal["low", "medium", "high"]


# A recurrence longer than this is told as this: the tail of a model is not to be believed beyond it.
LONGEST_DAYS = 36_500.0
IN_YEARS_FROM = 730.5  # nobody knows what twelve thousand days are


def how_seldom(days: float) -> str:
    """How often chance alone would bring it, once in …: ``45 days``, ``8 years``, ``100 years or more``."""
    if days >= LONGEST_DAYS:
        return "100 years or more"
    if days >= IN_YEARS_FROM:
        return f"{days / 365.25:.0f} years"
    return f"{days:.0f} days" if days >= 10 else f"{days:.1f} days"


FEW = 0.1  # nobody knows what 0.0062 incidents are


def so_many(value: float) -> str:
    """How many were to be expected: ``almost none``, ``0.6``, ``4.2``, ``12``."""
    return "almost none" if value < FEW else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


class Window(Span):
    """The incident time an alert speaks of."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("order", "window.to is before window.from")
        return self


class Area(Word):
    """Where, roughly: a name, and a circle around a point (WGS84, metres)."""

    name: Text | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    radius_m: float | None = Field(default=None, ge=0)


class ShownPlace(Word):
    """The place an alert is about: its id, and what its reader may be shown of it."""

    id: Name
    text: LongText | None = None
    name: Text | None = None
    postcode: Text | None = None
    uprn: Text | None = None
    lat: float | None = None
    lon: float | None = None


class ShownPerson(Word):
    """The person an alert is about: their id, and what its reader may be shown of them."""

    id: Name
    name: Text | None = None
    born: Text | None = None
    roles: tuple[Role, ...] = Field(default=(), strict=False)


class Agencies(Word):
    """How many agencies reported, and which, where that may be said."""

    count: int = Field(ge=0)
    names: tuple[AgencyName, ...] | None = Field(default=None, strict=False)


class Handling(Word):
    """How the alert may be handled: the strictest of what it rests on.

    ``left_out`` says that something is not shown, only where that may be known.
    """

    classification: Classification = "OFFICIAL"
    code: Literal["P", "C"] | None = None
    action: Literal["A1", "A2", "A3"] | None = None
    sanitisation: Literal["S1", "S2"] | None = None
    conditions: tuple[LongText, ...] = Field(default=(), strict=False)
    sensitive: tuple[Sensitivity, ...] = Field(default=(), strict=False)
    left_out: Text | None = None
    keep_until: Text | None = None  # the last day on which the agreement lets this copy be held


class Rule(Word):
    """The rule that raised an alert."""

    name: Name
    version: Name


class Alert(Word):
    """One issue, as one agency may see it. The same id and a higher version replaces what was told before."""

    id: Name
    kind: Kind
    state: State = "open"
    version: int = Field(ge=1)
    title: LongText
    why: tuple[LongText, ...] = Field(strict=False)
    raised_at: Moment
    updated_at: Moment
    window: Window
    category: Category | None = None
    detail: Text | None = None
    area: Area | None = None
    place: ShownPlace | None = None
    person: ShownPerson | None = None
    observed: float
    expected: float | None = None
    recurrence_days: float | None = Field(default=None, ge=0)
    score: float = 0.0
    score_parts: dict[Name, float] = Field(default_factory=dict)
    severity: Severity
    evidence: tuple[Name, ...] = Field(default=(), strict=False)
    agencies: Agencies
    handling: Handling = Handling()
    suggested: tuple[LongText, ...] = Field(default=(), strict=False)
    rule: Rule
    over_budget: bool = False  # beyond the partnership's alerts a week: kept and ranked, not told as live
    withdrawn: bool = False  # the reports no longer say so

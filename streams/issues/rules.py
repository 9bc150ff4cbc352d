"""The thresholds, read from ``schemas/vocabulary/rules.toml``, and what alerts suggest, from ``steps.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRule:
    """So many incidents within a window in which a person stood on one side."""

    incidents: int
    window: float
    widest: float
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvergenceRule:
    """So many incidents by at least so many agencies, or by many agencies over fewer."""

    incidents: int
    agencies: int
    many_agencies: int
    incidents_by_many: int
    window: float
    widest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatPlaceRule:
    """So many incidents at a building within a window, and more than its own past expects."""

    incidents: int
    window: float
    widest: float
    past: float
    prior_incidents: float
    prior_days: float
    chance: float
    precise: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReviewRule:
    """The ASB case review threshold, told early when it is one short."""

    incidents: int
    early: int
    window: float
    widest: float
    reported_within: float
    side: str
    categories: tuple[str, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeatRule:
    """A chain of incidents of a category, close in space and time, above what the same ground saw before."""

    incidents: int
    metres: float
    gap: float
    window: float
    widest: float
    past: float
    learning: float
    around_metres: float
    prior_incidents: float
    prior_days: float
    chance: float
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeRule:
    """More on one day, or on so many days together, than the same weekdays of the past weeks let one expect."""

    windows: tuple[int, ...]
    least: int
    weeks: int
    learning: int
    widest: float
    seldom: float
    stays: float
    prior_days: float
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeMonthRule:
    """The same by months, for incidents known only to the month."""

    least: int
    months: int
    least_months: int
    narrowest: float
    widest: float
    seldom: float
    stays: float
    prior_months: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeWeekRule:
    """The same by weeks and years of history: more than the season lets one expect, at once or slowly."""

    on: bool
    least: int
    weeks: int
    history: int
    alpha: float
    seldom: float
    slow_weeks: int
    slow_factor: float
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRule:
    """How many alerts a week an agency is told of as live (0: all), and the kinds that always are."""

    week: int
    always: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressRule:
    """How long a judgement "not an issue" holds for the same, unless there are so many times as many by then.

    ``own_word``: kinds that only a judgement of an alert of their own kind suppresses.
    """

    days: float
    times: float
    own_word: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRule:
    """Incidents of a category within a circle and so many days, more than its ground and its days have."""

    lengths: tuple[int, ...]
    past: int
    incidents: int
    radii: tuple[float, ...]
    cell_metres: float
    seldom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """An area whose incidents weigh more than its past lets one expect."""

    window: int
    past: int
    incidents: int
    factor: float
    seldom: float
    prior_days: float
    behind_doors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityRule:
    """The ASB case review by locality: so many incidents at one place, whoever complains."""

    on: bool
    incidents: int
    window: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRule:
    """When the reporting itself has changed: silence, more of everything, late reports."""

    past: int
    seldom: float
    silent_days: int
    habit: int
    least_days: int
    again: int
    windows: tuple[int, ...]
    factor: float
    least: int
    late_days: float
    late_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRule:
    """A term in the narratives of more incidents than the weeks before let one expect, told by several agencies."""

    incidents: int
    agencies: int
    window: int
    weeks: int
    seldom: float
    prior: float
    prior_reports: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All thresholds in force, and the version an alert names."""

    version: str
    sides: Mapping[str, frozenset[str]]
    occasion_hours: float
    repeat_person: RepeatRule
    repeat_victim: RepeatRule
    convergence: ConvergenceRule
    repeat_place: RepeatPlaceRule
    case_review: CaseReviewRule
    near_repeat: NearRepeatRule
    spike: SpikeRule
    spike_month: SpikeMonthRule
    spike_week: SpikeWeekRule
    budget: BudgetRule
    suppress: SuppressRule
    cluster: ClusterRule
    risk_rising: RiskRule
    locality: LocalityRule
    reporting: ReportingRule
    theme: ThemeRule
    medium: float
    high: float
    usual_days: float
    never_low: frozenset[str]
    harm_floor: float
    harm_category: Mapping[str, float]
    harm_detail: Mapping[str, float]

    def harm(self, category: str, detail: str | None) -> float:
        """The weight of one incident, in Cambridge Crime Harm Index days."""
        return max(
            self.harm_floor,
            self.harm_category.get(category, self.harm_floor),
            self.harm_detail.get(detail or "", self.harm_floor),
        )

    def named(self, kind: str) -> dict[str, str]:
        """A rule as an alert names it."""
        return {"name": kind, "version": self.version}


def _rule(kind: type[R], table: Mapping[str, Any]) -> R:
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if names != set(table):
        raise ValueError(f"rules file: {kind.__name__} needs {sorted(names)}, it has {sorted(table)}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in table.items()})


def read_rules(source: str) -> Rules:
    """The rules in a TOML text; raises ``ValueError`` naming what is missing."""
    table = tomllib.loads(source)
    return Rules(
        version=table["version"],
        sides={side: frozenset(roles) for side, roles in table["sides"].items()},
        occasion_hours=table["occasion"]["hours"],
        repeat_person=_rule(RepeatRule, table["repeat-person"]),
        repeat_victim=_rule(RepeatRule, table["repeat-victim"]),
        convergence=_rule(ConvergenceRule, table["convergence"]),
        repeat_place=_rule(RepeatPlaceRule, table["repeat-place"]),
        case_review=_rule(CaseReviewRule, table["case-review"]),
        near_repeat=_rule(NearRepeatRule, table["near-repeat"]),
        spike=_rule(SpikeRule, table["spike"]),
        spike_month=_rule(SpikeMonthRule, table["spike-month"]),
        spike_week=_rule(SpikeWeekRule, table["spike-week"]),
        budget=_rule(BudgetRule, table["budget"]),
        suppress=_rule(SuppressRule, table["suppress"]),
        cluster=_rule(ClusterRule, table["cluster"]),
        risk_rising=_rule(RiskRule, table["risk-rising"]),
        locality=_rule(LocalityRule, table["case-review-by-locality"]),
        reporting=_rule(ReportingRule, table["reporting"]),
        theme=_rule(ThemeRule, table["theme"]),
        medium=table["score"]["medium"],
        high=table["score"]["high"],
        usual_days=table["score"]["usual_days"],
        never_low=frozenset(table["score"]["never_low"]),
        harm_floor=table["harm"]["floor"],
        harm_category=table["harm"]["category"],
        harm_detail=table["harm"]["detail"],
    )


@cache
def rules() -> Rules:
    """The rules that are shipped."""
    return read_rules(files("schemas").joinpath("vocabulary/rules.toml").read_text("utf-8"))


@cache
def _steps() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files("schemas").joinpath("vocabulary/steps.toml").read_text("utf-8"))


def suggested(kind: str, category: str | None, detail: str | None) -> tuple[str, ...]:
    """Next steps for a kind of issue; the pipeline proposes, people decide."""
    steps = _steps()
    return (
        *steps["kind"].get(kind, ()),
        *steps["category"].get(category or "", ()),
        *steps["detail"].get(detail or "", ()),
    )

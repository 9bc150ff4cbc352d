"""How often a rule's alerts were real, by what people said of them, and which threshold would have kept the real ones.

Nothing here changes a rule: what it works out is shown, and somebody changes ``rules.toml`` or does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import Connection, select

from schemas.kinds import vocabulary
from schemas.tables import Alert, Said, Told

_RULES = vocabulary("quality")["rules"]
LEAST: int = _RULES["least"]
BAR: float = _RULES["bar"]
REAL, FALSE = frozenset(_RULES["real"]), frozenset(_RULES["false"])
Z = 1.959964  # of the normal distribution, for 95 %
# The rules whose threshold is a number of incidents in ``rules.toml``.
COUNTED = frozenset({"repeat-person", "repeat-victim", "repeat-place", "convergence", "near-repeat", "theme"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An alert that people judged: by which rule it was raised, on how many incidents, and whether it was real."""

    rule: str
    observed: int
    real: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A higher threshold: of the real alerts so many would have been raised, and so many of the others."""

    incidents: int
    real: int
    false: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """A rule: how many of its alerts were judged and were real, with the interval; what is told of it, if anything."""

    rule: str
    judged: int
    real: int
    low: float
    high: float
    threshold: Threshold | None = None

    @property
    def share(self) -> float:
        """The share of those judged that were real."""
        return self.real / self.judged

    @property
    def told(self) -> bool:
        """Whether it was wrong oftener than the partnership lets pass, over enough alerts."""
        return self.judged >= LEAST and self.share < BAR

    @property
    def says(self) -> str:
        """What it comes to, as a sentence; empty where the rule does well, or too little is known."""
        if not self.told:
            return ""
        return f"{self.real} of {self.judged} were real, below {BAR:.0%}. {self._suggested()}"

    def _suggested(self) -> str:
        if self.threshold is None:
            return "No higher number of incidents would have kept enough of the real ones: look at what it takes in."
        lost, spared = self.real - self.threshold.real, self.judged - self.real - self.threshold.false
        return (
            f"With {self.threshold.incidents} incidents instead, {spared} of the others would not have been raised, "
            f"and {lost} of the real ones. It is `incidents` under [{self.rule}] in rules.toml; "
            "nothing changes by itself."
        )


def precisions(judged: Iterable[Judged]) -> list[Precision]:
    """Each rule that was judged, those wrong most often first."""
    by_rule: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_rule[one.rule].append(one)
    found = [_precision(rule, alerts) for rule, alerts in by_rule.items()]
    return sorted(found, key=lambda one: (one.share, one.rule))


def _precision(rule: str, alerts: Sequence[Judged]) -> Precision:
    real = sum(one.real for one in alerts)
    low, high = interval(real, len(alerts))
    made = Precision(rule=rule, judged=len(alerts), real=real, low=low, high=high)
    if not made.told or rule not in COUNTED:
        return made
    return Precision(rule=rule, judged=len(alerts), real=real, low=low, high=high, threshold=_higher(alerts))


def _higher(alerts: Sequence[Judged]) -> Threshold | None:
    """The lowest number of incidents from which on enough were real, and at least half of the real ones are kept."""
    real = sum(one.real for one in alerts)
    for incidents in sorted({one.observed for one in alerts})[1:]:
        kept = [one for one in alerts if one.observed >= incidents]
        right = sum(one.real for one in kept)
        if right >= BAR * len(kept) and right * 2 >= real and right:
            return Threshold(incidents=incidents, real=right, false=len(kept) - right)
    return None


def interval(real: int, judged: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927), which holds for few as well."""
    share, square = real / judged, Z * Z
    middle = (share + square / (2 * judged)) / (1 + square / judged)
    half = Z / (1 + square / judged) * sqrt(share * (1 - share) / judged + square / (4 * judged * judged))
    return max(0.0, middle - half), min(1.0, middle + half)


def judged_by(connection: Connection, agency: str) -> list[Judged]:
    """What an agency's own people said of the copies it holds."""
    rows = connection.execute(
        select(Said.alert, Said.state, Said.body.label("said"), Told.body.label("alert_body"))
        .join(Told, (Told.alert == Said.alert) & (Told.agency == Said.agency))
        .where(Said.agency == agency, Told.body.is_not(None))
        .order_by(Said.at, Said.id)
    )
    return _last_words((row.alert, row.state, row.said, row.alert_body) for row in rows)


def judged_by_all(connection: Connection) -> list[Judged]:
    """What everybody said of each alert; the last that was said stands."""
    rows = connection.execute(
        select(Alert.id, Said.state, Said.body.label("said"), Alert.body.label("alert_body"))
        .select_from(Said)
        .join(Told, (Told.alert == Said.alert) & (Told.agency == Said.agency))
        .join(Alert, Alert.id == Told.matter)
        .order_by(Said.at, Said.id)
    )
    return _last_words((row.id, row.state, row.said, row.alert_body) for row in rows)


def _last_words(rows: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]) -> list[Judged]:
    """Each alert by the last that says whether it was real; seen, or opened again, says neither."""
    last: dict[str, Judged] = {}
    for alert, verdict, said, body in rows:
        real = verdict in REAL and (verdict != "closed" or bool(said.get("outcome")))
        if verdict == "reopened":
            last.pop(alert, None)
        elif real or verdict in FALSE:
            rule, observed = str((body.get("rule") or {}).get("name") or body.get("kind")), body.get("observed")
            count = int(observed) if isinstance(observed, int | float) else 0
            last[alert] = Judged(rule=rule, observed=count, real=real)
    return list(last.values())

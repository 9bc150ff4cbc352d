"""Rising harm: an area whose last fortnight weighs more than the seven weeks before let one expect.

Incidents are weighed, never people. The weighted sum is compared as a scaled Poisson count: sum and variance of the
past give the weight of one (Fay and Feuer 1997, "Confidence intervals for directly standardized rates"), the tail is
that of a gamma belief about it. So one grave incident in a quiet area is one, and not a wave.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.issues.calendar import end_of
from streams.issues.chance import tail
from streams.issues.draft import draft, most_common
from streams.issues.near import area_of
from streams.issues.rules import Rules
from streams.issues.tally import Count
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, number, several, span, told_by


@dataclass(slots=True, kw_only=True)
class Weight:
    """What the incidents of an area weigh together, and the sum of the squares."""

    whole: float = 0.0
    squares: float = 0.0

    def add(self, weight: float) -> None:
        """Put one more on it."""
        self.whole += weight
        self.squares += weight * weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """An area whose harm has risen: what it weighs, what was expected, and how many days apart chance would do it.

    ``incidents``: the weightiest, so many that they alone are what is more than expected; ``among`` so many in all.
    """

    area: str
    incidents: tuple[str, ...]
    among: int
    harm: float
    expected: float
    recurrence: float


def rises(now: Sequence[Count], past: Sequence[Count], rules: Rules) -> list[Rise]:
    """The areas in which the incidents of ``now`` weigh more than those of ``past`` let one expect."""
    rule = rules.risk_rising
    here: dict[str, list[Count]] = defaultdict(list)
    for count in now:
        for area in count.areas:
            here[area].append(count)
    before = _weights(past, rules)
    areas = before.keys() | here.keys()
    if not past or not areas:
        return []
    mean = Weight(
        whole=sum(one.whole for one in before.values()) / len(areas),
        squares=sum(one.squares for one in before.values()) / len(areas),
    )
    growth = max(1.0, len(now) / rule.window / (len(past) / rule.past))
    found = []
    for area, counts in sorted(here.items()):
        if len(counts) < rule.incidents:
            continue
        weights = [rules.harm(count.category, count.detail) for count in counts]
        harm = sum(weights)
        own = before.get(area, Weight())
        share = rule.window / (rule.past + rule.prior_days)
        expected = (own.whole + mean.whole * rule.prior_days / rule.past) * share * growth
        # the weight of one: where the past was slight, one grave incident must not count as many
        usual = (own.squares + mean.squares * rule.prior_days / rule.past) * share * growth / expected
        one = max(usual, sum(weight * weight for weight in weights) / harm)
        if harm < 2 * one or harm < rule.factor * expected:
            continue
        shape = (own.whole + mean.whole * rule.prior_days / rule.past) / one
        chance = tail(int(harm / one), shape, expected / one) * len(areas)
        if chance * rule.seldom <= rule.window:
            found.append(
                Rise(
                    area=area,
                    incidents=_weightiest(counts, harm - expected, rules),
                    among=len(counts),
                    harm=harm,
                    expected=expected,
                    recurrence=rule.window / chance if chance > 0 else inf,
                )
            )
    return found


def _weights(counts: Iterable[Count], rules: Rules) -> Mapping[str, Weight]:
    found: dict[str, Weight] = defaultdict(Weight)
    for count in counts:
        for area in count.areas:
            found[area].add(rules.harm(count.category, count.detail))
    return found


def _weightiest(counts: Iterable[Count], excess: float, rules: Rules) -> tuple[str, ...]:
    """The fewest incidents that weigh as much as the excess: the everyday ones around them are no part of the rise."""
    found: list[str] = []
    for weight, incident in sorted((-rules.harm(one.category, one.detail), one.incident) for one in counts):
        if excess <= 0:
            break
        found.append(incident)
        excess += weight
    return tuple(sorted(found))


def rise_finding(rise: Rise, incidents: Sequence[Happening], period: str, rules: Rules) -> Finding:
    """The finding that rising harm makes."""
    rule = rules.risk_rising
    tellings = [telling for incident in incidents for telling in incident.tellings]
    where = most_common([incident.area for incident in incidents]) or rise.area
    seldom = min(rise.recurrence, LONGEST_DAYS)
    graver = sorted(incidents, key=lambda one: (-rules.harm(one.category, one.detail), one.id))[:3]
    return draft(
        rules,
        kind="risk-rising",
        key=f"day:{period}",
        scope=f"harm:{rise.area}"[:200],
        episode=period,
        incidents=incidents,
        raised_at=max([end_of(date.fromisoformat(period)), *(telling.reported_at for telling in tellings)]),
        window=timedelta(days=rules.spike.gap),
        needed=rule.incidents,
        title=f"Harm rising in {where}: {number(rise.harm)} in {rule.window} days, {so_many(rise.expected)} expected",
        why=[
            f"{several(rise.among, 'incident')} in {rule.window} days weigh {number(rise.harm)} by the harm table, "
            f"{len(incidents)} of them, {span(incidents[0].occurred_from, incidents[-1].occurred_from)}, as much as is "
            f"beyond the usual; the {rule.past} days before let one expect "
            f"{so_many(rise.expected)}; chance alone would do this somewhere in the partnership once in "
            f"{how_seldom(seldom)}.",
            f"What weighs most: {kinds((one.category, one.detail) for one in graver).removeprefix('By kind: ')}",
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area={**(area_of(incidents) or {"lat": None, "lon": None, "radius_m": None}), "name": where},
        observed=round(rise.harm),
        expected=rise.expected,
        recurrence_days=seldom,
    )

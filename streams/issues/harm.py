"""Rising harm: an area whose last fortnight weighs more than the seven weeks before let one expect.

Incidents are weighed, never people. The weighted sum is compared as a scaled Poisson count: sum and variance of the
past give the weight of one (Fay and Feuer 1997, "Confidence intervals for directly standardized rates"), the tail is
that of a gamma belief about it. So one grave incident in a quiet area is one, and not a wave.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

import numpy as np

from schemas.alert import LONGEST_DAYS, how_seldom, so_many
from streams.detectors.values import Flags, Floats, Times
from streams.issues.calendar import end_of
from streams.issues.chance import tail
from streams.issues.draft import draft, most_common
from streams.issues.near import area_of
from streams.issues.rules import Rules
from streams.issues.tally import Count, Numbers, Tally, summed
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, number, several, span, told_by


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


def rises(now: Tally, past: Tally, rules: Rules) -> list[Rise]:
    """The areas in which the incidents of ``now`` weigh more than those of ``past`` let one expect."""
    rule, numbers = rules.risk_rising, now.numbers
    weights = Weights.of(numbers, rules)
    here, before = Weighed.of(now, weights), Weighed.of(past, weights)
    areas = int(((here.counts > 0) | (before.counts > 0)).sum())
    if not before.every or not areas:
        return []
    prior = rule.prior_days / rule.past
    usual_harm = before.harm + float(before.harm.sum()) / areas * prior
    usual_squares = before.squares + float(before.squares.sum()) / areas * prior
    growth = max(1.0, here.every / rule.window / (before.every / rule.past))
    share = rule.window / (rule.past + rule.prior_days) * growth
    found = []
    for area, at in sorted(numbers.areas.items()):
        harm, expected = float(here.harm[at]), float(usual_harm[at]) * share
        if here.counts[at] < rule.incidents or harm < rule.factor * expected:
            continue
        # the weight of one: where the past was slight, one grave incident must not count as many
        one = max(float(usual_squares[at]) * share / expected, float(here.squares[at]) / harm)
        if harm < 2 * one:
            continue
        chance = tail(int(harm / one), float(usual_harm[at]) / one, expected / one) * areas
        if chance * rule.seldom <= rule.window:
            found.append(
                Rise(
                    area=area,
                    incidents=_weightiest(_in_area(now, at, weights), harm - expected, rules),
                    among=int(here.counts[at]),
                    harm=harm,
                    expected=expected,
                    recurrence=rule.window / chance if chance > 0 else inf,
                )
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What an incident of each kind weighs, and whether its kind is told of here at all."""

    each: Floats
    told: Flags

    @classmethod
    def of(cls, numbers: Numbers, rules: Rules) -> "Weights":
        """By the harm table, for the kinds that have a number."""
        behind = rules.risk_rising.behind_doors
        return cls(
            each=np.array([rules.harm(*kind) for kind in numbers.kinds], dtype=float),
            told=np.array(
                [category != "safeguarding" and d not in behind for category, d in numbers.kinds], dtype=bool
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """How many incidents count in each area, what they weigh, and the sum of the squares; and how many in all."""

    counts: Times
    harm: Floats
    squares: Floats
    every: int

    @classmethod
    def of(cls, tally: Tally, weights: Weights) -> "Weighed":
        """By what each kind weighs."""
        kinds, number = np.repeat(tally.kinds, tally.spread), len(tally.numbers.areas)
        told = weights.told[kinds]
        areas, weight = _areas(tally)[told], weights.each[kinds][told]
        return cls(
            counts=np.bincount(areas, minlength=number),
            harm=summed(areas, weight, number),
            squares=summed(areas, weight**2, number),
            every=int(weights.told[tally.kinds].sum()),
        )


def _areas(tally: Tally) -> Times:
    """Of each incident, each area it lies in."""
    return np.asarray(tally.numbers.of_cells()[tally.broad, 0])


def _in_area(tally: Tally, area: int, weights: Weights) -> list[Count]:
    """The incidents that count in an area."""
    at = np.repeat(np.arange(len(tally.spread)), tally.spread)[_areas(tally) == area]
    return [tally.laid[one].of for one in at[weights.told[tally.kinds[at]]].tolist()]


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

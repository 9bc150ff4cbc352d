"""Repeats at one place, judged against what its own past year lets one expect; agencies converging on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.alert import so_many
from streams.issues.chance import tail
from streams.issues.convergence import converge
from streams.issues.draft import draft, trouble
from streams.issues.episodes import Episode, at_least, episodes, occasions
from streams.issues.rules import Rules
from streams.issues.values import Finding, Happening, Involved, first_told
from streams.issues.words import kinds, matter, ordinal, several, span, told_by


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place, what may be shown of it, and the incidents told to be there.

    ``precise``: known to the building. A street, or a point moved for privacy, is not a place that repeats. ``since``:
    when the agencies that tell of it began to report, if that is known.
    """

    id: str
    key: str
    shown: Mapping[str, Any]
    area: Mapping[str, Any] | None
    precise: bool
    since: datetime | None
    items: frozenset[str]
    incidents: tuple[Happening, ...]

    @property
    def name(self) -> str:
        """What the place is called in a sentence; an address that something sensitive was told of is never named."""
        sensitive = any(telling.marking.sensitive for incident in self.incidents for telling in incident.tellings)
        return "one address" if sensitive else self.shown.get("text") or "one address"


def find_place(place: Place, rules: Rules) -> list[Finding]:
    """All that is to be said of one place."""
    items = _here(place)
    rule = rules.repeat_place
    found = _by_locality(place, items, rules) if rules.locality.on else []
    if not place.precise or len(items) < rule.incidents:
        return found
    narrow = occasions(
        [i for i in items if i.sound and i.happening.width <= timedelta(days=rule.widest)],
        timedelta(hours=rules.occasion_hours),
    )
    past = Past(items=tuple(narrow), since=place.since)
    spells = episodes(narrow, timedelta(days=rule.window), lambda some: _due(some, past, rules), lingers=False)
    repeats = [_repeat(place, rules, spell, past) for spell in spells]
    busy = {incident for repeat in repeats for incident in repeat.incidents}
    # Agencies meet every week at a place that is always busy; they converge where it is busier than its past.
    return (
        found
        + repeats
        + converge(
            rules,
            [item for item in narrow if item.id in busy],
            key=place.key,
            scope=f"place:{place.id}",
            of=place.name,
            area=dict(place.area) if place.area else None,
            place={"id": place.id, **place.shown},
        )
    )


def _by_locality(place: Place, items: Sequence[Involved], rules: Rules) -> list[Finding]:
    """The ASB case review by locality: enough incidents of the right kind at one place, each told of in time."""
    rule, of = rules.locality, rules.case_review
    limit = timedelta(days=of.reported_within)
    counting = [
        Involved(happening=item.happening, tellings=prompt)
        for item in items
        if item.happening.category in of.categories or item.happening.detail in of.details
        if (prompt := tuple(t for t in item.tellings if t.reported_at - item.happening.occurred_to <= limit))
    ]
    narrow = occasions(
        [i for i in counting if i.sound and i.happening.width <= timedelta(days=of.widest)],
        timedelta(hours=rules.occasion_hours),
    )
    spells = episodes(narrow, timedelta(days=rule.window), at_least(rule.incidents))
    return [_locality(place, rules, spell) for spell in spells]


def _locality(place: Place, rules: Rules, spell: Episode) -> Finding:
    rule = rules.locality
    incidents = [item.happening for item in spell.items]
    tellings = [telling for item in spell.items for telling in item.tellings]
    return draft(
        rules,
        kind="case-review",
        key=place.key,
        scope=f"place:{place.id}",
        episode=first_told(spell.items),
        incidents=incidents,
        raised_at=spell.raised_at,
        window=timedelta(days=rule.window),
        needed=rule.incidents,
        title=f"{ordinal(len(incidents))} report of {matter(*trouble(incidents))} at {place.name} in six months: "
        "ASB case review threshold (by locality) likely met",
        why=[
            f"{several(len(incidents), 'incident')} at this place "
            f"{span(incidents[0].occurred_from, incidents[-1].occurred_from)}, each reported within "
            f"{rules.case_review.reported_within:g} days, whoever complained; the threshold by locality is "
            f"{rule.incidents} in {rule.window:g} days.",
            told_by((t.agency for t in tellings), len(tellings)),
            kinds((i.category, i.detail) for i in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=dict(place.area) if place.area else None,
        place={"id": place.id, **place.shown},
    )


def _here(place: Place) -> list[Involved]:
    found = []
    for incident in place.incidents:
        tellings = tuple(t for t in incident.tellings if t.spot and t.spot.item in place.items)
        if tellings:
            found.append(Involved(happening=incident, tellings=tellings))
    return found


@dataclass(frozen=True, kw_only=True)
class Past:
    """What a place saw, and since when it would have been told."""

    items: tuple[Involved, ...]
    since: datetime | None

    def expects(self, start: datetime, rules: Rules) -> tuple[float, float]:
        """What a window from ``start`` should hold by the place's own past year: the belief's shape, and the mean."""
        rule = rules.repeat_place
        before = sum(start - timedelta(days=rule.past) <= item.at < start for item in self.items)
        known = rule.past if self.since is None else (start - self.since) / timedelta(days=1)
        shape = before + rule.prior_incidents
        return shape, shape / (min(rule.past, max(0.0, known)) + rule.prior_days) * rule.window


def _due(some: Sequence[Involved], past: Past, rules: Rules) -> datetime | None:
    rule = rules.repeat_place
    if len(some) < rule.incidents:
        return None
    shape, mean = past.expects(some[0].at, rules)
    needed = rule.incidents
    while needed <= len(some) and tail(needed, shape, mean) > rule.chance:
        needed += 1
    return at_least(needed)(some)


def _repeat(place: Place, rules: Rules, spell: Episode, past: Past) -> Finding:
    rule = rules.repeat_place
    incidents = [item.happening for item in spell.items]
    tellings = [telling for item in spell.items for telling in item.tellings]
    shape, mean = past.expects(spell.items[0].at, rules)
    days = max(rule.window, (spell.items[-1].at - spell.items[0].at) / timedelta(days=1))
    mean *= days / rule.window
    chance = tail(len(incidents), shape, mean)
    return draft(
        rules,
        kind="repeat-place",
        key=place.key,
        scope=f"place:{place.id}",
        episode=first_told(spell.items),
        incidents=incidents,
        raised_at=spell.raised_at,
        window=timedelta(days=rule.window),
        needed=rule.incidents,
        title=f"{ordinal(len(incidents))} incident at {place.name}: {matter(*trouble(incidents))}",
        why=[
            f"{several(len(incidents), 'incident')} at this place "
            f"{span(incidents[0].occurred_from, incidents[-1].occurred_from)}; the rule is {rule.incidents} within "
            f"{rule.window:g} days, and more than the place's own past year lets one expect ({so_many(mean)}).",
            told_by((t.agency for t in tellings), len(tellings)),
            kinds((i.category, i.detail) for i in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=dict(place.area) if place.area else None,
        place={"id": place.id, **place.shown},
        expected=mean,
        recurrence_days=days / chance if chance > 0 else None,
    )

"""Repeats around one person: as the one complained of, as the one harmed, and towards an ASB case review.

The role belongs to the person in that event, never to the person: the sides are counted apart (DPA 2018, s.38).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from streams.issues.convergence import converge
from streams.issues.draft import draft, named_area, trouble
from streams.issues.episodes import Episode, at_least, episodes, occasions
from streams.issues.rules import CaseReviewRule, RepeatRule, Rules
from streams.issues.values import Finding, Happening, Involved, Telling, first_told
from streams.issues.words import kinds, matter, ordinal, several, span, told_by


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person, what may be shown of them, the incidents they stand in, and by report their roles and position."""

    id: str
    key: str
    shown: Mapping[str, Any]
    incidents: tuple[Happening, ...]
    roles: Mapping[str, frozenset[str]]
    named: Mapping[str, int]

    def mention_in(self, ref: str) -> str:
        """Their mention in a report, as people write it."""
        return f"{ref}#{self.named[ref]}"


def find_person(person: Person, rules: Rules) -> list[Finding]:
    """All that is to be said of one person."""
    found = _repeats(person, rules, rules.repeat_person, "repeat-person")
    found += _repeats(person, rules, rules.repeat_victim, "repeat-victim")
    found += _case_reviews(person, rules, rules.case_review)
    for side in ("subject", "victim"):
        found += converge(
            rules,
            involved(person, rules.sides[side]),
            key=person.key,
            scope=f"person:{person.id}:{side}",
            mention=person.mention_in,
            of=f"one person ({'as the one harmed' if side == 'victim' else 'as the one complained of'})",
            person=_shown(person, rules.sides[side]),
            area=True,
        )
    return found


def involved(person: Person, roles: frozenset[str]) -> list[Involved]:
    """The incidents in which a report names the person in one of ``roles``, with those reports."""
    found = []
    for incident in person.incidents:
        tellings = tuple(t for t in incident.tellings if person.roles.get(t.ref, frozenset()) & roles)
        if tellings:
            found.append(Involved(happening=incident, tellings=tellings))
    return found


def _shown(person: Person, roles: frozenset[str]) -> dict[str, Any]:
    """The person with the roles an issue is about; those of the other side are not told with it."""
    held = {role for named in person.roles.values() for role in named}
    return {"id": person.id, **person.shown, "roles": sorted(held & roles)}


def _narrow(items: Iterable[Involved], widest: float, rules: Rules) -> list[Involved]:
    limit = timedelta(days=widest)
    narrow = [item for item in items if item.sound and item.happening.width <= limit]
    return occasions(narrow, timedelta(hours=rules.occasion_hours))


def _repeats(person: Person, rules: Rules, rule: RepeatRule, kind: str) -> list[Finding]:
    window = timedelta(days=rule.window)
    items = _narrow(involved(person, rules.sides[rule.side]), rule.widest, rules)
    if len(items) < rule.incidents:
        return []
    spells = episodes(items, window, at_least(rule.incidents))
    return [_repeat(person, rules, rule, kind, spell) for spell in spells]


def _repeat(person: Person, rules: Rules, rule: RepeatRule, kind: str, spell: Episode) -> Finding:
    incidents = [item.happening for item in spell.items]
    tellings = [telling for item in spell.items for telling in item.tellings]
    side = "victim" if rule.side == "victim" else "subject"
    roles = sorted({r for t in tellings for r in person.roles[t.ref] if r in rules.sides[rule.side]})
    when = span(incidents[0].occurred_from, incidents[-1].occurred_from)
    whom = "with one victim" if side == "victim" else "with one person complained of"
    return draft(
        rules,
        kind=kind,
        key=person.key,
        scope=f"person:{person.id}:{side}",
        episode=person.mention_in(first_told(spell.items)),
        incidents=incidents,
        raised_at=spell.raised_at,
        window=timedelta(days=rule.window),
        needed=rule.incidents,
        title=f"{ordinal(len(incidents))} incident {whom}: {matter(*trouble(incidents))}",
        why=[
            f"{several(len(incidents), 'incident')} {when} name this person as {' or '.join(roles)}; "
            f"the rule is {rule.incidents} within {rule.window:g} days.",
            told_by((t.agency for t in tellings), len(tellings)),
            kinds((i.category, i.detail) for i in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=named_area(incidents),
        person=_shown(person, rules.sides[rule.side]),
    )


def _case_reviews(person: Person, rules: Rules, rule: CaseReviewRule) -> list[Finding]:
    items = _narrow(_in_time(person, rules, rule), rule.widest, rules)
    if len(items) < rule.early:
        return []
    spells = episodes(items, timedelta(days=rule.window), at_least(rule.early))
    return [_case_review(person, rules, rule, spell) for spell in spells]


def _in_time(person: Person, rules: Rules, rule: CaseReviewRule) -> list[Involved]:
    """The incidents that count: of the right kind, and reported within a month by the person themselves."""
    limit = timedelta(days=rule.reported_within)
    found = []
    for item in involved(person, rules.sides[rule.side]):
        incident = item.happening
        if incident.category in rule.categories or incident.detail in rule.details:
            prompt = tuple(t for t in item.tellings if t.reported_at - incident.occurred_to <= limit)
            if prompt:
                found.append(Involved(happening=incident, tellings=prompt))
    return found


def _case_review(person: Person, rules: Rules, rule: CaseReviewRule, spell: Episode) -> Finding:
    incidents = [item.happening for item in spell.items]
    tellings: Sequence[Telling] = [telling for item in spell.items for telling in item.tellings]
    # Early at two; what counts for the threshold is the fullest stretch of six months.
    most = _fullest(spell, timedelta(days=rule.window))
    met = most >= rule.incidents
    about = matter(*trouble(incidents))
    reached = f"{most} of {rule.incidents}"
    return draft(
        rules,
        kind="case-review",
        key=person.key,
        scope=f"person:{person.id}:victim",
        episode=person.mention_in(first_told(spell.items)),
        incidents=incidents,
        raised_at=spell.raised_at,
        window=timedelta(days=rule.window),
        needed=rule.incidents,
        title=(
            f"{ordinal(len(incidents))} report of {about} by one victim in six months: "
            "ASB case review threshold likely met"
            if met
            else f"ASB case review: {reached} reports of {about} by one victim in six months"
        ),
        why=[
            f"{several(len(incidents), 'incident')} {span(incidents[0].occurred_from, incidents[-1].occurred_from)}, "
            f"each reported within {rule.reported_within:g} days by the same person; "
            f"the threshold is {rule.incidents} in {rule.window:g} days: {reached if not met else 'likely met'}.",
            told_by((t.agency for t in tellings), len(tellings)),
            kinds((i.category, i.detail) for i in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area=named_area(incidents),
        person=_shown(person, rules.sides[rule.side]),
        early=not met,
    )


def _fullest(spell: Episode, window: timedelta) -> int:
    starts = [item.at for item in spell.items]
    return max(sum(first <= at <= first + window for at in starts) for first in starts)

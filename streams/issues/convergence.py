"""Several agencies, each with its own piece, on one person or one place."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from streams.issues.draft import draft, named_area, trouble
from streams.issues.episodes import episodes, first_due, occasions
from streams.issues.rules import ConvergenceRule, Rules
from streams.issues.values import Finding, Involved, Telling, first_told
from streams.issues.words import kinds, listed, matter, several, span, told_by


def converge(
    rules: Rules,
    items: Sequence[Involved],
    *,
    key: str,
    scope: str,
    of: str,
    mention: Callable[[str], str] = str,
    area: bool | dict[str, Any] | None,
    person: dict[str, Any] | None = None,
    place: dict[str, Any] | None = None,
) -> list[Finding]:
    """The spells in which enough agencies told enough incidents; one incident told by three is one.

    ``mention``: how a report's naming of the person or place is called.
    """
    rule = rules.convergence
    narrow = occasions(
        [i for i in items if i.sound and i.happening.width <= timedelta(days=rule.widest)],
        timedelta(hours=rules.occasion_hours),
    )
    if len(narrow) < min(rule.incidents, rule.incidents_by_many):
        return []
    window = timedelta(days=rule.window)
    found = []
    for spell in episodes(narrow, window, lambda some: _due(some, rule)):
        incidents = [item.happening for item in spell.items]
        tellings = [telling for item in spell.items for telling in item.tellings]
        agencies = sorted({telling.agency for telling in tellings})
        found.append(
            draft(
                rules,
                kind="convergence",
                key=key,
                scope=scope,
                episode=mention(first_told(spell.items)),
                incidents=incidents,
                raised_at=spell.raised_at,
                window=window,
                needed=rule.incidents,
                title=f"{len(agencies)} agencies on {of.split(' (')[0]}: {several(len(incidents), 'incident')}, "
                f"{matter(*trouble(incidents))}",
                why=[
                    f"{listed(agencies).capitalize()} each told of {of}: {several(len(incidents), 'incident')} "
                    f"{span(incidents[0].occurred_from, incidents[-1].occurred_from)}; the rule is {rule.incidents} "
                    f"incidents told by at least {rule.agencies} agencies within {rule.window:g} days.",
                    told_by(agencies, len(tellings)),
                    kinds((i.category, i.detail) for i in incidents),
                ],
                agencies=len(agencies),
                area=named_area(incidents) if area is True else area or None,
                person=person,
                place=place,
            )
        )
    return found


def _due(items: Sequence[Involved], rule: ConvergenceRule) -> datetime | None:
    if len({telling.agency for item in items for telling in item.sound}) < rule.agencies:
        return None
    return first_due(items, lambda heard: _enough(heard, rule))


def _enough(heard: Sequence[tuple[str, Telling]], rule: ConvergenceRule) -> bool:
    incidents = {incident for incident, _ in heard}
    agencies = {telling.agency for _, telling in heard}
    return (len(incidents) >= rule.incidents and len(agencies) >= rule.agencies) or (
        len(incidents) >= rule.incidents_by_many and len(agencies) >= rule.many_agencies
    )

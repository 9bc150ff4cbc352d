"""Findings that speak of one matter make one alert: the most specific kind stands, the others are reasons beside it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import get_args

from schemas.alert import Kind
from streams.issues.draft import OF_AREAS
from streams.issues.periods import is_month, is_week
from streams.issues.rules import rules
from streams.issues.values import Finding

# The contract's order, the most specific first.
KINDS: tuple[str, ...] = get_args(Kind)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
# Found day by day, each day anew: what goes on is one issue.
OF_DAYS = frozenset({"cluster", "spike", "theme", "risk-rising", "data-notice"})


def rank(finding: Finding) -> int:
    """How specific a finding is, the lowest first; behind those a threshold not yet met, and what is only faint."""
    return len(KINDS) + 1 if finding.faint else len(KINDS) if finding.early else _RANK[finding.kind]


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings by matter, in each the one that stands first. Depends on the set alone.

    What is faint is taken in the order of time, so that it bridges two alarms; where it is alone it makes no alert.
    """
    groups: list[list[Finding]] = []
    met: dict[tuple[str, ...], list[int]] = defaultdict(list)  # the groups by all through which others may meet them
    for finding in sorted(findings, key=lambda f: (_RANK[f.kind], f.early, f.raised_at, f.faint, f.id)):
        home = next(iter(met.get(("began", finding.began), ())), None)
        if home is None:
            near = sorted({number for way in _ways(finding) for number in met.get(way, ())})
            home = next((number for number in near if _belongs(finding, groups[number])), None)
        if home is None:
            home = len(groups)
            groups.append([])
            for way in _ways(finding):
                met[way].append(home)
        groups[home].append(finding)
        met["began", finding.began].append(home)
        met["goes on", finding.kind, finding.scope].append(home)
    return [sorted(group, key=_standing) for group in groups if not all(finding.faint for finding in group)]


def _ways(finding: Finding) -> Iterable[tuple[str, ...]]:
    """Through what it may meet what a group began with: an incident in both, or the same cell, term or feed."""
    yield "goes on", finding.kind, finding.scope
    for incident in finding.incidents:
        yield "incident", incident


def _standing(finding: Finding) -> tuple[object, ...]:
    """What stands first in a group: the most specific kind; of one kind, what says most.

    Of rises, the one chance would bring most seldom, then the larger, the one that names the finer kind and the shorter
    time. Of notices, the latest: the silence has lasted longer.
    """
    if finding.kind == "data-notice":
        says: tuple[object, ...] = (-finding.raised_at.timestamp(), -finding.score)
    elif finding.kind in OF_DAYS:
        says = (-(finding.recurrence_days or 0.0), -finding.observed, finding.detail is None, finding.episode)
    else:
        says = (-finding.score,)
    return rank(finding), says, finding.raised_at, finding.id


def _belongs(finding: Finding, group: Sequence[Finding]) -> bool:
    return same_matter(group[0], finding) or any(_goes_on(one, finding) for one in group)


def began_alike(one: Finding, other: Finding) -> bool:
    """Whether two findings of one person or place began with the same report: then they are one matter.

    The person may go by another id meanwhile: what was found under the old one stands until its own key is looked at.
    """
    return one.began == other.began


def _goes_on(one: Finding, other: Finding) -> bool:
    """Whether two alarms of one cell, term or feed are near enough in time to be one issue."""
    if one.kind not in OF_DAYS or one.kind != other.kind or one.scope != other.scope:
        return False
    gap = timedelta(days=min(_gap(one), _gap(other)))
    return max(one.window_from, other.window_from) - min(one.window_to, other.window_to) <= gap


def _gap(finding: Finding) -> int:
    """How many days may lie between it and the next alarm of its cell."""
    if is_month(finding.episode):
        return 31
    return rules().spike_week.gap if is_week(finding.episode) else rules().spike.gap


def same_matter(one: Finding, other: Finding) -> bool:
    """Whether two findings speak of one matter.

    Of one person, one place or one area: when they share half of the smaller one's incidents; a quarter where one is a
    theme, for what is told in many words has several terms. Of two terms: a quarter of the larger one's, or a word that
    is in fashion would swallow what is new. Across those: half of the larger one's, so that a spike is not swallowed by
    one of the people in it. What is sensitive is never joined across persons: victim and perpetrator are not linked in
    a shared view.
    """
    if began_alike(one, other):
        return True
    shared = len(set(one.incidents) & set(other.incidents))
    if not shared:
        return _goes_on(one, other)
    if one.kind == other.kind == "theme" and one.scope != other.scope:
        return shared * 4 >= max(len(one.incidents), len(other.incidents))
    if one.scope == other.scope or (one.kind in OF_AREAS and other.kind in OF_AREAS):
        return shared * (4 if "theme" in (one.kind, other.kind) else 2) >= min(len(one.incidents), len(other.incidents))
    if (one.sensitive or other.sensitive) and one.scope.split(":")[:2] != other.scope.split(":")[:2]:
        return False
    return shared * 2 >= max(len(one.incidents), len(other.incidents))


def first_raised(group: Sequence[Finding]) -> Finding:
    """The finding that raised the alert: it gives the id, so that a more specific one that follows updates in place."""
    return min(group, key=lambda f: (f.faint, f.raised_at, rank(f), f.id))

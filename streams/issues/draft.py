"""What every finding says alike: window, kind of trouble, evidence, score with its parts, severity."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import log2, log10
from typing import Any

from schemas.alert import LONGEST_DAYS
from streams.issues.calendar import period_end
from streams.issues.openly import Open
from streams.issues.rules import Rules, suggested
from streams.issues.values import Evidence, Finding, Happening
from streams.issues.words import listed
from streams.sharing.marking import Marking

OF_COUNTS = frozenset({"cluster", "spike", "theme", "risk-rising"})
OF_AREAS = OF_COUNTS | {"near-repeat"}


def most_common(values: Sequence[str | None]) -> str | None:
    """The value met most often, the first in the alphabet of equals; None where there is none."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def trouble(incidents: Sequence[Happening]) -> tuple[str | None, str | None]:
    """The category most of them are of, and the detail if more than half share it."""
    detail = most_common([incident.detail for incident in incidents])
    shared = sum(incident.detail == detail for incident in incidents)
    category = most_common([incident.category for incident in incidents])
    return category, detail if detail and shared * 2 > len(incidents) else None


def evidence_of(incidents: Sequence[Happening]) -> tuple[Evidence, ...]:
    """Every report of the incidents, in the order they came."""
    found = [
        Evidence(ref=telling.ref, agency=telling.agency, reported_at=telling.reported_at, incident=incident.id)
        for incident in incidents
        for telling in incident.tellings
    ]
    return tuple(sorted(found, key=lambda one: (one.reported_at, one.ref)))


def named_area(incidents: Sequence[Happening]) -> dict[str, Any] | None:
    """The area by its name alone: where a person is concerned, a point would say where they live."""
    name = most_common([incident.area for incident in incidents])
    return {"name": name, "lat": None, "lon": None, "radius_m": None} if name else None


# Streets that so many incidents name are told of; a house is not, since that would be somebody's.
NAMED_TWICE, MOST_NAMED = 2, 3


def where_named(incidents: Sequence[Happening]) -> list[str]:
    """The streets that the reports of several incidents name, as a sentence; none of what is not for all to know."""
    told = {
        (telling.spot.name, incident.id)
        for incident in incidents
        for telling in incident.tellings
        if telling.marking.plain and telling.spot and telling.spot.precision == "street"
        if telling.spot.name and not any(letter.isdigit() for letter in telling.spot.name)
    }
    often = [item for item in Counter(name for name, _ in told).items() if item[1] >= NAMED_TWICE]
    often = sorted(often, key=lambda item: (-item[1], item[0]))[:MOST_NAMED]
    return [f"Most often named: {listed([f'{name} ({count})' for name, count in often])}."] if often else []


def score_of(
    rules: Rules,
    incidents: Sequence[Happening],
    needed: int,
    agencies: int,
    recurrence: float | None,
    rise: float | None = None,
) -> dict[str, float]:
    """The score's parts: harm, how far above the threshold, other agencies, and surprise.

    ``rise``: how many times what is expected; of counts it stands in the threshold's place, or a large area's would
    outrank all others for being large.
    """
    above = {"repetition": float(max(0, len(incidents) - needed + 1))} if rise is None else {"rise": log2(1 + rise)}
    parts = {
        "harm": log2(1 + sum(rules.harm(incident.category, incident.detail) for incident in incidents)),
        **above,
        "agencies": float(agencies - 1),
        "surprise": log10(max(1.0, recurrence / rules.usual_days)) if recurrence else 0.0,
    }
    return {name: round(value, 2) for name, value in parts.items()}


def severity_of(rules: Rules, kind: str, score: float) -> str:
    """Low, medium or high by the score; some kinds are never low."""
    if score >= rules.high:
        return "high"
    return "medium" if score >= rules.medium or kind in rules.never_low else "low"


def handling_of(markings: Iterable[Marking]) -> dict[str, Any]:
    """How it may be handled: the strictest of what it rests on. What cannot be read is the strictest of all."""
    listed = list(markings)
    codes = [marking for marking in listed if marking.handling == "C"]
    plain = all(marking.readable and marking.classification == "OFFICIAL" for marking in listed)
    return {
        "classification": "OFFICIAL" if plain else "OFFICIAL-SENSITIVE",
        "code": "C" if codes else "P" if any(marking.handling == "P" for marking in listed) else None,
        "action": min((marking.action for marking in codes if marking.action), default=None),
        "sanitisation": max((marking.sanitisation for marking in codes if marking.sanitisation), default=None),
        "conditions": sorted({marking.conditions for marking in codes if marking.conditions}),
        "sensitive": sorted({word for marking in listed for word in marking.sensitive}),
    }


def draft(
    rules: Rules,
    *,
    kind: str,
    key: str,
    scope: str,
    episode: str,
    incidents: Sequence[Happening],
    raised_at: datetime,
    window: timedelta,
    needed: int,
    title: str,
    why: Sequence[str],
    agencies: int,
    area: dict[str, Any] | None = None,
    place: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
    observed: int | None = None,
    expected: float | None = None,
    upper: float | None = None,
    recurrence_days: float | None = None,
    early: bool = False,
    faint: bool = False,
) -> Finding:
    """A finding about ``incidents``, with all that follows from them; ``observed``: where it is not their number."""
    category, detail = trouble(incidents)
    evidence = evidence_of(incidents)
    happened = max(incident.occurred_from for incident in incidents)
    counted = len(incidents) if observed is None else observed
    rise = (counted + 1) / (expected + 1) if kind in OF_COUNTS and expected is not None else None
    parts = score_of(rules, incidents, needed, agencies, recurrence_days, rise)
    score = round(sum(parts.values()), 2)
    markings = [telling.marking for incident in incidents for telling in incident.tellings]
    return Finding(
        kind=kind,
        key=key,
        scope=scope,
        episode=episode,
        raised_at=raised_at,
        over_at=max(happened, raised_at, *(one.reported_at for one in evidence)) + window,
        window_from=min(incident.occurred_from for incident in incidents),
        window_to=max(incident.occurred_to for incident in incidents),
        title=title,
        why=(*why, *(where_named(incidents) if kind in OF_AREAS else ())),
        category=category,
        detail=detail,
        area=area,
        place=place,
        person=person,
        observed=counted,
        expected=None if expected is None else round(expected, 3),
        upper=upper,
        recurrence_days=None if recurrence_days is None else round(min(recurrence_days, LONGEST_DAYS), 1),
        score=score,
        score_parts=parts,
        severity="low" if early else severity_of(rules, kind, score),
        suggested=suggested(kind, category, detail),
        rule=rules.named(kind),
        incidents=tuple(sorted({one for incident in incidents for one in (incident.id, *incident.also)})),
        evidence=evidence,
        sensitive=tuple(sorted({word for marking in markings for word in marking.sensitive})),
        handling=handling_of(markings),
        early=early,
        faint=faint,
    )


def draft_notice(
    rules: Rules,
    *,
    period: str,
    scope: str,
    title: str,
    why: Sequence[str],
    since: datetime,
    lasts: float,
    observed: int,
    evidence: Sequence[Open],
    expected: float | None = None,
    recurrence_days: float | None = None,
) -> Finding:
    """A finding about the reporting itself on a closed day: it counts no incidents, and joins no other matter."""
    end = period_end(period)
    surprise = log10(max(1.0, recurrence_days / rules.usual_days)) if recurrence_days else 0.0
    parts = {"surprise": round(min(surprise, log10(LONGEST_DAYS / rules.usual_days)), 2)}
    return Finding(
        kind="data-notice",
        key=f"day:{period}",
        scope=scope,
        episode=period,
        raised_at=end,
        over_at=end + timedelta(days=lasts),
        window_from=since,
        window_to=end,
        title=title,
        why=tuple(why),
        category=None,
        detail=None,
        area=None,
        place=None,
        person=None,
        observed=observed,
        expected=None if expected is None else round(expected, 3),
        upper=None,
        recurrence_days=None if recurrence_days is None else round(min(recurrence_days, LONGEST_DAYS), 1),
        score=parts["surprise"],
        score_parts=parts,
        severity="low",
        suggested=suggested("data-notice", None, None),
        rule=rules.named("data-notice"),
        incidents=(),
        evidence=tuple(
            Evidence(ref=one.ref, agency=one.agency, reported_at=one.reported_at, incident=one.incident)
            for one in evidence
        ),
        handling=handling_of(()),
    )

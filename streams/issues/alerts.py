"""The alert a group of findings makes, as the contract has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.identity import identity
from streams.issues.grouping import first_raised
from streams.issues.values import Evidence, Finding
from streams.issues.words import plain

MOST_OTHERS = 5
_SEVERITIES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a person said of an alert, and when; ``outcome``: that something came of it, not in which words."""

    at: datetime
    state: str
    outcome: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a judgement of the same matter means for an alert: whether it closes it or no longer does, and why."""

    holds: bool
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alert: its row, its body, the reports it rests on, and its findings with their keys."""

    id: str
    keys: frozenset[str]
    kind: str
    state: str
    version: int
    raised_at: datetime
    updated_at: datetime
    over_at: datetime
    severity: str
    body: dict[str, Any]
    evidence: tuple[Evidence, ...]
    findings: tuple[str, ...]


def alert_id(group: Sequence[Finding]) -> str:
    """The id of the alert a group makes."""
    return identity("alert", first_raised(group).began)


def raise_alert(
    group: Sequence[Finding], said: Sequence[Saying], clock: datetime | None, word: Word | None = None
) -> Raised:
    """The alert that ``group`` makes; its first finding is the one that stands.

    ``clock``: how far event time is closed. ``word``: what was judged of the same before. The version counts the states
    it has been through in event time.
    """
    lead, first = group[0], first_raised(group)
    evidence = tuple(
        sorted({e.ref: e for finding in group for e in finding.evidence}.values(), key=lambda e: (e.reported_at, e.ref))
    )
    raised_at, over_at = first.raised_at, max(finding.over_at for finding in group)
    steps = {one.reported_at for one in evidence} | {finding.raised_at for finding in group}
    steps = {at for at in steps if at > raised_at}
    over = clock is not None and clock >= over_at
    left = state_of(said, word)
    state = "closed" if over else left
    updated_at = max([raised_at, *steps, *(one.at for one in said)])
    severity = max((finding.severity for finding in group), key=_SEVERITIES.index)
    version = 1 + len(steps) + len(said) + (over and left != "closed")
    number = alert_id(group)
    return Raised(
        id=number,
        keys=frozenset(finding.key for finding in group),
        kind=lead.kind,
        state=state,
        version=version,
        raised_at=raised_at,
        updated_at=updated_at,
        over_at=over_at,
        severity=severity,
        body={
            "id": number,
            "kind": lead.kind,
            "state": state,
            "version": version,
            "title": lead.title,
            "why": [*lead.why, *([word.text] if word else []), *_others(group)],
            "raised_at": iso(raised_at),
            "updated_at": iso(updated_at),
            "window": {"from": iso(lead.window_from), "to": iso(lead.window_to)},
            "category": lead.category,
            "detail": lead.detail,
            "area": lead.area or next((f.area for f in group if f.area), None),
            "place": lead.place or next((f.place for f in group if f.place), None),
            "person": lead.person,
            "observed": lead.observed,
            "expected": lead.expected,
            "recurrence_days": lead.recurrence_days,
            "score": lead.score,
            "score_parts": lead.score_parts,
            "severity": severity,
            "evidence": sorted(one.ref for one in evidence),
            "agencies": agencies_of(evidence),
            "handling": strictest([f.handling for f in group]),
            "suggested": list(dict.fromkeys(step for f in group for step in f.suggested)),
            "rule": lead.rule,
        },
        evidence=evidence,
        findings=tuple(finding.id for finding in group),
    )


def _others(group: Sequence[Finding]) -> list[str]:
    """The other reasons, each kind of each person, place, cell or term once: day after day of it would be a flood."""
    lead = group[0]
    first = {(finding.kind, finding.scope): finding for finding in reversed(group) if not finding.faint}
    first.pop((lead.kind, lead.scope), None)
    told = [finding for finding in group[1:] if first.get((finding.kind, finding.scope)) is finding]
    left = [f"There are {len(told) - MOST_OTHERS} more reasons of this kind."] if len(told) > MOST_OTHERS + 1 else []
    return [*(_also(lead, finding) for finding in (told[:MOST_OTHERS] if left else told)), *left]


def _also(lead: Finding, other: Finding) -> str:
    """Another reason beside the one that stands; it must not seem to speak of the same person when it does not."""
    apart = lead.person and other.person and lead.person["id"] != other.person["id"]
    return f"Also {plain(other.kind)}{', of someone else than the person above' if apart else ''}: {other.why[0]}"


def agencies_of(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """How many agencies told of it, and which."""
    names = sorted({one.agency for one in evidence})
    return {"count": len(names), "names": names}


def strictest(handlings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The strictest of several ways to handle, part by part."""
    return {
        "classification": max(one["classification"] for one in handlings),
        "code": min((one["code"] for one in handlings if one["code"]), default=None),
        "action": min((one["action"] for one in handlings if one["action"]), default=None),
        "sanitisation": max((one["sanitisation"] for one in handlings if one["sanitisation"]), default=None),
        "conditions": sorted({text for one in handlings for text in one["conditions"]}),
        "sensitive": sorted({word for one in handlings for word in one["sensitive"]}),
    }


STATE = {
    "acknowledged": "acknowledged",
    "confirmed": "acknowledged",
    "tasked": "tasked",
    "closed": "closed",
    "not-an-issue": "closed",
    "wrong": "closed",
    "reopened": "open",
}


def state_of(said: Sequence[Saying], word: Word | None = None) -> str:
    """What people left an issue in: what they said of it last, or else what was judged of the same before."""
    if word is not None:
        return "closed" if word.holds else "open"
    last = max(said, key=lambda one: one.at, default=None)
    return STATE[last.state] if last else "open"


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z."""
    return moment.isoformat().replace("+00:00", "Z")

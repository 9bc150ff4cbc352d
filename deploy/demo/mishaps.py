"""What goes wrong on the way: sent twice, put right later, withdrawn, and what should never have been sent."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.accounts import SentReport, raw_of
from deploy.demo.chance import Chance
from deploy.demo.vocabulary import styles

REDELIVERED, AMENDED, RETRACTED, BAD = 0.012, 0.015, 0.006, 0.008
Body = dict[str, Any]


def _later(chance: Chance, low: float, high: float) -> timedelta:
    return timedelta(seconds=round(chance.between(low, high) * 60))


def _again(chance: Chance, report: SentReport) -> Iterator[SentReport]:
    """The same once more; some systems write its fields in another order."""
    raw = report.raw
    if chance.yes(0.3):
        raw = json.dumps(dict(sorted(report.body.items())), ensure_ascii=False).encode()
    yield replace(report, sent_at=report.sent_at + _later(chance, 0.2, 600), raw=raw, mark="redelivery")


def _anew(report: SentReport, at: datetime, mark: str, **changed: Any) -> SentReport:
    body = {**report.body, **changed}
    return replace(report, sent_at=at, body=body, raw=raw_of(styles()[report.agency], body), mark=mark)


def _amend(chance: Chance, report: SentReport) -> Iterator[SentReport]:
    at = report.sent_at + _later(chance, 20, 4000)
    said = f"{report.body.get('summary', '')} Update: {chance.one(_UPDATES)}"
    yield _anew(report, at, "amend", version=2, action="amend", summary=said)
    if chance.yes(0.15):
        yield replace(report, sent_at=at + _later(chance, 5, 300), mark="older")


def _retract(chance: Chance, report: SentReport) -> Iterator[SentReport]:
    """Withdrawn, bare of all but what a message needs; now and then the withdrawal overtakes the report."""
    after = _later(chance, 10, 3000)
    at = report.sent_at - timedelta(seconds=30) if chance.yes(0.1) else report.sent_at + after
    bare = {field: report.body[field] for field in ("id", "agency", "reported_at", "occurred", "category")}
    body = {**bare, "version": 2, "action": "retract", "summary": "Entered in error."}
    yield replace(report, sent_at=at, body=body, raw=raw_of(styles()[report.agency], body), mark="retract")


_UPDATES = (
    "witness spoken to, nothing to add.",
    "CCTV viewed.",
    "second caller gave the same account.",
    "place corrected.",
)


def _no_role(body: Body) -> Body:
    return {**body, "people": [{"name": "A N Other"}]}


def _half_point(body: Body) -> Body:
    return {**body, "place": {"text": "see map", "lat": 53.235}}


def _backwards(body: Body) -> Body:
    occurred = body["occurred"]
    ends = datetime.fromisoformat(occurred["from"]) - timedelta(hours=2)
    return {**body, "occurred": {"from": occurred["from"], "to": ends.isoformat()}}


def _naive(body: Body) -> Body:
    occurred = body["occurred"]  # not reported_at: a refusal is dated by it, where it can be read
    return {**body, "occurred": {"from": occurred["from"][:19], "to": occurred["to"]}}


def _field(name: str, value: Any) -> Callable[[Body], Body]:
    return lambda body: {**body, name: value}


_SPOILS: tuple[tuple[str, Callable[[Body], Body]], ...] = (
    ("an unknown field", _field("sumary", "as told by telephone")),
    ("a person without a role", _no_role),
    ("lat without lon", _half_point),
    ("it ends before it begins", _backwards),
    ("an unknown category", _field("category", "asb")),
    ("a malformed date of birth", _field("people", [{"role": "victim", "name": "A N Other", "born": "12/04/1990"}])),
    ("marked too high", _field("classification", "SECRET")),
    ("related without a colon", _field("related", ["26-000123"])),
    ("a time without an offset", _naive),
    ("handling C without codes", _field("grading", {"source": "1", "information": "A", "handling": "C"})),
)


def _spoilt(chance: Chance, report: SentReport) -> Iterator[SentReport]:
    """The same report wrongly made, sent first and refused; what follows is the one put right."""
    why, spoil = chance.one(_SPOILS)
    body = spoil(report.body)
    at = report.sent_at - _later(chance, 1, 30)
    yield replace(report, sent_at=at, body=body, raw=raw_of(styles()[report.agency], body), mark=f"bad: {why}")


def mishaps(chance: Chance, sent: Iterable[SentReport], spare: frozenset[str]) -> Iterator[SentReport]:
    """What else is sent because of ``sent``; refs in ``spare`` are sent twice at most, never changed."""
    for report in sent:
        if chance.yes(REDELIVERED):
            yield from _again(chance, report)
        elif report.ref in spare:
            continue
        elif chance.yes(AMENDED):
            yield from _amend(chance, report)
        elif chance.yes(RETRACTED):
            yield from _retract(chance, report)
        elif chance.yes(BAD):
            yield from _spoilt(chance, report)

"""Tellings made short for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from schemas.report import read_report
from streams.dedupe.incidents import INCIDENTS, judge
from streams.dedupe.telling import Telling, read_telling

EVENING = datetime(2024, 5, 3, 20, 0, tzinfo=UTC)
LION = {"name": "The Red Lion", "text": "Vicar Lane, Chesterfield", "lat": 53.2350, "lon": -1.4250, "accuracy_m": 20.0}
_numbers = count(1)


def t(
    agency: str = "police", minutes: float = 0, width: float = 10, category: str = "anti-social-behaviour", **more: Any
) -> Telling:
    """A telling of something that began so many minutes into the evening."""
    number = next(_numbers)
    start = EVENING + timedelta(minutes=minutes)
    end = start + timedelta(minutes=width)
    body = {
        "id": str(number),
        "agency": agency,
        "reported_at": (end + timedelta(minutes=10)).isoformat(),
        "occurred": {"from": start.isoformat(), "to": end.isoformat()},
        "category": category,
        **more,
    }
    return read_telling(read_report(body), str(body))


def outcome(a: Telling, b: Telling) -> str:
    """What becomes of a pair: join, review, or apart."""
    said, back = judge(a, b), judge(b, a)
    assert said == back, "the order of the two must not count"
    word = INCIDENTS.verdict(said) if said else None
    return {"same": "join", "review": "review", None: "apart"}[word]

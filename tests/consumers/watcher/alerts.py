"""Alerts for the watcher's and the page's tests."""

import json
from typing import Any


def an_alert(number: int = 1, version: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "kind": "near-repeat",
        "state": "open",
        "version": version,
        "title": f"Burglaries, run {number}",
        "why": ["3 burglaries within 100 m in 6 days.", "0.4 expected."],
        "raised_at": "2024-03-05T10:00:00+00:00",
        "updated_at": "2024-03-05T10:00:00+00:00",
        "window": {"from": "2024-03-01T00:00:00+00:00", "to": "2024-03-05T00:00:00+00:00"},
        "category": "burglary",
        "detail": None,
        "area": {"name": "Newbold", "lat": 53.25, "lon": -1.44, "radius_m": 100.0},
        "observed": 3.0,
        "expected": 0.4,
        "severity": "medium",
        "evidence": ["police:1", "police:2", "housing:3"],
        "agencies": {"count": 2, "names": ["housing", "police"]},
        "handling": {"classification": "OFFICIAL"},
        "rule": {"name": "near-repeat", "version": "2026.1"},
        "withdrawn": False,
        **changed,
    }


def told(number: int = 1, version: int = 1, **changed: Any) -> tuple[str, bytes]:
    return f"a{number}", json.dumps(an_alert(number, version, **changed)).encode()

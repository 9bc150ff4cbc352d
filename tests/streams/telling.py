"""Reports of a small town, made so that they often speak of the same things."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

START = datetime(2024, 5, 3, 18, 0, tzinfo=UTC)
AGENCIES = ("police", "housing", "fire")
WHO: tuple[dict[str, Any], ...] = (
    {"name": "John Smith", "born": "1990-04-12"},
    {"name": "SMITH, John", "born": "1990-12-04", "phones": ["07700 900123"]},
    {"given": "Jon", "family": "Smyth", "phones": ["07700900123"]},
    {"name": "Peter Smith", "born": "1990-04-12"},
    {"name": "Siobhan O'Brien", "identifiers": {"pnc": "95/123456A"}},
    {"name": "Siobhan OBrien", "born": "1971-02-03", "identifiers": {"pnc": "95/123456A"}},
    {"name": "Siobhan O'Brien", "born": "1971-02-03", "identifiers": {"pnc": "02/998877B"}},
    {"name": "unknown male"},
)
WHERE: tuple[dict[str, Any], ...] = (
    {"text": "12 Park Road, Chesterfield", "postcode": "S40 1AA"},
    {"text": "12 Park Rd", "postcode": "S4O 1AA", "lat": 53.2301, "lon": -1.4201},
    {"text": "On or near Park Road", "lat": 53.23, "lon": -1.42, "accuracy_m": 100.0},
    {"name": "The Red Lion", "postcode": "S40 1AA"},
    {"lat": 53.23005, "lon": -1.42005, "accuracy_m": 10.0},
    {"text": "On or near Park Road", "lat": 53.23, "lon": -1.42, "accuracy_m": 100.0, "ward": "Hasland"},
)
WHAT = (
    ("anti-social-behaviour", "rowdy-behaviour"),
    ("anti-social-behaviour", None),
    ("public-order", None),
    ("burglary", None),
)


def report(
    number: int,
    agency: str,
    minutes: int,
    who: tuple[int, ...] = (),
    where: int | None = None,
    what: int = 0,
    width: int = 10,
    **more: Any,
) -> dict[str, Any]:
    """One report; ``who``, ``where`` and ``what`` are places in the lists above."""
    at = START + timedelta(minutes=minutes)
    body: dict[str, Any] = {
        "id": f"{number:03d}",
        "agency": agency,
        "reported_at": (at + timedelta(minutes=width + number % 3)).isoformat(),
        "occurred": {"from": at.isoformat(), "to": (at + timedelta(minutes=width)).isoformat()},
        "category": WHAT[what][0],
        "people": [{"role": "suspect", **WHO[index]} for index in who],
        **more,
    }
    if WHAT[what][1]:
        body["detail"] = WHAT[what][1]
    if where is not None:
        body["place"] = WHERE[where]
    return body


reports = st.builds(
    report,
    st.integers(0, 7),
    st.sampled_from(AGENCIES),
    st.sampled_from((0, 5, 20, 60, 300, 1500)),
    st.lists(st.integers(0, len(WHO) - 1), max_size=2).map(tuple),
    st.none() | st.integers(0, len(WHERE) - 1),
    st.integers(0, len(WHAT) - 1),
    st.sampled_from((0, 30, 600, 44_640)),
)


def ref(body: dict[str, Any]) -> str:
    """``agency:id``."""
    return f"{body['agency']}:{body['id']}"

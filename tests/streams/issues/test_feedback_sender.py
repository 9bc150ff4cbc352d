"""Feedback is its topic's agency's: what speaks of itself as another's goes back as that."""

import json
from datetime import UTC, datetime

import pytest

from schemas.tables import Said
from schemas.topics import FEEDBACK, REJECTED
from streams.issues.feedback import take_feedback
from streams.ledger import Record
from streams.store import writing
from tests.streams.intake.making import PARTNERSHIP, rows, store


@pytest.mark.parametrize(
    ("agency", "headers"),
    [
        ("fire", ()),
        ("police", (("ce_source", b"fire"),)),
        ("police", (("CE_SOURCE", b"urn:tocsin:fire"), ("ce_source", b"police"))),
        ("police", (("ce_id", b"fire:1"),)),
    ],
)
def test_feedback_in_anothers_name_goes_back(tmp_path, agency, headers):
    body = {"alert": "a-1", "agency": agency, "at": "2024-05-01T20:00:00Z", "who": "Anna", "verdict": "acknowledged"}
    record = Record(
        source=FEEDBACK.topic("police"),
        partition=0,
        offset=0,
        key=None,
        value=json.dumps(body).encode(),
        headers=headers,
        taken_at=datetime(2024, 5, 2, tzinfo=UTC),
        agency="police",
    )
    with store(f"sqlite:///{tmp_path / 'store.db'}") as engine, writing(engine) as connection:
        (back,) = take_feedback(connection, [record], PARTNERSHIP)
    with store(f"sqlite:///{tmp_path / 'store.db'}") as engine:
        assert rows(engine, Said) == []
    assert back.topic == REJECTED.topic("police")
    assert dict(back.headers)["dlq.code"] == b"identity-mismatch"

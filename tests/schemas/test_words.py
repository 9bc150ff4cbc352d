"""The words the pipeline and the analysts say: alert, receipt, feedback."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.alert import Alert
from schemas.feedback import Feedback
from schemas.receipt import Receipt
from schemas.sentences import reasons_of

AT = "2024-05-01T20:00:00Z"


def alert(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a-1",
        "kind": "repeat-place",
        "version": 1,
        "title": "Three incidents at one address in 28 days",
        "why": ["Three incidents in 28 days", "The usual is one in a year"],
        "raised_at": AT,
        "updated_at": AT,
        "window": {"from": AT, "to": AT},
        "observed": 3,
        "severity": "medium",
        "evidence": ["police:1", "council:7"],
        "agencies": {"count": 2, "names": ["police", "council"]},
        "rule": {"name": "repeat-place", "version": "1"},
    } | changes


def feedback(**changes: Any) -> dict[str, Any]:
    return {"alert": "a-1", "agency": "police", "who": "j.smith", "at": AT, "verdict": "acknowledged"} | changes


def test_an_alert():
    read = Alert.model_validate(alert(score=12.5, score_parts={"harm": 10, "recent": 2.5}))
    assert read.state == "open"
    assert read.handling.classification == "OFFICIAL"
    assert Alert.model_validate_json(read.model_dump_json(by_alias=True)) == read


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "hunch"},
        {"state": "ignored"},
        {"version": 0},
        {"severity": "extreme"},
        {"window": {"from": AT, "to": "2024-05-01T19:00:00Z"}},
        {"raised_at": "2024-05-01T20:00:00"},
        {"observed": float("nan")},
        {"agencies": 2},
        {"colour": "red"},
    ],
)
def test_what_is_no_alert(changes):
    with pytest.raises(ValidationError):
        Alert.model_validate(alert(**changes))


def test_a_receipt():
    read = Receipt.model_validate(
        {
            "id": "r-1",
            "agency": "police",
            "report": "P-1",
            "version": 2,
            "at": AT,
            "status": "accepted",
            "warnings": ["x"],
        }
    )
    assert (read.status, read.warnings, read.reasons) == ("accepted", ("x",), ())


def test_a_receipt_of_what_had_no_readable_id_says_where_it_stood():
    origin = {"source": "tocsin.inbound.police.v1", "partition": 0, "offset": 7}
    read = Receipt.model_validate({"id": "r-1", "agency": "police", "at": AT, "status": "rejected", "origin": origin})
    assert read.report is None
    assert read.origin is not None
    assert read.origin.offset == 7


@pytest.mark.parametrize("verdict", ["acknowledged", "confirmed", "tasked", "closed"])
def test_a_verdict_may_stand_alone(verdict):
    assert Feedback.model_validate(feedback(verdict=verdict)).verdict == verdict


@pytest.mark.parametrize("verdict", ["not-an-issue", "wrong", "reopened"])
@pytest.mark.parametrize("reason", [{}, {"reason": " "}])
def test_a_verdict_that_contradicts_says_why(verdict, reason):
    with pytest.raises(ValidationError) as refused:
        Feedback.model_validate(feedback(verdict=verdict, **reason))
    assert reasons_of(refused.value, Feedback) == [f"reason is missing: a verdict of {verdict} says why"]
    assert Feedback.model_validate(feedback(verdict=verdict, reason="one caller, three times"))


def test_an_outcome_and_a_task_go_with_what_was_done():
    done = Feedback.model_validate(feedback(verdict="closed", outcome="no calls for six weeks"))
    assert done.outcome == "no calls for six weeks"
    tasked = Feedback.model_validate(feedback(verdict="tasked", task={"team": "wardens", "review": "2024-06-01"}))
    assert tasked.task is not None
    assert str(tasked.task.review) == "2024-06-01"
    for changes in ({"outcome": "x"}, {"task": {"team": "wardens"}}):
        with pytest.raises(ValidationError):
            Feedback.model_validate(feedback(**changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"verdikt": "x"}, "verdikt is not a known field; the nearest is verdict"),
        ({"who": ""}, "who is empty"),
        ({"at": "yesterday"}, "at is not an ISO 8601 time, such as 2024-05-01T21:30:00+01:00"),
        ({"version": 1.0}, "version must be a whole number"),
        (
            {"verdict": "tasked", "task": {"team": "x", "review": "soon"}},
            "task.review is not a day, such as 2024-05-01",
        ),
        ({"verdict": "tasked", "task": {"taem": "x"}}, "task.taem is not a known field; the nearest is team"),
    ],
)
def test_feedback_is_refused_with_a_sentence(changes, reason):
    with pytest.raises(ValidationError) as refused:
        Feedback.model_validate(feedback(**changes))
    assert reason in reasons_of(refused.value, Feedback)

"""What an agency sees of what it sent, and nothing of anybody else's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from consumers.quality.figures import quality_of
from consumers.quality.sent import became, refused, reports_sent
from schemas.tables import Receipt, Rejected, Report
from streams.store import add, reading, writing
from tests.consumers.accounts.people import NOW

DAY = timedelta(days=1)


def a_report(number: int, agency: str = "police", days: float = 0, **changed: Any) -> dict[str, Any]:
    at = NOW - days * DAY
    row = {"ref": f"{agency}:{number}", "agency": agency, "id": str(number), "version": 1, "uid": f"u{number}"}
    row |= {"status": "accepted", "reported_at": at, "occurred_from": at, "occurred_to": at, "category": "burglary"}
    return {**row, "detail": None, "asb_type": None, "marking": {}, "place_item": "p", **changed}


def a_receipt(number: int, status: str, agency: str = "police", **changed: Any) -> dict[str, Any]:
    row = {"id": f"{agency}{number}{status}", "ref": f"{agency}:{number}", "agency": agency, "report": str(number)}
    row |= {"at": NOW, "status": status, "reasons": [f"{status} so"], "warnings": [], "withdrawn": False}
    return {**row, **changed}


@pytest.fixture
def sent(engine: Engine) -> Engine:
    with writing(engine) as connection:
        graded = {"grading": {"source": "1"}}
        reports = [
            a_report(1, marking=graded),
            a_report(2, days=1, occurred_to=NOW - 20 * DAY, place_item=None),
            a_report(3, days=60),
            a_report(4, "housing"),
        ]
        add(connection, Report, reports)
        warned = a_receipt(2, "accepted", warnings=["place.postcode: is none"])
        receipts = [a_receipt(1, "outcome"), a_receipt(1, "accepted"), a_receipt(1, "alerted", withdrawn=True), warned]
        add(connection, Receipt, [*receipts, a_receipt(4, "accepted", "housing")])
        no = {
            "source": "t",
            "partition": 0,
            "version": 1,
            "uid": None,
            "code": "not-json",
            "reasons": ["people[3].born is no date"],
        }
        refusals = [no | {"offset": 1, "agency": "police", "report_id": None, "at": NOW}]
        add(connection, Rejected, [*refusals, no | {"offset": 2, "agency": "housing", "report_id": "9", "at": NOW}])
    return engine


def test_each_report_with_what_became_of_it_in_order(sent: Engine) -> None:
    with reading(sent) as connection:
        first, second, _ = reports_sent(connection, "police")
        assert [one.id for one in reports_sent(connection, "police", find="2")] == ["2"]
        assert reports_sent(connection, "police", find="4") == []
        assert len(reports_sent(connection, "police", most=1)) == 2
        assert became(connection, "police", NOW - 9 * DAY)["accepted"] == 2
        assert became(connection, "police", NOW + DAY)["accepted"] == 0
        assert [one.reasons for one in refused(connection, "police")] == [["people[3].born is no date"]]
    assert (first.id, first.furthest, [one.status for one in first.heard]) == ("1", "outcome", ["accepted", "outcome"])
    assert second.heard[0].says == ["accepted so", "place.postcode: is none"]


@pytest.mark.usefixtures("store_url")
def test_the_figures_are_of_ones_own_last_weeks(sent: Engine) -> None:
    with reading(sent) as connection:
        found, nothing = quality_of(connection, "police"), quality_of(connection, "fire")
    assert (found.taken, found.refused, found.ungraded, found.late, found.placeless, found.warned) == (2, 1, 1, 1, 1, 1)
    assert found.refused_for == [("people.born is no date", 1)]
    assert found.warnings == [("place.postcode: is none", 1)]
    assert (nothing.since, nothing.taken) == (None, 0)

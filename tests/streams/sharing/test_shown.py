"""What stands behind a copy as its reader may know it: places blurred or left out, and who else may know."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from deploy.stages import stages_of
from streams.store import reading
from tests.streams.issues.way import FIRST, PARTNERSHIP, Way, close_all, person, report

STAGES = stages_of(PARTNERSHIP)
SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]
SINCE, UNTIL = FIRST - timedelta(days=60), FIRST + timedelta(days=60)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def evidence(way: Way, agency: str) -> Mapping[str, Any]:
    copy = next(iter(way.standing_copies(agency).values()))
    with reading(way.engine) as connection:
        return STAGES.evidence(connection, agency, copy)


def where(way: Way, agency: str) -> int:
    with reading(way.engine) as connection:
        return len(STAGES.where(connection, agency, SINCE, UNTIL))


def test_each_report_of_a_copy_is_told_in_order_with_who_else_may_know() -> None:
    sent = [report("police", number, 3 * number, people=SUBJECT) for number in range(4)]
    found = evidence(Way().take(sent), "police")
    assert [one["from"] for one in found["reports"]] == sorted(one["from"] for one in found["reports"])
    assert all(one["own"] for one in found["reports"])
    assert "housing" in found["readers"]["whole"]
    assert "police" not in found["readers"]["whole"]


def test_a_report_for_some_only_makes_the_others_readers_of_part() -> None:
    sent = [report("police", number, 3 * number, people=SUBJECT) for number in range(4)]
    sent[0] |= {"restricted_to": ["police", "fire"]}
    found = evidence(Way().take(sent), "police")
    assert found["readers"]["whole"] == ["fire"]
    assert "housing" in found["readers"]["part"]


def test_what_is_sensitive_or_suspected_false_is_on_no_map() -> None:
    plain = [report("police", 1, 1), report("police", 2, 2)]
    assert where(Way().take(plain), "police") == 2
    shut = [plain[0] | {"sensitive": ["domestic-abuse"]}, plain[1]]
    assert where(Way().take(shut), "police") == 1
    false = {"source": "3", "information": "E", "handling": "P"}
    assert where(Way().take([plain[0] | {"grading": false}, plain[1]]), "police") == 1


def test_a_report_one_may_not_know_is_on_no_map_of_ones_own() -> None:
    sent = [report("police", 1, 1), report("police", 2, 2) | {"restricted_to": ["police"]}]
    way = Way().take(sent)
    assert (where(way, "police"), where(way, "housing")) == (2, 1)


def test_when_others_last_reported_is_by_what_all_may_know() -> None:
    sent = [report("police", 1, 1), report("police", 2, 5) | {"restricted_to": ["police"]}]
    with reading(Way().take(sent).engine) as hidden, reading(Way().take(sent[:1]).engine) as without:
        assert STAGES.feeds(hidden, "housing") == STAGES.feeds(without, "housing") != {}


LANE = {"text": "3 Vicar Lane, Chesterfield", "uprn": "10002", "easting": 438420.0, "northing": 371250.0}


def place(way: Way, agency: str) -> Mapping[str, Any]:
    copy = next(one for one in way.standing_copies(agency).values() if one["place"])
    with reading(way.engine) as connection:
        return STAGES.place(connection, agency, copy)


def test_a_place_is_told_by_what_visible_reports_write_of_it() -> None:
    sent = [report("police", number, 3 * number, place=LANE) for number in range(4)]
    sent[3]["place"] = {**LANE, "text": "Vicar Lane 3"}
    hidden = report("fire", 9, 4, place={**LANE, "text": "No. 3 Vicar Lane"}) | {"restricted_to": ["police"]}
    found = place(Way().take(sent, batch=1), "housing")
    assert [one["report"] for one in found["members"]] == [f"police:{number}" for number in range(4)]
    assert [claim["says"] for link in found["ties"] for claim in link["claims"]]
    assert place(Way().take([*sent, hidden], batch=1), "housing") == found

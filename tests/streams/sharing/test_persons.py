"""Who is who as one agency may know it: its own mentions whole, others' by name, birth and role, no hidden one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.stages import stages_of
from streams.store import reading, writing
from tests.streams.issues.way import PARTNERSHIP, Body, Way, close_all, person, report

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SURE = {
    "name": "Quentin Ashdown",
    "born": "1988-07-21",
    "phones": ["07700900123"],
    "identifiers": {"pnc": "1988/123456A"},
}
STAGES = stages_of(PARTNERSHIP)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def sent(*hidden: Body) -> list[Body]:
    own = [report("housing", number, 3 * number, people=[person("suspect", **SURE)]) for number in range(3)]
    return [*own, report("police", 9, 8, people=[person("suspect", **SURE)]), *hidden]


def found(way: Way, agency: str = "housing") -> dict[str, Any]:
    copy = next(one for one in way.standing_copies(agency).values() if one.get("person"))
    with reading(way.engine) as connection:
        return dict(STAGES.person(connection, agency, copy))


def test_own_mentions_are_whole_and_others_are_what_an_alert_shows() -> None:
    members = found(Way().take(sent()))["members"]
    own, theirs = ([one for one in members if one["own"] is mine] for mine in (True, False))
    assert all("phones" in one["facts"] and "identifiers" in one["facts"] for one in own)
    assert [set(one["facts"]) for one in theirs] == [{"name", "born", "role"}]


def test_each_tie_is_told_with_its_evidence_and_there_is_no_more_than_it_takes() -> None:
    person_ = found(Way().take(sent()))
    assert len(person_["ties"]) == len(person_["members"]) - 1
    for link in person_["ties"]:
        assert sum(claim["bits"] for claim in link["claims"]) == pytest.approx(link["bits"], abs=0.05)


def test_a_hidden_mention_changes_nothing() -> None:
    shut = report("fire", 5, 9, people=[person("suspect", **SURE)]) | {"restricted_to": ["police"]}
    assert found(Way().take(sent(shut), batch=1)) == found(Way().take(sent(), batch=1))


def test_a_pair_in_doubt_is_judged_and_taken_back() -> None:
    doubtful = {"name": "Quentin Ashdown", "born": "1988"}
    bodies = [report(agency, 1, 1, people=[person("suspect", **doubtful)]) for agency in ("housing", "police")]
    bodies.append(report("fire", 1, 1, people=[person("suspect", **doubtful)]) | {"restricted_to": ["police"]})
    way = Way().take(bodies)
    with reading(way.engine) as connection:
        (pair,) = STAGES.doubts(connection, "housing", 5)
    assert {pair["a"]["agency"], pair["b"]["agency"]} == {"housing", "police"}
    word = {"a": pair["a"]["item"], "b": pair["b"]["item"], "why": "Same flat", "by": "user:1", "at": AT}
    with writing(way.engine) as connection:
        assert STAGES.settle(connection, "street-pastors", {**word, "verdict": "same"}) == "there is no such pair"
        assert STAGES.settle(connection, "housing", {**word, "verdict": "same"}) == ""
    with reading(way.engine) as connection:
        assert STAGES.doubts(connection, "housing", 5) == []
    with writing(way.engine) as connection:
        assert "you have said nothing" in STAGES.settle(
            connection, "housing", {**word, "verdict": "undo", "by": "user:2"}
        )
        assert STAGES.settle(connection, "housing", {**word, "verdict": "undo"}) == ""
    with reading(way.engine) as connection:
        assert len(STAGES.doubts(connection, "housing", 5)) == 1

"""The alert budget: the highest of a week are live, the rest are kept and say so; some kinds always are told."""

from dataclasses import replace
from typing import Any

import pytest

from streams.issues.rules import rules
from streams.sharing import telling
from streams.sharing.budget import over_budget
from tests.streams.issues.way import Body, Way, person, report

R = rules()
TWO = replace(R.budget, week=2)


def alert(name: str, score: float, day: str = "2024-03-05", kind: str = "repeat-person") -> Body:
    return {"id": name, "score": score, "kind": kind, "raised_at": f"{day}T12:00:00Z"}


def test_the_highest_of_a_week_are_live() -> None:
    some = [alert("a", 5), alert("b", 9), alert("c", 7), alert("d", 1, "2024-03-12")]
    assert over_budget(some, TWO) == {"a"}
    assert over_budget([*some, alert("e", 8, kind="case-review")], TWO) == {"a"}


def repeats(number: int, incidents: int) -> list[Body]:
    who = [person("suspect", f"Quentin Ash{'abcdef'[number]}down", f"19{70 + number}-07-21")]
    spot: dict[str, Any] = {"text": f"{number} Larch Road", "easting": 430_000 + 3_000 * number, "northing": 371_000}
    return [
        report("police", f"{number}-{n}", n, people=who, place=spot, category="drugs", told=0.1 + number / 1000)
        for n in range(incidents)
    ]


@pytest.fixture
def two_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "rules", lambda: replace(R, budget=TWO))


@pytest.mark.usefixtures("two_a_week")
def test_what_is_over_the_budget_is_kept_and_not_sent() -> None:
    way = Way().take([*repeats(0, 3), *repeats(1, 4), *repeats(2, 5)])
    assert len(way.alerts()) == 3
    sent = way.standing_copies("council")
    assert sorted(copy["observed"] for copy in sent.values()) == [4, 5]
    held = [row.body for row in way.rows(telling.Told) if row.agency == "council"]
    assert sorted((body["observed"], body["over_budget"]) for body in held) == [(3, True), (4, False), (5, False)]


@pytest.mark.usefixtures("two_a_week")
def test_one_that_is_outranked_is_told_so_and_comes_back_when_there_is_room() -> None:
    way = Way().take([*repeats(0, 3), *repeats(1, 4)])
    (low,) = [name for name, copy in way.standing_copies("council").items() if copy["observed"] == 3]
    way.take(repeats(2, 5))
    assert way.standing_copies("council")[low]["over_budget"] is True
    way.take([{**body, "action": "retract", "version": 2} for body in repeats(2, 5)])
    assert way.standing_copies("council")[low]["over_budget"] is False
    assert len(way.standing_copies("council")) == 2


def test_with_no_budget_all_are_told_and_nothing_is_said_of_one() -> None:
    way = Way().take([*repeats(0, 3), *repeats(1, 4), *repeats(2, 5)])
    assert [copy.get("over_budget") for copy in way.standing_copies("council").values()] == [None, None, None]

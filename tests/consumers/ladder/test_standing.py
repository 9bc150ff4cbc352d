"""The next rung is proposed by what was done, and what does not fit the person is passed over."""

from datetime import date

import pytest

from consumers.ladder.rungs import load_ladder
from consumers.ladder.standing import standing
from schemas.work import Step
from tests.consumers.work.making import TODAY, a_step

LADDER = load_ladder()


def at(*steps: Step, kind: str = "person"):
    return standing(kind, steps, TODAY, LADDER)


@pytest.mark.parametrize(
    ("had", "next_"),
    [
        ((), "engagement"),
        (("engagement",), "verbal-warning"),
        (("verbal-warning", "written-warning"), "acceptable-behaviour-contract"),
        (("support",), "engagement"),
        (("acceptable-behaviour-contract",), "community-protection-warning"),
        (("community-protection-warning",), "community-protection-notice"),
    ],
)
def test_the_next_rung_is_the_lowest_above_the_highest_taken(had: tuple[str, ...], next_: str) -> None:
    found = at(*(a_step(rung) for rung in had)).next
    assert found is not None
    assert found.rung.name == next_


def test_a_rung_that_is_not_for_a_child_is_passed_over() -> None:
    found = at(a_step("acceptable-behaviour-contract", checks={"age": "child"})).next
    assert found is not None
    assert found.rung.name == "civil-injunction"


def test_above_the_top_nothing_is_proposed() -> None:
    assert at(a_step("possession")).next is None


def test_what_must_be_recorded_is_said_before_it_is_asked_for() -> None:
    found = at(a_step("acceptable-behaviour-contract")).next
    assert found is not None
    assert "Why is it necessary?" in found.questions
    assert [check.name for check in found.checks] == ["age", "vulnerability", "equality"]
    assert [rung.name for rung in found.over] == ["engagement", "verbal-warning", "written-warning", "support"]


def test_what_runs_and_whether_help_was_offered_is_told() -> None:
    runs = a_step("acceptable-behaviour-contract", until="2026-12-31")
    over = a_step("support", on="2026-01-02", until="2026-03-01")
    found = at(runs, over)
    assert (found.running, found.helped) == ((runs,), True)
    assert found.taken == (over, runs)
    assert not at(runs).helped


def test_a_rung_the_ladder_no_longer_has_is_kept_and_stands_below_all() -> None:
    found = at(a_step("stern-letter", on=date(2019, 1, 1)))
    assert len(found.taken) == 1
    assert found.next is not None
    assert found.next.rung.name == "engagement"

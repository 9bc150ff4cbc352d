"""Repeats around one person, with numbers worked out by hand."""

import pytest

from streams.issues.people import find_person
from streams.issues.rules import rules
from tests.streams.issues.making import DOUBTFUL, at, incident, kinds, known

R = rules()


def test_three_incidents_in_28_days_repeat_and_two_do_not() -> None:
    three = [incident("a", 0), incident("b", 10), incident("c", 27.5)]
    (found,) = find_person(known(three), R)
    assert (found.kind, found.observed, found.raised_at) == ("repeat-person", 3, at(27.6))
    assert [one.ref for one in found.evidence] == ["police:a", "police:b", "police:c"]
    assert "3 incidents from 4 March to 1 April 2024 name this person as suspect" in found.why[0]
    assert find_person(known(three[:2]), R) == []


def test_three_incidents_over_more_than_28_days_do_not_repeat() -> None:
    assert find_person(known([incident("a", 0), incident("b", 10), incident("c", 28.5)]), R) == []


def test_one_incident_told_by_three_agencies_is_one() -> None:
    told = incident("a", 0, ("police", "housing", "council"))
    assert find_person(known([told]), R) == []
    assert find_person(known([told, incident("b", 5)]), R) == []


def test_what_different_agencies_told_within_two_hours_is_counted_once() -> None:
    apart = [incident("a", 0), incident("b", 0.05, ("housing",)), incident("c", 9)]
    assert find_person(known(apart), R) == []
    one_agency = [incident("a", 0), incident("b", 0.05), incident("c", 9)]
    assert kinds(find_person(known(one_agency), R)) == ["repeat-person"]


def test_the_sides_are_counted_apart() -> None:
    three = [incident("a", 0, category="robbery"), incident("b", 1, category="robbery"), incident("c", 2)]
    assert kinds(find_person(known(three, roles={"a": "victim", "b": "suspect", "c": "suspect"}), R)) == []
    assert kinds(find_person(known(three, "witness"), R)) == []
    (found,) = find_person(known([*three[:2], incident("c", 2, category="robbery")], "victim"), R)
    assert found.kind == "repeat-victim"
    assert found.person == {"id": "person-1", "name": "Quentin Ashdown", "roles": ["victim"]}


def test_suspected_falsehood_counts_for_nothing() -> None:
    assert find_person(known([incident("a", 0), incident("b", 1), incident("c", 2, marking=DOUBTFUL)]), R) == []
    kept = [incident("a", 0), incident("b", 1), incident("c", 2), incident("d", 3, marking=DOUBTFUL)]
    assert [found.observed for found in find_person(known(kept), R)] == [3]


def test_an_incident_known_to_the_season_only_does_not_count() -> None:
    assert find_person(known([incident("a", 0), incident("b", 1), incident("c", 2, width=40)]), R) == []


def test_three_incidents_by_two_agencies_converge() -> None:
    three = [incident("a", 0), incident("b", 3, ("housing",)), incident("c", 6)]
    found = {one.kind: one for one in find_person(known(three), R)}
    assert sorted(found) == ["convergence", "repeat-person"]
    assert found["convergence"].raised_at == at(6.1)
    assert "Housing and police each told of one person" in found["convergence"].why[0]


def test_a_late_report_makes_it_due_when_it_comes() -> None:
    late = [incident("a", 0, lag=20), incident("b", 1), incident("c", 2)]
    (found,) = find_person(known(late), R)
    assert found.raised_at == at(20)


def test_a_spell_ends_when_a_whole_window_passes_with_nothing_new() -> None:
    first = [incident(f"a{n}", n) for n in range(3)]
    going_on = incident("b", 29)
    later = [incident(f"c{n}", 70 + n) for n in range(3)]
    found = find_person(known([*first, going_on, *later]), R)
    assert [(one.episode, one.observed) for one in found] == [("police:a0#0", 4), ("police:c0#0", 3)]
    assert len({one.id for one in found}) == 2


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ({"category": "anti-social-behaviour"}, True),
        ({"category": "criminal-damage-arson"}, True),
        ({"category": "violent-crime", "detail": "harassment"}, True),
        ({"category": "shoplifting"}, False),
    ],
)
def test_case_review_counts_the_kinds_the_act_is_about(kind: dict[str, str], counts: bool) -> None:
    three = [incident(name, 50 * n, **kind) for n, name in enumerate("abc")]  # type: ignore[arg-type]
    found = [one for one in find_person(known(three, "reporter"), R) if one.kind == "case-review"]
    assert [(one.observed, one.early) for one in found] == ([(3, False)] if counts else [])


def test_case_review_two_of_three_is_told_early_and_low() -> None:
    (found,) = find_person(known([incident("a", 0), incident("b", 100)], "victim"), R)
    assert (found.kind, found.observed, found.severity, found.early) == ("case-review", 2, "low", True)
    assert "2 of 3" in found.title
    third = incident("c", 150)
    (found,) = find_person(known([incident("a", 0), incident("b", 100), third], "victim"), R)
    assert (found.observed, found.early) == (3, False)
    assert found.title.startswith("Third report of anti-social behaviour by one victim in six months")
    assert found.raised_at == at(100.1)


def test_case_review_counts_what_was_reported_within_a_month() -> None:
    late = [incident("a", 0), incident("b", 40), incident("c", 80, lag=32)]
    (found,) = find_person(known(late, "victim"), R)
    assert found.observed == 2
    in_time = [incident("a", 0), incident("b", 40), incident("c", 80, lag=30.9)]
    (found,) = find_person(known(in_time, "victim"), R)
    assert found.observed == 3


def test_case_review_spreads_over_six_months_at_most() -> None:
    (found,) = find_person(known([incident("a", 0), incident("b", 100), incident("c", 190)], "victim"), R)
    assert (found.early, found.observed) == (True, 3)
    assert "2 of 3" in found.title

"""Repeats at one place, against what its own past lets one expect."""

from dataclasses import replace

from streams.issues.chance import tail
from streams.issues.places import find_place
from streams.issues.rules import rules
from streams.issues.values import Happening
from tests.streams.issues.making import at, incident, kinds, place

R = rules()


def test_three_incidents_at_a_building_repeat_and_two_do_not() -> None:
    three = [incident("a", 0), incident("b", 9), incident("c", 20)]
    (found,) = find_place(place(three), R)
    assert (found.kind, found.observed, found.raised_at) == ("repeat-place", 3, at(20.1))
    assert found.place == {"id": "place-1", "text": "14 saltergate"}
    assert find_place(place(three[:2]), R) == []


def test_a_street_is_not_a_place_that_repeats() -> None:
    assert find_place(place([incident(name, n) for n, name in enumerate("abcdef")], precise=False), R) == []


def test_a_place_that_is_always_so_busy_does_not_repeat() -> None:
    # every nine days for a year: 40 in the past 364 days, so (40 + .5) / (364 + 140) * 28 = 2.25 expected in 28
    year = [incident(f"p{n}", -9 * n - 1) for n in range(40)]
    usual = [incident("a", 0), incident("b", 9), incident("c", 18)]
    assert tail(4, 40.5, 2.25) > R.repeat_place.chance
    found = find_place(place([*year, *usual]), R)
    assert all("c" not in one.incidents for one in found)
    rush = [incident(f"r{n}", n) for n in range(12)]
    assert tail(12, 40.5, 2.25) < R.repeat_place.chance
    assert any({"r0", "r11"} <= set(one.incidents) for one in find_place(place([*year, *rush]), R))


def test_a_short_past_is_no_quiet_past() -> None:
    some = [incident(name, 7 * n) for n, name in enumerate("abcdefghij")]
    found = find_place(place(some, since=at(0)), R)
    # six in 42 days say that three in the next 28 are usual
    assert all("j" not in one.incidents for one in found)


def test_agencies_converge_on_a_place() -> None:
    three = [incident("a", 0), incident("b", 9, ("licensing",)), incident("c", 20)]
    assert kinds(find_place(place(three), R)) == ["convergence", "repeat-place"]
    once = [incident("a", 0, ("police", "licensing", "fire"))]
    assert find_place(place(once), R) == []


def test_the_case_review_by_locality_is_off_unless_switched_on() -> None:
    told = [incident(name, 40 * n, category="anti-social-behaviour", detail="noise") for n, name in enumerate("abc")]
    assert "case-review" not in kinds(find_place(place(told), R))
    on = replace(R, locality=replace(R.locality, on=True))
    (found,) = [one for one in find_place(place(told, precise=False), on) if one.kind == "case-review"]
    assert (found.observed, found.raised_at, found.scope) == (3, at(80.1), "place:place-1")
    assert "by locality" in found.title
    late = [told_late(name, 40 * n) for n, name in enumerate("abc")]
    assert find_place(place(late), on) == []


def told_late(name: str, days: float) -> Happening:
    """Told of too late to count."""
    return incident(name, days, lag=32.0, category="anti-social-behaviour", detail="noise")

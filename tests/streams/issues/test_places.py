"""Repeats at one place, against what its own past lets one expect."""

from streams.issues.chance import tail
from streams.issues.places import find_place
from streams.issues.rules import rules
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

"""Near repeats: chains in space and time, against the ground's own background."""

import random
from datetime import timedelta

import pytest

from streams.issues.near import Point, chains, find_near, offspring, seen
from streams.issues.rules import rules
from streams.issues.values import Finding, Happening
from tests.streams.issues.making import at, incident

R = rules()
RULE = R.near_repeat


def burglary(name: str, days: float, x: float, y: float = 371_000.0) -> Happening:
    return incident(name, days, category="burglary", x=x, y=y)


def find(
    incidents: list[Happening], background: list[Happening] | None = None, since: float | None = None
) -> list[Finding]:
    """The runs; ``since``: how many days after the first moment the police began to report, None for long before."""
    firsts = {} if since is None else {"police": at(since).date()}
    everything = [*incidents, *(background or [])]
    points = [Point(id=i.id, at=i.occurred_from, x=i.easting or 0, y=i.northing or 0) for i in everything]
    told = {i.id: i for i in everything}
    return [
        finding
        for chain in chains(points, RULE)
        for finding in find_near(f"near:burglary:{chain[0].id}", chain, points, told, R, firsts)
    ]


def test_three_in_a_fortnight_within_two_hundred_metres_are_a_run() -> None:
    (found,) = find([burglary("a", 0, 438_000), burglary("b", 5, 438_150), burglary("c", 9, 438_300)])
    assert (found.kind, found.observed, found.raised_at) == ("near-repeat", 3, at(9.1))
    # nothing seen before: .1 / (56 + 14) days, over the 14 days that a run is given at least
    assert found.expected == pytest.approx(0.1 / 70 * 14, abs=1e-3)


@pytest.mark.parametrize("other", [burglary("c", 9, 438_360), burglary("c", 20, 438_300)], ids=["too far", "too late"])
def test_what_is_further_off_is_no_part_of_it(other: Happening) -> None:
    assert find([burglary("a", 0, 438_000), burglary("b", 5, 438_150), other]) == []


def test_two_are_no_run() -> None:
    assert find([burglary("a", 0, 438_000), burglary("b", 1, 438_010)]) == []


def test_the_background_is_what_the_ground_all_around_saw() -> None:
    some = [Point(id="a", at=at(0), x=0.0, y=0.0)]
    before = [Point(id=f"b{n}", at=at(-n - 1), x=900.0, y=0.0) for n in range(10)]
    far = [Point(id=f"f{n}", at=at(-n - 1), x=1100.0, y=0.0) for n in range(10)]
    old = [Point(id=f"o{n}", at=at(-57 - n), x=10.0, y=0.0) for n in range(10)]
    # (10 + .1) / 70 a day, a 25th of that ground, over 28 days
    assert offspring(some, [*before, *far, *old], RULE) == pytest.approx(10.1 / 70 * 0.04 * 28)


def test_ordinary_town_centre_volume_does_not_chain_for_ever() -> None:
    chance = random.Random(3)
    usual = [
        burglary(f"u{n}", day, 438_000 + chance.uniform(-500, 500), 371_000 + chance.uniform(-500, 500))
        for n, day in enumerate(chance.uniform(-120, 60) for _ in range(180))
    ]
    found = [one for one in find(usual) if one.window_from >= at(-50)]
    assert len(found) <= 1
    run = [burglary(f"r{n}", 10 + n, 438_400 + 20 * n, 371_400) for n in range(9)]
    assert any(len({f"r{n}" for n in range(9)} & set(one.incidents)) >= 8 for one in find([*usual, *run]))


def test_a_run_goes_on_while_it_is_due_and_a_later_one_is_another() -> None:
    first = [burglary(f"a{n}", 4 * n, 438_000 + 50 * n) for n in range(5)]
    second = [burglary(f"b{n}", 120 + 3 * n, 438_000 + 50 * n) for n in range(4)]
    found = sorted(find([*first, *second]), key=lambda one: one.raised_at)
    assert [one.observed for one in found] == [5, 4]
    assert found[0].over_at == at(16.1) + timedelta(days=RULE.gap)


def test_days_on_which_nobody_reported_yet_are_no_days_without_incidents() -> None:
    three = [burglary("a", 0, 438_000), burglary("b", 5, 438_150), burglary("c", 9, 438_300)]
    assert find(three, since=-60)[0].expected == pytest.approx(0.1 / 70 * 14, abs=1e-3)
    assert find(three, since=-1) == []
    many = [burglary(f"m{n}", n, 438_000 + 20 * n) for n in range(9)]
    (found,) = find(many, since=-30)
    # thirty days and a half before the first, at noon
    assert found.expected == pytest.approx(0.1 / (30.5 + 14) * 14, abs=1e-3)
    assert "the 30 days before of which there are reports" in found.why[0]


def test_whoever_has_just_begun_to_report_is_learnt_from() -> None:
    many = [burglary(f"m{n}", n / 2, 438_000 + 20 * n) for n in range(9)]
    assert find(many, since=-RULE.learning + 5) == []
    assert len(find(many, since=-RULE.learning)) == 1


def test_three_where_one_had_been_are_no_run() -> None:
    three = [burglary("a", 0, 438_000), burglary("b", 5, 438_150), burglary("c", 9, 438_300)]
    assert len(find(three)) == 1
    assert find(three, [burglary("z", -20, 438_050)]) == []


def test_the_past_is_weighed_by_who_told_of_each() -> None:
    known, new = (Point(id=name, at=at(0), x=0.0, y=0.0, since=at(since)) for name, since in (("a", -90), ("b", -7)))
    assert seen([known], RULE) == RULE.past
    assert seen([known, new], RULE) == pytest.approx((RULE.past + 7) / 2)
    assert seen([Point(id="c", at=at(0), x=0.0, y=0.0, since=at(3))], RULE) == 0

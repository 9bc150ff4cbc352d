"""What was worked out for one agency is kept a minute for it, and is nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consumers.web.remembered import A_MINUTE, Remembered
from tests.consumers.accounts.people import a_user
from tests.consumers.web.seats import Browser, a_house
from tests.streams.issues.way import FIRST, PARTNERSHIP, Way, close_all, report


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


class Counting:
    """Answers with how often it was asked."""

    asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_answer_is_worked_out_anew_after_a_minute_whatever_came(clock: Clock) -> None:
    kept, work_out = Remembered[int](clock), Counting()
    assert [kept.of("police", "map", work_out) for _ in range(3)] == [1, 1, 1]
    clock.at = A_MINUTE - 1
    assert kept.of("police", "map", work_out) == 1
    clock.at = A_MINUTE
    assert kept.of("police", "map", work_out) == 2


def test_what_one_agency_asked_answers_no_other(clock: Clock) -> None:
    kept = Remembered[str](clock)
    answers: dict[str, Callable[[], str]] = {"police": lambda: "theirs", "housing": lambda: "ours"}
    assert [kept.of(agency, "map", answer) for agency, answer in answers.items()] == ["theirs", "ours"]
    assert kept.of("police", "another map", lambda: "other") == "other"


def test_the_oldest_answers_go_first(clock: Clock) -> None:
    kept, work_out = Remembered[int](clock, most=2), Counting()
    for asked in ("a", "b", "a", "c", "a", "b"):
        kept.of("police", asked, work_out)
    assert work_out.asked == 4, "b was the oldest when c came"


def test_what_failed_is_no_answer(clock: Clock) -> None:
    kept = Remembered[int](clock)
    with pytest.raises(ZeroDivisionError):
        kept.of("police", "map", lambda: 1 // 0)
    assert kept.of("police", "map", lambda: 3) == 3


def test_a_map_counted_for_one_agency_is_shown_to_no_other(clock: Clock) -> None:
    """The same page of one server, asked by the police first: what they may know is in no answer to housing."""
    sent = [report("police", number, number) | {"restricted_to": ["police"]} for number in range(4)]
    way = Way().take([*sent, report("police", 9, 3)])
    later = FIRST + timedelta(days=20)
    house = a_house(way.engine, partnership=PARTNERSHIP, seconds=clock, now=lambda: later)
    seen = {}
    for agency in ("police", "housing", "police"):
        browser = Browser(house).sit(a_user(way.engine, f"{len(seen)}@{agency}.example", agency, ("analyst",)))
        seen[agency] = browser.get(f"/agencies/{agency}/map?days=90").text
    close_all()
    assert "5 reports that you may know" in seen["police"]
    assert "1 report that you may know" in seen["housing"]

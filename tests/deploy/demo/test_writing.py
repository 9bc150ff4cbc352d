from datetime import date, datetime

import pytest

from deploy.demo.chance import Chance, Weighted
from deploy.demo.residents import nhs_number
from deploy.demo.times import offset, told, written
from deploy.demo.writing import slip, without_marks

at = datetime.fromisoformat


def test_summer_time() -> None:
    assert written(at("2026-07-01T12:00"), "local") == "2026-07-01T12:00:00+01:00"
    assert written(at("2026-07-01T12:00"), "utc") == "2026-07-01T11:00:00Z"
    assert written(at("2026-12-01T12:00"), "utc") == "2026-12-01T12:00:00Z"
    assert (offset(at("2026-03-29T01:00")), offset(at("2026-03-29T02:00"))) == (0, 1)
    assert (offset(at("2026-10-25T01:00")), offset(at("2026-10-25T02:00"))) == (1, 0)


@pytest.mark.parametrize("clock", ["minute", "quarter", "hour", "part"])
def test_every_clock_holds_the_true_time(clock: str) -> None:
    for minute in range(0, 1440, 7):
        start = datetime.combine(date(2026, 9, 7), datetime.min.time()).replace(hour=minute // 60, minute=minute % 60)
        end = start.replace(minute=59)
        first, last = told(clock, start, end)
        assert first <= start <= end <= last


def test_names_lose_their_marks() -> None:
    assert without_marks("Łukasz Wójcik Ștefan") == "Lukasz Wojcik Stefan"


def test_a_slip_changes_little() -> None:
    chance = Chance("slips")
    slips = {slip(chance, "Marsden") for _ in range(200)}
    assert len(slips) > 10
    assert all(word[0] == "M" and abs(len(word) - 7) <= 1 for word in slips)


def test_nhs_numbers_have_their_check_digit() -> None:
    for number in range(1, 200):
        digits = [int(d) for d in nhs_number(number).replace(" ", "")]
        assert len(digits) == 10
        assert sum((10 - place) * digit for place, digit in enumerate(digits)) % 11 == 0


def test_draws_follow_their_weights() -> None:
    chance, weighted = Chance(1), Weighted({"a": 1.0, "b": 3.0})
    share = sum(weighted.draw(chance) == "b" for _ in range(4000)) / 4000
    assert 0.7 < share < 0.8
    counts = [chance.count(4.0) for _ in range(2000)]
    assert 3.8 < sum(counts) / 2000 < 4.2

"""Counts are those an agency may make, small ones are left out, and who began or stopped reporting is said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from consumers.effect.counts import Counter, week_of
from consumers.effect.members import members, not_small, periods
from consumers.effect.worked import Question, answer
from schemas.agencies import Partnership, load_partnership
from schemas.cells import WHOLE, scope_of
from schemas.tables import CellWeek
from streams.store import put, reading, writing

PARTNERSHIP = load_partnership()
LAST = date(2026, 11, 16)  # a Monday
TODAY = date(2026, 11, 25)
ASB = "anti-social-behaviour"


def count(engine: Engine, monday: date, area: str, told: dict[str, int], category: str = ASB) -> None:
    rows = [
        {"cell": scope_of(name, category), "week": week_of(monday), "told": told, "chance": None, "judged": None}
        for name in (area, WHOLE)
    ]
    with writing(engine) as connection:
        put(connection, CellWeek, rows)


def weeks_back(number: int) -> date:
    return LAST - timedelta(weeks=number)


def asked(engine: Engine, ask, agency: str = "police", partnership: Partnership = PARTNERSHIP):
    with reading(engine) as connection:
        return ask(Counter(connection=connection, partnership=partnership, agency=agency, today=TODAY))


def test_an_agency_counts_what_it_or_those_that_tell_it_reported(engine: Engine) -> None:
    count(engine, LAST, "Newbold", {"police": 6, "housing": 3, "housing,police": 1})
    nothing_agreed = replace(PARTNERSHIP, agreements=())

    def total(counter: Counter) -> int:
        return counter.count([LAST]).total("Newbold", [ASB], [LAST])

    assert asked(engine, total) == 10
    assert asked(engine, total, partnership=nothing_agreed) == 7
    assert asked(engine, total, agency="housing", partnership=nothing_agreed) == 4
    assert asked(engine, total, agency="fire", partnership=nothing_agreed) == 0


def test_what_may_be_held_no_longer_is_not_counted(engine: Engine) -> None:
    long_ago = weeks_back(200)
    count(engine, long_ago, "Newbold", {"housing": 8})
    assert asked(engine, lambda counter: counter.count([long_ago]).total("Newbold", [ASB], [long_ago])) == 0


def test_the_last_week_is_whole_and_counted(engine: Engine) -> None:
    assert asked(engine, lambda counter: counter.last_week()) is None
    count(engine, TODAY - timedelta(days=2), "Newbold", {"police": 1})  # the week that is not over
    assert asked(engine, lambda counter: counter.last_week()) == LAST


def test_areas_are_those_with_a_name_and_no_squares(engine: Engine) -> None:
    for area in ("Newbold", "SK3871"):
        count(engine, LAST, area, {"police": 1})
    assert asked(engine, lambda counter: counter.areas(LAST)) == ["Newbold"]


def test_the_tables_set_a_period_beside_the_one_before_and_a_year_ago(engine: Engine) -> None:
    for number, told in ((0, 12), (4, 6), (52, 10)):
        count(engine, weeks_back(number), "Newbold", {"police": told})
        count(engine, weeks_back(number), "Hasland", {"police": told * 2})
    found = asked(engine, lambda counter: members(counter, LAST, 4, ASB))
    lines = {line.name: line.counts for line in found.by_area}
    assert lines == {"Hasland": (24, 12, 20), "Newbold": (12, 6, 10)}
    change = found.by_area[0].changes[0]
    assert change is not None
    assert change.value == 2.0
    assert [span.first for span in found.periods] == [weeks_back(3), weeks_back(7), weeks_back(55)]
    assert found.caveats == ()


def test_who_began_to_report_or_stopped_is_said_beside_the_table(engine: Engine) -> None:
    for number in range(4):
        count(engine, weeks_back(number), "Newbold", {"police": 9, **({"fire": 5} if number > 1 else {})})
        count(engine, weeks_back(number + 4), "Newbold", {"police": 9, "housing": 9})
        count(engine, weeks_back(number + 52), "Newbold", {"police": 9})
    found = asked(engine, lambda counter: members(counter, LAST, 4, ""))
    assert [sentence.split(":")[0] for sentence in found.caveats] == [
        "Fire and rescue reported in this period, and not in the period before",
        "Fire and rescue reported in this period, and not in the same weeks a year ago",
        "Fire and rescue has reported nothing since the week of 2 November 2026",
        "Council housing reported in the period before, and not in this one",
    ]


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 30), max_size=8))
def test_no_small_count_is_told_nor_can_be_worked_out_from_the_sum(counts: dict[str, int]) -> None:
    told = not_small(counts)
    assert all(told[name] in (count, None) for name, count in counts.items())
    assert not any(0 < (one or 0) < 5 for one in told.values())
    left_out = [counts[name] for name, one in told.items() if one is None]
    whole = all(one is None or one == 0 for one in told.values())
    assert not left_out or sum(left_out) >= 5 or whole


def test_periods_are_whole_weeks_that_meet() -> None:
    now, before, ago = periods(LAST, 13)
    assert before.last + timedelta(days=1) == now.first
    assert now.first - ago.first == timedelta(days=364)


def a_question(**others) -> Question:
    said = {"day": weeks_back(7) + timedelta(days=2), "weeks": 6, "area": "Newbold", "category": ASB}
    return Question(**{**said, "others": ("Hasland",), **others})


def filled(engine: Engine) -> None:
    """Twelve weeks: Newbold falls from ten a week to five after the eighth, Hasland stays at ten, Brimington gains."""
    for number in range(16):
        after = number < 7
        for area, told in (("Newbold", 5 if after else 10), ("Hasland", 10), ("Brimington", 12 if after else 10)):
            count(engine, weeks_back(number), area, {"police": told})


def test_an_answer_compares_whole_weeks_on_either_side_of_the_week_of_the_day(engine: Engine) -> None:
    filled(engine)
    found = asked(engine, lambda counter: answer(counter, a_question(ring=("Brimington",)), LAST))
    assert (found.here, found.elsewhere, found.ring, found.cut_short) == ((60, 30), (60, 60), (60, 72), 0)
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(0.5)
    assert found.moved == pytest.approx(-0.4)
    assert found.says.startswith("50% fewer than the comparison areas would let one expect, between ")


def test_weeks_that_are_not_over_are_left_out_on_both_sides(engine: Engine) -> None:
    filled(engine)
    found = asked(engine, lambda counter: answer(counter, a_question(weeks=12), LAST))
    assert (found.cut_short, len(found.weeks)) == (5, 14)


def test_too_few_to_say_anything_are_said_to_be_so(engine: Engine) -> None:
    for number in range(16):
        count(engine, weeks_back(number), "Hasland", {"police": 10})
    found = asked(engine, lambda counter: answer(counter, a_question(), LAST))
    assert found.ratio is None
    assert "too few to say" in found.says

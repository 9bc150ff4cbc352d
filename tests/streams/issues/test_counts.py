"""Spikes: a gamma–Poisson bound over the same weekdays, and reporting that is no crime."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from streams.issues import boards
from streams.issues.boards import Counts, Days, areas_of, day_board, known_by, month_board
from streams.issues.chance import tail
from streams.issues.counts import Board, spikes
from streams.issues.harm import Rise, rises
from streams.issues.periods import alike, judged_by, judges, period_of
from streams.issues.rules import rules
from streams.issues.tally import Cell, Count, Numbers, Tally
from streams.remembering import Remembered
from tests.streams.issues.making import at

R = rules()
ASB = "anti-social-behaviour"
DAY = "2024-03-04"


def counts(number: int, area: str = "A", category: str = ASB, publisher: str = "police", start: int = 0) -> list[Count]:
    return [
        Count(
            incident=f"{area}{category}{publisher}{n}",
            areas=(area,),
            category=category,
            detail=None,
            publisher=publisher,
        )
        for n in range(start, start + number)
    ]


def board(today: list[Count], past: list[list[Count]]) -> Board:
    numbers = Numbers()
    return Board(
        today=Tally.of(today, numbers),
        past=tuple(Tally.of(some, numbers) for some in past),
        lengths=(1.0,) * len(past),
        shrink=2.0,
        least=5,
        seldom=60.0,
        stays=60.0,
    )


def test_the_bound_is_the_negative_binomial_one() -> None:
    # eight in eight days, and the mean of all areas for two more: shape 10, mean 1; P(5 on) = .00616 < 1/60 < P(4 on)
    (found,) = spikes(board(counts(5), [counts(1)] * 8))
    assert (found.expected, found.upper) == (pytest.approx(1.0), 4)
    assert found.recurrence == pytest.approx(1 / 0.00616, rel=0.01)
    assert spikes(board(counts(4), [counts(1)] * 8)) == []


def test_an_uneven_past_widens_the_bound() -> None:
    uneven = [counts(8), *[[]] * 7]
    assert spikes(board(counts(5), uneven)) == []


def test_no_past_no_spike() -> None:
    assert spikes(board(counts(50), [])) == []


def test_one_agencys_surge_over_everything_is_no_spike() -> None:
    kinds = (ASB, "shoplifting", "drugs", "public-order", "burglary")
    usual = [count for kind in kinds for count in counts(1, category=kind)]
    surge = [count for kind in kinds for count in counts(6, category=kind)]
    assert spikes(board(surge, [usual] * 8)) == []
    rise = [*counts(6), *(count for kind in kinds[1:] for count in counts(1, category=kind))]
    assert [spike.cell for spike in spikes(board(rise, [usual] * 8))] == [Cell(area="A", category=ASB, detail=None)]


def test_another_agency_telling_as_usual_does_not_excuse_the_one_that_surges() -> None:
    usual = [*counts(1), *counts(4, category="drugs", publisher="council")]
    today = [*counts(6), *counts(20, category="drugs", publisher="council")]
    assert ASB in {spike.cell.category for spike in spikes(board(today, [usual] * 8))}


def row(number: int, period: str, agency: str = "police") -> Counts:
    return Counts(
        incident=f"{period}{number}", period=period, areas=("A",), category=ASB, detail=None, agencies=(agency,)
    )


def laid(rows: dict[str, list[Counts]]) -> Days:
    return Days(lambda day: rows.get(day, ()))


def test_a_new_publisher_learns_for_eight_weeks() -> None:
    rows = {DAY: [row(n, DAY) for n in range(9)]}
    known = day_board(DAY, 1, laid(rows), known_by(DAY, {"police": date(2024, 1, 8)}, R), R)
    assert (len(known.today.counts), len(known.past)) == (9, 8)
    new = day_board(DAY, 1, laid(rows), known_by(DAY, {"police": date(2024, 1, 9)}, R), R)
    assert (len(new.today.counts), len(new.past)) == (0, 0)


BEGUN = {"police": date(2023, 1, 1), "council": date(2023, 1, 1)}
Rows = dict[str, list[Counts]]


def crowded(number: int) -> Rows:
    """So many a day for nine weeks, of which the council tells a third."""
    days = (DAY, *judged_by(DAY))
    return {day: [row(n, day, "council" if n % 3 == 0 else "police") for n in range(number)] for day in days}


def seen_as(rows: Rows, some: Rows, marks: str = "", firsts: Mapping[str, date] = BEGUN) -> None:
    """Find what is to be found of ``some`` where all see ``rows``."""
    whole = Days(lambda day: rows.get(day, ()), marks={day: f"{marks}{day}" for day in rows})
    Days(lambda day: some.get(day, ()), like=whole).found(DAY, firsts, R)


def test_what_is_remembered_of_a_day_takes_no_more_room_in_a_larger_town(monkeypatch) -> None:
    takes = []
    for number in (6, 60):
        monkeypatch.setattr(boards, "_FOUND", known := Remembered(9))
        rows = crowded(number)
        seen_as(rows, {day: [one for one in some if one.agencies == ("police",)] for day, some in rows.items()})
        ((key, _),) = known._held.items()
        takes.append(len(repr((key[0], *key[2:]))))
    assert takes[0] == pytest.approx(takes[1], abs=60)  # a byte that is no letter is written as four
    assert takes[1] < 200


def test_a_day_is_looked_at_again_wherever_what_is_seen_of_its_weeks_is_otherwise(monkeypatch) -> None:
    monkeypatch.setattr(boards, "_FOUND", known := Remembered(99))
    rows, past = crowded(6), judged_by(DAY)[9]
    fewer = rows | {past: rows[past][1:]}
    moved = rows | {past: [replace(rows[past][0], areas=("B",)), *rows[past][1:]]}
    for number, (some, marks, firsts) in enumerate(
        (
            (rows, "", BEGUN),
            (fewer, "", BEGUN),
            (rows | {past: rows[past][:-1]}, "", BEGUN),
            (rows | {DAY: rows[DAY][1:]}, "", BEGUN),
            (moved, "", BEGUN),
            (rows, "a report came; ", BEGUN),
            (fewer, "a report came; ", BEGUN),
            (rows, "", BEGUN | {"council": date(2024, 2, 27)}),
        ),
        start=1,
    ):
        for _ in range(2):
            seen_as(rows, some, marks, firsts)
            assert len(known._held) == number


def test_a_window_of_days_is_judged_by_the_same_weekdays() -> None:
    rows = {day: [row(1, day)] for day in ("2024-03-02", "2024-03-04", "2024-02-26", "2024-02-24", "2024-02-28")}
    found = day_board(DAY, 3, laid(rows), known_by(DAY, {"police": date(2023, 1, 1)}, R), R)
    assert [len(one.counts) for one in (found.today, *found.past)] == [2, 2, 0, 0, 0, 0, 0, 0, 0]
    assert all(DAY in judges(day) for day in judged_by(DAY))
    assert all(day in judged_by(later) for day in (DAY,) for later in judges(DAY))


def test_months_are_judged_by_the_months_before() -> None:
    rows = {month: [row(n, month) for n in range(10)] for month in ("2024-01", "2024-02")}
    rows["2024-03"] = [row(n, "2024-03") for n in range(30)]
    found = month_board("2024-03", laid(rows), R)
    assert found.lengths == (pytest.approx(29 / 31), 1.0)
    assert [spike.cell.category for spike in spikes(found)] == [ASB]
    assert [
        spike.faint for spike in spikes(replace(found, today=Tally.of(found.today.counts[:14], found.today.numbers)))
    ] == [True]
    assert spikes(replace(found, today=Tally.of(found.today.counts[:10], found.today.numbers))) == []
    alone = month_board("2024-02", laid(rows), R)
    assert spikes(alone) == []


def test_what_is_known_too_loosely_counts_on_no_day() -> None:
    assert period_of(at(0), at(0)) == "2024-03-04"
    assert period_of(at(0), at(1)) == "2024-03-05"
    assert period_of(at(0), at(3)) is None
    assert period_of(at(-3.5), at(27)) == "2024-03"


def test_an_incident_counts_in_its_square_and_in_its_ward() -> None:
    assert areas_of("Town Centre", 438_300.0, 371_300.0) == ("SK3871", "Town Centre")
    assert areas_of("SK3871", 438_300.0, 371_300.0) == ("SK3871",)
    assert areas_of("Town Centre", None, None) == ("Town Centre",)


def test_where_many_cells_rise_each_needs_to_be_less_unlikely() -> None:
    def day(in_b: int) -> list[Count]:
        return [*counts(6), *counts(in_b, area="B", publisher="council")]

    past = [[*counts(1), *counts(1, area="B", publisher="council")] for _ in range(8)]
    seldom = 0.75 / tail(6, 10.0, 1.0)  # of two cells, one needs half of this, and both together all of it
    alone, both = (replace(board(day(in_b), past), seldom=seldom, stays=seldom) for in_b in (1, 6))
    assert spikes(alone) == []
    assert {spike.cell.area for spike in spikes(both)} == {"A", "B"}


def test_what_keeps_an_issue_open_need_not_open_one() -> None:
    some = replace(board(counts(5), [counts(1)] * 8), seldom=500.0, stays=60.0)
    (faint,) = spikes(some)
    assert faint.faint
    assert [spike.faint for spike in spikes(replace(some, seldom=60.0))] == [False]


def rising(now: list[Count], past: list[Count]) -> list[Rise]:
    numbers = Numbers()
    return rises(Tally.of(now, numbers), Tally.of(past, numbers), R)


def test_harm_is_weighed_and_one_grave_incident_is_no_wave() -> None:
    usual = [count for n in range(49) for count in counts(1, category="shoplifting", start=n)]
    usual += [count for n in range(49) for count in counts(1, area="B", category="shoplifting", start=n)]
    few = counts(14, category="shoplifting", start=100)
    grave = counts(1, category="robbery", start=200)
    wave = counts(6, category="robbery", start=300)
    assert rising([*few, *counts(14, area="B", category="shoplifting", start=100)], usual) == []
    usual += counts(1, area="B", category="robbery", start=400)
    assert rising([*few, *grave], usual) == []
    (rise,) = rising([*few, *wave], usual)
    assert (rise.area, rise.harm) == ("A", 14 + 6 * 365)
    assert rise.expected < rise.harm / 1.5
    # the everyday thefts are no part of it
    assert rise.among == 20
    assert {one.incident for one in wave} >= set(rise.incidents)
    assert len(rise.incidents) * 365 >= rise.harm - rise.expected > (len(rise.incidents) - 1) * 365


def test_a_bank_holiday_is_held_against_sundays_and_no_day_against_a_bank_holiday() -> None:
    # 6 May 2024 and 1 April 2024 were bank holidays, and Mondays
    assert alike("2024-05-06", 1, 8)[:3] == ["2024-05-05", "2024-04-28", "2024-04-21"]
    assert len(alike("2024-05-06", 1, 8)) == 8
    assert alike("2024-05-13", 1, 8)[:2] == ["2024-04-29", "2024-04-22"]
    assert "2024-04-01" not in alike("2024-05-13", 1, 8)
    assert len(alike("2024-05-13", 7, 8)) == 8
    assert set(alike("2024-05-06", 1, 8)) <= set(judged_by("2024-05-06"))


def test_a_bank_holidays_evening_trade_is_no_spike() -> None:
    sundays = {day: [row(n, day) for n in range(6)] for day in alike("2024-05-06", 1, 8)}
    rows = {**sundays, "2024-05-06": [row(n, "2024-05-06") for n in range(8)]}
    firsts = {"police": date(2023, 1, 1)}
    assert spikes(day_board("2024-05-06", 1, laid(rows), known_by("2024-05-06", firsts, R), R)) == []
    # on any other Monday so many would be one
    rows |= {"2024-05-13": [row(n, "2024-05-13") for n in range(8)]}
    assert [
        one.cell.category
        for one in spikes(day_board("2024-05-13", 1, laid(rows), known_by("2024-05-13", firsts, R), R))
    ] == [ASB]

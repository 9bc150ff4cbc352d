"""Hot spots and hours: a count of what is there, whatever the order, and never of one or two."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.web.hotspots import FEWEST, STEP, hours_of, spots

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


def told(lat: float, lon: float, harm: float = 1.0, hour: int = 0, **others: Any) -> dict[str, Any]:
    at = MONDAY + timedelta(hours=hour)
    fact = {"lat": lat, "lon": lon, "label": "Mill Lane", "category": "burglary", "detail": None, "harm": harm}
    return {**fact, "from": at, "to": at, **others}


def test_places_are_ranked_by_harm_or_by_number() -> None:
    quiet, grave = [told(53.2, -1.4)] * 5, [told(53.3, -1.4, 100.0)] * 3
    assert [spot.reports for spot in spots([*quiet, *grave], "harm")] == [3, 5]
    assert [spot.reports for spot in spots([*quiet, *grave], "demand")] == [5, 3]


def test_fewer_than_a_few_are_no_hot_spot_and_what_has_no_place_is_none() -> None:
    assert spots([told(53.2, -1.4)] * (FEWEST - 1), "harm") == []
    assert spots([{**told(53.2, -1.4), "lat": None}] * 9, "harm") == []


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 7 * 24 - 1), st.integers(0, 9)), max_size=40))
def test_each_report_stands_in_one_stretch_of_the_week_or_is_loose(made: list[tuple[int, int]]) -> None:
    reports = [told(53.2, -1.4, hour=at, to=MONDAY + timedelta(hours=at + wide)) for at, wide in made]
    hours = hours_of(reports)
    assert sum(number for _, cells in hours.rows for number, _ in cells) == hours.close
    assert hours.close + hours.loose == len(reports)
    assert hours == hours_of(reports[::-1])
    for at, wide in made:
        if wide <= 4:
            assert hours.rows[at // 24][1][at % 24 // STEP][0] > 0

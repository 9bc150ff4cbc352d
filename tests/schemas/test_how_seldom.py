"""Numbers as whoever reads an alert says them."""

import pytest

from schemas.alert import how_seldom, so_many


@pytest.mark.parametrize(
    ("days", "said"),
    [(3.25, "3.2 days"), (45.0, "45 days"), (730.0, "730 days"), (731.0, "2 years"), (12_802.0, "35 years")],
)
def test_what_is_seldom_is_said_in_days_or_years(days: float, said: str) -> None:
    assert how_seldom(days) == said


def test_beyond_a_hundred_years_no_number_is_claimed() -> None:
    assert how_seldom(36_500.0) == how_seldom(1e9) == "100 years or more"


@pytest.mark.parametrize(
    ("expected", "said"), [(0.0062, "almost none"), (0.1, "0.1"), (0.62, "0.6"), (4.25, "4.2"), (12.4, "12")]
)
def test_what_was_expected_is_said_without_noise(expected: float, said: str) -> None:
    assert so_many(expected) == said

"""A point outside the United Kingdom is warned of and not used, by one and the same outline."""

import pytest

from schemas.usable import point_in_uk
from streams.matching.places.grid import to_grid


@pytest.mark.parametrize(
    ("lat", "lon", "used"),
    [(53.235, -1.421, True), (54.6, -5.93, True), (53.35, -6.26, False), (50.95, 1.85, False), (0.0, 0.0, False)],
    ids=["Chesterfield", "Belfast", "Dublin", "Calais", "nowhere"],
)
def test_a_point_is_used_where_it_is_not_warned_of(lat: float, lon: float, used: bool) -> None:
    assert (to_grid(lat, lon) is not None) is point_in_uk(lat, lon) is used

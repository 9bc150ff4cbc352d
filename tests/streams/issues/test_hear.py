"""What the detectors hear of an incident, as people would write it."""

import pytest

from streams.issues.hear import spot_of


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("ember, 27 high street, S40 1AB", "Ember, 27 High Street, S40 1AB"),
        ("the queen of hearts", "The Queen of Hearts"),
        ("flat 4, 12 alder court, S41 7PT", "Flat 4, 12 Alder Court, S41 7PT"),
        ("", ""),
    ],
)
def test_a_place_is_named_with_its_capitals(label: str, shown: str) -> None:
    assert spot_of("item", None, {"label": label}).name == shown

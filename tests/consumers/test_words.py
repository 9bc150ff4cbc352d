import pytest

from consumers.words import area_of, printable, rank, when, why_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Café – 5 > 3", "Café – 5 > 3"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("\x7f\x9b31m", "␡\ufffd31m"),
        ("ab\u202ecd\u2066", "ab\ufffdcd\ufffd"),
        ("\ud800", "\ufffd"),
        ("👍🏽 ok", "👍🏽 ok"),
    ],
)
def test_nothing_commands_a_terminal_or_hides(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_times_are_said_as_people_say_them() -> None:
    assert when("2024-07-02T09:05:00Z") == "Tue 2 July 2024, 10:05"
    assert when("2024-01-02T09:05:00+00:00") == "Tue 2 January 2024, 09:05"
    assert when("sometime") == "sometime"
    assert when(None) == ""


def test_parts_that_are_missing_are_empty() -> None:
    assert area_of({}) == area_of({"area": None, "place": None}) == ""
    assert area_of({"area": {"name": None}, "place": {"postcode": "S41 7PT"}}) == "S41 7PT"
    assert why_of({"why": "Because."}) == ["Because."]
    assert why_of({"why": None}) == []
    assert rank("high") > rank("medium") > rank("low") > rank("odd") == rank(None)

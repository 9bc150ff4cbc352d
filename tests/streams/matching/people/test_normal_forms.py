import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.matching.people.births import Birth, level, read_birth
from streams.matching.people.contacts import email, identifier, phone
from streams.matching.places.grid import cells, square, to_grid, to_wgs84
from streams.matching.places.postcodes import postcode


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1990-04-12", "1990-04-12", "same"),
        ("1990-04-12", "1990-12-04", "swapped"),
        ("1990-04-12", "1990-04-13", "digit"),
        ("1990-04-12", "1990-04-21", "digit"),
        ("1990-04-12", "1990-04-30", "month"),
        ("1990-04-12", "1978-04-12", "day"),
        ("1990-04-12", "1990-04", "year_month"),
        ("1990-04-12", "1990", "year"),
        ("1990-04-12", "1990-01-01", "year"),
        ("1990-04-12", "1991-07-30", "near"),
        ("1990-04-12", "1978-07-30", "different"),
        ("1990-04", "1990-05", "near"),
        ("1990", "1985", "other_year"),
    ],
)
def test_births_agree_by_levels(one: str, other: str, expected: str) -> None:
    a, b = read_birth(one), read_birth(other)
    assert a is not None
    assert b is not None
    assert level(a, b) == level(b, a) == expected


def test_a_placeholder_is_no_birth() -> None:
    assert read_birth("1900-01-01") is None
    assert read_birth("1970-01-01") is None
    assert read_birth("1990-01-01") == Birth(1990)


def test_dates_differ_plainly_beyond_a_slip() -> None:
    assert level(Birth(1990, 4, 12), Birth(1978, 7, 30)) == "different"
    assert level(Birth(1990, 4, 12), Birth(1990, 12, 4)) == "swapped"
    assert level(Birth(1990, 4, 12), Birth(1978)) == "other_year"


@pytest.mark.parametrize(
    "text", ["+44 7700 900123", "07700 900123", "7700900123", "00447700900123", "+44 (0)7700 900123", "07700-900-123"]
)
def test_a_telephone_number_has_one_form(text: str) -> None:
    assert phone(text) == "07700900123"


@pytest.mark.parametrize("text", ["999", "101", "00000000000", "12", "not known"])
def test_a_switchboard_is_nobodys_number(text: str) -> None:
    assert phone(text) is None


def test_addresses_of_mail_and_identifiers_have_one_form() -> None:
    assert email(" Jo.Smith+x@Example.ORG ") == "jo.smith@example.org"
    assert email("none") is None
    assert identifier("PNC", "95/0123456-A") == ("pnc", "95/123456A")
    assert identifier("cro", "000000/00Z") is None
    assert identifier("nhs", "MIG_ERROR_123") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s401aa", "S40 1AA"),
        ("S4O IAA", "S40 1AA"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("5W1A OAA", "SW1A 0AA"),
        ("g2 8dl", "G2 8DL"),
        ("NF1 1NF", None),
        ("QQ1 1AA", None),
        ("S40", None),
        ("", None),
    ],
)
def test_a_misread_postcode_is_mended_and_one_that_cannot_be_is_none(text: str, expected: str | None) -> None:
    assert postcode(text) == expected


def test_points_go_to_the_grid_and_back() -> None:
    point = to_grid(53.2350, -1.4250)
    assert point is not None
    assert to_wgs84(*point) == (pytest.approx(53.2350, abs=1e-5), pytest.approx(-1.4250, abs=1e-5))
    assert to_grid(0.0, 0.0) is None
    assert to_grid(48.85, 2.35) is None
    assert square(438_400, 371_100) == "SK3871"
    assert square(530_000, 180_000) == "TQ3080"
    assert square(216_600, 771_200) == "NN1671"


@given(st.floats(0, 500), st.floats(0, 500), st.floats(-70, 70), st.floats(-70, 70))
def test_points_within_reach_of_each_other_share_a_cell(x: float, y: float, dx: float, dy: float) -> None:
    assert cells((x, y), 400, 70) & cells((x + dx, y + dy), 400, 70)


@pytest.mark.parametrize(
    "written", ["1995/0123456A", "95/123456A", "PNC 1995/123456a", "19950123456A", "PNC: 95/0123456-A"]
)
def test_a_number_of_the_police_computer_is_one_however_it_is_written(written: str) -> None:
    assert identifier("pnc", written) == ("pnc", "95/123456A")


@pytest.mark.parametrize(
    ("written", "as_one"),
    [("123456/95A", "123456/95A"), ("CRO 0123456/1995a", "123456/95A"), ("SF95/012345B", "SF95/12345B")],
)
def test_a_number_of_the_criminal_records_office_is_one_however_it_is_written(written: str, as_one: str) -> None:
    assert identifier("cro", written) == ("cro", as_one)


def test_police_numbers_that_differ_stay_two() -> None:
    assert identifier("pnc", "1995/0123456A") != identifier("pnc", "1996/0123456A")
    assert identifier("pnc", "nothing like one 12") == ("pnc", "NOTHINGLIKEONE12")

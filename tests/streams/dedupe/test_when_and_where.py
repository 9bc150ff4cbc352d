"""Times by how they stick out, places by precision, and what goes to people instead of joining by itself."""

from dataclasses import replace

import pytest

from schemas.report import Place
from streams.dedupe.evidence import kind
from streams.dedupe.spot import Spot, read_spot
from streams.dedupe.when import apart, time
from streams.dedupe.where import place, where
from streams.matching.places.place import read_place
from tests.streams.dedupe.tellings import LION, outcome, t


def spot(**said: object) -> Spot:
    place = Place.model_validate(said)
    found = read_spot(place, read_place(place))
    assert found is not None
    return found


def word(one: Spot, other: Spot) -> str:
    found, back = where(one, other), where(other, one)
    assert found == back, "the order of the two must not count"
    return found.word if found else ""


def test_a_time_that_sticks_out_says_less_the_further_it_does() -> None:
    wide = t(width=120)
    bits = [time(wide, t("fire", minutes)).bits for minutes in (60, 140, 300, 1500)]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > 5
    assert bits[-1] < 0


def test_the_narrower_two_times_that_meet_the_more_they_say() -> None:
    assert time(t(width=10), t("fire", width=10)).bits > time(t(width=10), t("fire", width=360)).bits


def test_two_thefts_from_one_shop_an_hour_apart_go_to_people() -> None:
    one, other = t(place=LION, category="shoplifting"), t("licensing", 70, category="shoplifting", place=LION)
    assert apart(one, other)
    assert outcome(one, other) == "review"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("by the Fresh Cafe", "FRESH CAFE, 41 MARKET STREET", "premises"),
        ("The Red Lion PH, Vicar Lane", "o/s Red Lion, Vicar Lane", "premises"),
        ("Eastgate (Hartleys Chemist)", "at Hartleys Chemist, Eastgate", "premises"),
        ("North Quay (Spice Garden)", "at Spice Garden, North Quay", "premises"),
        ("Multi-storey Car Park, Station Approach", "Station Approach, Chesterfield", "street"),
        ("Hasland Green, bus shelter, Hasland Green", "Hasland Green (bus shelter)", "premises"),
        ("Lime Aven", "87 Lime Avenue", "street"),
        ("4 Mill Road", "Mill Lane", "other_street"),
        ("12 Park Road", "12 Park Rd, Chesterfield", "address"),
        ("11, Dyers Wynd", "11 Dyers Wynd", "address"),
        ("Flat 1, 12 Park Road", "Flat 2, 12 Park Road", "house"),
        ("12 Park Road", "14 Park Road", "other_address"),
        ("11, Dyers Wynd", "13 Dyers Wynd", "other_address"),
        ("12 Park Road", "Park Road", "street"),
        ("11, Dyers Wynd", "Dyers Wynd, Chesterfield", "street"),
        ("Kings Parade", "Kings Para", "street"),
        ("near 14 High Street", "20 High Street", "street"),
        ("22 Saltergate", "Saltergate", "street"),
        ("The Tin Whistle, Eastgate", "84 Eastgate", "along"),
        ("Market Hall", "Market Hall", "spot"),
        ("Corner Off Licence", "Family Off Licence", "other_name"),
        ("Mill Lane", "Mill Road", "other_street"),
        ("The Tin Whistle, Hope Terrace", "The Tin Whistle, Vicar Lane", "other_street"),
        ("7, Eastgate", "112 Priory Close", "other_address"),
        ("S40 area", "Vicar Lane", ""),
    ],
)
def test_places_are_alike_by_what_both_tell(one: str, other: str, expected: str) -> None:
    assert word(spot(text=one), spot(text=other)) == expected


def test_the_middle_of_a_postcode_is_not_across_the_town() -> None:
    def said(lat: float) -> str:
        code, point = (
            t(place={"postcode": "S40 1AA"}),
            t("fire", place={"lat": lat, "lon": -1.4346, "accuracy_m": 20.0}),
        )
        found, back = place(code, point), place(point, code)
        assert found == back
        return found.word if found else ""

    assert said(53.2353) == ""
    assert said(53.2553) == "far"


def test_a_name_beside_a_number_in_one_street_is_not_one_spot_however_near() -> None:
    near = {"lat": 53.2351, "lon": -1.4252, "accuracy_m": 20.0}
    found = where(spot(text="The Tin Whistle, Eastgate", **near), spot(text="84 Eastgate", **near))
    assert found is not None
    assert found.bits <= 0


def test_a_bare_street_is_no_premises() -> None:
    wynd = {"text": "Dyers Wynd"}
    assert outcome(t(place=wynd, category="burglary"), t("fire", place=wynd, category="public-order")) == "apart"


def test_reference_numbers_go_before_words() -> None:
    assert word(spot(uprn="1001", text="The Old Mill"), spot(uprn="1001", text="Unit 4")) == "uprn"
    assert word(spot(uprn="1001", text="Mill Lane"), spot(uprn="1002", text="Mill Lane")) == "other_address"


def test_two_flats_of_one_building_are_one_house_and_a_street_is_one_however_it_is_spelt() -> None:
    def known(text: str, **found: str) -> Spot:
        place = Place.model_validate({"text": text})
        form = read_place(place)
        assert form is not None
        told = read_spot(place, replace(form, **found))
        assert told is not None
        return told

    one, other = (known(f"Unit {n}, Mill Lane", found_uprn=n, found_parent="7") for n in ("1001", "1002"))
    assert word(one, other) == word(one, known("The Old Mill", found_uprn="7")) == "house"
    assert word(one, known("Unit 3, Mill Lane", found_uprn="1003", found_parent="8")) == "other_address"
    assert word(known("Mill Road", found_usrn="5"), known("Mill Lane", found_usrn="5")) == "street"
    assert word(known("Mill Road", found_usrn="5"), known("Mill Lane", found_usrn="6")) == "other_street"


def test_points_alone_say_less_the_further_they_lie_apart() -> None:
    at = spot(lat=53.2350, lon=-1.4250, accuracy_m=20.0)
    bits = [
        found.bits for north in (0, 5, 20, 90) if (found := where(at, spot(lat=53.2350 + north / 10_000, lon=-1.4250)))
    ]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > 8
    assert bits[-1] < -5


def test_times_told_to_the_hour_meet_by_chance_more_often() -> None:
    def told(width: float) -> float:
        return time(t(width=60), t("fire", width=width)).bits

    to_the_hour, to_the_minute = time(t(width=60), t("fire", width=60)), time(t(minutes=3, width=60), t("fire", 3, 60))
    assert to_the_minute.bits > to_the_hour.bits
    assert told(60) > told(300)


def test_ends_that_no_clock_explains_count_against() -> None:
    within_the_hour = time(t(minutes=10, width=20), t("fire", 0, 60)).bits
    without_reason = time(t(minutes=10, width=20), t("fire", 1, 60)).bits
    assert within_the_hour > without_reason


def test_a_rare_kind_in_common_says_more_than_a_frequent_one() -> None:
    burglaries = kind(t(category="burglary"), t("fire", category="burglary")).bits
    assert burglaries > kind(t(), t("fire")).bits

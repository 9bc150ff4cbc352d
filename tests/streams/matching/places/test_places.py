from typing import Any

import pytest

from schemas.report import Place
from streams.matching.places.kind import PLACES, judge, keys
from streams.matching.places.place import PlaceForm, as_body, from_body, read_place


def p(**fields: Any) -> PlaceForm:
    form = read_place(Place.model_validate(fields))
    assert form is not None
    return form


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            {"text": "Flat 2, 14 High St, Chesterfield S40 1AA"},
            {"flat": "2", "number": "14", "street": "high street", "postcode": "S40 1AA", "precision": "address"},
        ),
        (
            {"text": "On or near Park Road", "lat": 53.23, "lon": -1.42},
            {"street": "park road", "near": True, "precision": "street"},
        ),
        ({"text": "22-24 Saltergate"}, {"number": "22", "street": "saltergate", "precision": "address"}),
        ({"text": "12 St Johns Rd"}, {"number": "12", "street": "st johns road"}),
        ({"text": "outside the Neon Loom"}, {"name": "neon loom", "near": True, "precision": "street"}),
        (
            {"name": "The Red Lion", "text": "Vicar Lane"},
            {"name": "red lion", "street": "vicar lane", "precision": "building"},
        ),
        ({"text": "by the Spire News"}, {"name": "spire news", "precision": "building"}),
        ({"uprn": "cf000123"}, {"uprn": "CF000123", "precision": "address"}),
        ({"uprn": "000100012345"}, {"uprn": "100012345", "precision": "address"}),
        ({"text": "///filled.count.soap"}, {"text": "filled count soap", "precision": "street"}),
        ({"text": "custody suite, Beetwell Street"}, {"name": "custody suite", "street": "beetwell street"}),
        (
            {"text": "Park Rd / Mill Ln"},
            {"street": "mill lane", "cross": "park road", "precision": "street", "accuracy_m": 40},
        ),
        ({"text": "footbridge, SK 383 711"}, {"name": "footbridge", "easting": 438350.0, "accuracy_m": 71.0}),
        ({"lat": 53.23, "lon": -1.42, "accuracy_m": 12.0}, {"precision": "building", "accuracy_m": 12.0}),
        ({"lat": 53.23, "lon": -1.42, "accuracy_m": 400.0}, {"precision": "area"}),
        ({"postcode": "s40 1aa"}, {"postcode": "S40 1AA", "precision": "postcode"}),
        ({"ward": "Hasland"}, {"area": "Hasland", "precision": "area"}),
        ({"text": "Chesterfield town centre"}, {"precision": "area"}),
    ],
)
def test_a_place_in_normal_form(place: dict[str, Any], expected: dict[str, Any]) -> None:
    form = p(**place)
    body = as_body(form)
    assert {key: body.get(key) for key in expected} == expected
    assert from_body(body) == form


NOTHING = [{}, {"lat": 0.0, "lon": 0.0}, {"postcode": "QQ1 1AA"}, {"text": "  "}, {"uprn": "N/A"}]


@pytest.mark.parametrize("place", NOTHING)
def test_what_says_nothing_of_use_is_no_place(place: dict[str, Any]) -> None:
    assert read_place(Place.model_validate(place)) is None


def test_written_alike_is_one_value_however_it_is_spaced() -> None:
    assert p(text="12 Park Road,  Chesterfield").item == p(text="12 PARK RD, CHESTERFIELD").item


PARK = {"lat": 53.23, "lon": -1.42, "accuracy_m": 100.0}
SAME = [
    (p(uprn="100"), p(uprn="100", text="12 Park Road")),
    (p(text="12 Park Road", postcode="S40 1AA"), p(text="12 Prak Road, Chesterfield S40 1AA")),
    (p(name="The Red Lion", postcode="S40 1AA"), p(name="Red Lion", text="The Red Lion, Vicar Lane S40 1AA")),
    (p(premises_licence="PL00065"), p(name="Neon Loom", premises_licence="pl 00065".replace(" ", ""))),
    (p(lat=53.23, lon=-1.42, accuracy_m=5.0), p(lat=53.23003, lon=-1.42003, accuracy_m=8.0)),
    (p(text="On or near Park Road", **PARK), p(text="near Park Road", **{**PARK, "accuracy_m": 90.0})),
]
APART = [
    (p(uprn="100", text="12 Park Road"), p(uprn="101", text="12 Park Road")),
    (p(text="12 Park Road", postcode="S40 1AA"), p(text="14 Park Road", postcode="S40 1AA")),
    (p(text="Flat 1, 12 Park Road", postcode="S40 1AA"), p(text="Flat 2, 12 Park Road", postcode="S40 1AA")),
    (p(text="On or near Park Road", **PARK), p(text="On or near Park Road", lat=53.25, lon=-1.43, accuracy_m=100.0)),
    (p(text="On or near Park Road", **PARK), p(text="12 Park Road", **{**PARK, "accuracy_m": 5.0})),
    (p(text="Park Road"), p(text="Park Road, Staveley")),
    (p(ward="Hasland"), p(ward="Hasland", postcode="S40 1AA")),
    (p(**PARK), p(**{**PARK, "accuracy_m": 90.0})),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_place_by_the_ladder(a: PlaceForm, b: PlaceForm) -> None:
    said, back = judge(a, b), judge(b, a)
    assert said == back
    assert said is not None
    assert PLACES.verdict(said) == "same"
    assert keys(a) & keys(b), "they must also find each other"


@pytest.mark.parametrize(("a", "b"), APART)
def test_two_places(a: PlaceForm, b: PlaceForm) -> None:
    said = judge(a, b)
    assert said is None or PLACES.verdict(said) is None


def test_two_premises_side_by_side_are_for_people_to_settle() -> None:
    here = {"lat": 53.23, "lon": -1.42, "accuracy_m": 5.0}
    said = judge(p(name="Taxi Rank", **here), p(name="Anchor Stores", **here))
    assert said is not None
    assert PLACES.verdict(said) == "review"


def test_a_flat_and_its_house_are_for_people_to_settle() -> None:
    said = judge(p(text="Flat 1, 12 Park Road", postcode="S40 1AA"), p(text="12 Park Road", postcode="S40 1AA"))
    assert said is not None
    assert PLACES.verdict(said) == "review"


def test_what_is_told_as_name_and_as_street_is_called_once() -> None:
    form = read_place(Place.model_validate({"name": "Market Stalls South Side", "text": "Market Stalls South Side"}))
    assert form is not None
    assert form.label == "market stalls south side"

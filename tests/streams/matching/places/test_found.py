"""What is made of a place by what is known of the ground; with no address list, by the postcodes that come with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.report import Place
from streams.gazetteer.areas import Areas, Boundary
from streams.gazetteer.atlas import NOTHING, Atlas
from streams.matching.places.found import found, shared
from streams.matching.places.kind import PLACES, judge, keys
from streams.matching.places.narrative import told_in
from streams.matching.places.place import as_body, from_body, read_place
from tests.streams.gazetteer.town import INDEX

KNOWN = Atlas(version="town", addresses=INDEX)


def f(known=KNOWN, **fields):
    return found(read_place(Place(**fields)), known)


def test_with_no_list_at_all_a_postcode_says_about_where():
    form = f(NOTHING, text="12 Park Road", postcode="S40 2LG")
    assert (form.found_uprn, form.point, form.located) == ("", None, "postcode")
    assert form.where == (form.centre, form.about)
    assert form.about >= 60


def test_the_middle_of_a_postcode_is_never_an_address_nor_where_it_was():
    for known in (NOTHING, KNOWN):
        form = f(known, postcode="ZE1 0AD" if known is KNOWN else "S40 1AA")
        assert form.found_uprn == ""
        assert form.point is None
        assert form.precision == "postcode"
        assert not any(key.startswith(("c:", "u:", "b:")) for key in keys(form))


def test_two_homes_of_one_postcode_stay_two():
    said = judge(f(text="12 Park Road", postcode="S40 2LG"), f(text="14 Park Road", postcode="S40 2LG"))
    assert said is None or PLACES.verdict(said) is None


def test_a_point_that_is_given_is_kept():
    form = f(text="7 Heron Close", easting=450_075.0, northing=1_141_002.0, accuracy_m=8.0)
    assert (form.point, form.accuracy, form.located, form.found_uprn) == (
        (450_075.0, 1_141_002.0),
        8.0,
        "given",
        "3007",
    )


@pytest.mark.parametrize(
    ("place", "precision", "uprn", "usrn"),
    [
        ({"uprn": "3007"}, "address", "3007", "902"),
        ({"uprn": "000003007"}, "address", "3007", "902"),
        ({"usrn": "902"}, "street", "", "902"),
        ({"uprn": "999", "text": "7 Heron Close"}, "address", "3007", "902"),
        ({"text": "7 Hreon Cl", "postcode": "ZE1 0AD"}, "address", "3007", "902"),
        ({"text": "Flat 2, 5 Heron Close"}, "address", "30052", "902"),
        ({"text": "On or near Heron Close"}, "street", "", "902"),
        ({"text": "opposite 7 Heron Close"}, "street", "", "902"),
        ({"text": "junction of Osprey Row and Kestrel Gardens"}, "street", "", "908+909"),
        ({"text": "Kestrel Gdns / Osprey Row"}, "street", "", "908+909"),
        ({"name": "Sumburgh General"}, "address", "801", "908"),
        ({"name": "Puffin and Spade", "text": "Kestrel Gardens"}, "address", "802", "908"),
        ({"text": "HU 501 410"}, "", "", ""),
        ({"text": "the usual spot"}, "", "", ""),
    ],
)
def test_whatever_an_agency_writes(place, precision, uprn, usrn):
    form = f(**place)
    assert (form.found_precision, form.found_uprn, form.found_usrn) == (precision, uprn, usrn)
    assert from_body(as_body(form)) == form


def test_institutions_of_the_list_are_marked_and_tie_nobody():
    assert f(name="Sumburgh General").institution == "hospital"
    home = read_place(Place(text="Sumburgh General, Kestrel Gardens"))
    assert shared(home, KNOWN)
    assert not shared(home, NOTHING)
    assert not shared(read_place(Place(text="7 Heron Close")), KNOWN)


SQUARE = [[450_000, 1_140_900], [450_080, 1_140_900], [450_080, 1_141_100], [450_000, 1_141_100]]
AREAS = Areas(
    [Boundary(level="ward", code="E1", name="North Heron", rings=[SQUARE])],
    {"ZE1 0AD": {"ward": "Heron", "lsoa": "S01"}},
)


def test_the_ward_is_that_of_the_point_then_of_the_postcode():
    known = Atlas(version="areas", addresses=INDEX, areas=AREAS)
    assert f(known, text="7 Heron Close").found_ward == "North Heron"
    assert f(known, text="15 Heron Close").found_ward == "Heron"
    assert f(known, text="7 Heron Close").found_lsoa == "S01"
    assert f(known, text="7 Heron Close", ward="Mine").area == "Mine"
    assert f(known, text="7 Quarry Lane").area == ""


SPOT = {"easting": 450_000, "northing": 1_141_000, "accuracy_m": 25}
SAME = [
    ({"uprn": "3007"}, {"text": "7 Hreon Close, Lerwick Bay"}),
    ({"text": "Heron Close"}, {"text": "heron cl, Lerwick Bay"}),
    ({"text": "junction of Osprey Row and Kestrel Gardens"}, {"text": "Kestrel Gdns j/w Osprey Row"}),
    ({"text": "Flat, 5 Heron Close"}, {"text": "flats, 5 Heron Cl, ZE1 0AD"}),
    ({"name": "The Puffin and Spade"}, {"text": "31 Kestrel Gardens"}),
    (
        SPOT,
        {"easting": 450_014, "northing": 1_141_010, "accuracy_m": 30},
    ),
]
TWO = [
    ({"text": "Flat 2, 5 Heron Close"}, {"text": "Flat 3, 5 Heron Close"}),
    ({"text": "7 Heron Close"}, {"text": "near 7 Heron Close"}),
    ({"text": "Heron Close"}, {"text": "on or near Heron Close"}),
    ({"text": "junction of Osprey Row and Kestrel Gardens"}, {"text": "Kestrel Gardens"}),
    ({"postcode": "ZE1 0AD"}, {"text": "7 Heron Close", "postcode": "ZE1 0AD"}),
    ({"postcode": "ZE1 0AD"}, {"text": "Flat 2", "postcode": "ZE1 0AD"}),
    (
        SPOT,
        {"easting": 450_040, "northing": 1_141_010, "accuracy_m": 30},
    ),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_place_by_the_ladder(a, b):
    one, other = f(**a), f(**b)
    said = judge(one, other)
    assert said == judge(other, one)
    assert said is not None
    assert PLACES.verdict(said) == "same"
    assert keys(one) & keys(other)


@pytest.mark.parametrize(("a", "b"), TWO)
def test_two_places(a, b):
    said = judge(f(**a), f(**b))
    assert said is None or PLACES.verdict(said) != "same"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("said", ["- ", "1 a b ", "corner ", "junction of a b ", "heron close ", "S40 1AA ", "a/"])
def test_the_longest_text_is_read_in_no_time(said):
    text = said * (20_000 // len(said))
    form = read_place(Place(text=text))
    assert form is None or found(form, KNOWN)
    told_in(text, INDEX)


WORDS = st.sampled_from(
    [
        "7",
        "Flat 2",
        "Heron",
        "Close",
        "near",
        "ZE1 0AD",
        ",",
        "/",
        "and",
        "junction of",
        "Osprey Row",
        "SK 383 711",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=7).map(" ".join))
def test_whatever_is_written_is_read_and_a_uprn_is_of_the_list_and_never_of_what_is_near(text):
    form = read_place(Place(text=text))
    if form is None:
        return
    done = found(form, KNOWN)
    assert done.found_uprn == "" or done.found_uprn in INDEX.by_uprn
    assert not (done.near and done.found_uprn)
    assert (done.found_uprn != "") <= (done.found_precision == "address")
    assert from_body(as_body(done)) == done
    assert found(form, Atlas(version="again", addresses=INDEX)) == done

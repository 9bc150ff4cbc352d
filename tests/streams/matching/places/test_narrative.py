import pytest

from schemas.report import read_report
from streams.gazetteer.atlas import Atlas
from streams.matching.places.found import place_of
from streams.matching.places.narrative import told_in
from tests.streams.clusters.deciding import report
from tests.streams.gazetteer.town import INDEX

KNOWN = Atlas(version="town", addresses=INDEX)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Youths throwing stones at 7 Heron Close all evening", "7 heron close, ZE1 0AD"),
        ("7 heron close again. Music until 3am", "7 heron close, ZE1 0AD"),
        ("Caller at Flat 2, 5 Heron Close reports shouting", "flat 2, 5 heron close, ZE1 0AD"),
        ("Fight outside the Puffin & Spade after closing", "puffin spade, ZE2 9AB"),
        ("Fire in a bin, S40 1AA", "S40 1AA"),
        ("Kicked off at 7 Heron Close. Then 7 Heron Close again an hour later", "7 heron close, ZE1 0AD"),
    ],
)
def test_what_is_surely_said(text, expected):
    found = told_in(text, INDEX)
    assert (found.label.replace("and ", ""), found.source) == (expected, "narrative")


@pytest.mark.parametrize(
    "text",
    [
        "Ann, who lives at 7 Heron Close, was hit in the face",
        "Offender of 7 Heron Close was seen",
        "They made off towards 7 Heron Close",
        "Home address 7 Heron Close given",
        "Seen at 7 Heron Close, then at 9 Heron Close",
        "3 males on Heron Close drinking",
        "Group of 7 youths in Quarry Lane",
        "At number 7, and 12 cans left by Heron Close",
        "47 Heron Close",  # the list has no 47
        "Bins on fire in Quarry Lane",
        "Theft of a puffin",
        "S40 1ZZ",  # no such postcode
        "His flat is S40 1AA; hers is S41 7LS",
        "",
    ],
)
def test_what_is_not_sure_is_left(text):
    assert told_in(text, INDEX) is None


def test_without_an_address_list_only_postcodes_and_points_are_sure():
    assert told_in("Youths at 7 Heron Close", None) is None
    assert told_in("Youths at S40 1AA", None).precision == "postcode"
    assert told_in("By the bridge at SK 383 711", None).point == (438_350.0, 371_150.0)


def place(summary, **fields):
    body = report("police:1", None) | {"summary": summary, "people": []} | fields
    return place_of(read_report(body), KNOWN)


def test_the_place_that_is_given_goes_before_the_narrative():
    told = "Youths throwing stones at 7 Heron Close"
    assert place(told).found_uprn == "3007"
    assert place(told, place={"text": "9 Heron Close"}).found_uprn == "3009"
    assert place(told, place={"text": "unknown"}).found_uprn == "3007"
    assert place(told, place={"text": "Quarry Lane"}).found_uprn == ""


def test_the_ward_that_is_given_stays_beside_it():
    found = place("Youths throwing stones at 7 Heron Close", place={"ward": "Lerwick South"})
    assert (found.found_uprn, found.ward, found.source) == ("3007", "Lerwick South", "narrative")

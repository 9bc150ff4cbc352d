"""Pairs of mentions as a clerk would settle them."""

from typing import Any

import pytest

from tests.streams.matching.people import m, outcome

PNC, OTHER_PNC = {"pnc": "95/123456A"}, {"pnc": "02/998877B"}
HOSTEL = {"text": "St Johns Hostel, 5 Low Street", "postcode": "S40 2AB"}
HOME = {"text": "12 Park Road, Chesterfield", "postcode": "S40 1AA"}
DOB = "1990-04-12"

JOIN = {
    "one name, one birth": (m("John Smith", DOB), m("John Smith", DOB)),
    "a short form": (m("William Harrison", DOB), m("Billy Harrison", DOB)),
    "family name first": (m("SMITH, John", DOB), m("Mr John Smith", DOB)),
    "given and family name swapped": (m("Ahmed Hassan", DOB), m("Hassan Ahmed", DOB)),
    "day and month swapped": (m("Siobhan Gallagher", DOB), m("Siobhan Gallagher", "1990-12-04")),
    "a transliteration": (m("Mohammed Hussain", DOB), m("Muhammad Hussein", DOB)),
    "Polish letters": (m("Łukasz Wójcik", DOB), m("Lukasz Wojcik", DOB)),
    "O'Brien three ways": (m("Mary O'Brien", DOB), m("Mary OBrien", DOB)),
    "Mac and Mc": (m("Ian MacDonald", DOB), m("Iain McDonald", DOB)),
    "an initial": (m("J Wolstenholme", DOB), m("James Wolstenholme", DOB)),
    "double-barrelled and one part of it": (m("Sarah Smith-Jones", DOB, sex="F"), m("Sarah Jones", DOB, sex="F")),
    "an identifier": (
        m("John Smith", identifiers=PNC),
        m("Jon Smith", identifiers={"pnc": "95/123456a"}),
    ),
    "a telephone number": (
        m("Chantelle Roebuck", phones=("07700 900123",)),
        m("Chantelle Roebuck", phones=("+447700900123",)),
    ),
    "an alias": (m("Baz Ackroyd", DOB), m("Barrington Dobson", DOB, aliases=("Barry Ackroyd",))),
    "a slip in the name": (m("Catherine Thorneycroft", DOB), m("Catherine Thornycroft", DOB)),
    "known by the middle name": (m("James Robert Cartledge", DOB), m("Robert Cartledge", DOB)),
    "a marriage, with number and birth": (
        m("Emma Taylor", DOB, sex="F", identifiers={"nhs": "943 476 5919"}),
        m("Emma Wragg", DOB, sex="F", identifiers={"nhs": "9434765919"}),
    ),
}

REVIEW = {
    "name and postcode alone": (m("Jason Wragg", address=HOME), m("Jason Wragg", address={"postcode": "S40 1AA"})),
    "a name alone": (m("Darren Wheatcroft"), m("Darren Wheatcroft")),
    "a common name, a year of birth": (m("John Smith", "1990"), m("John Smith", DOB)),
    "name and age": (m("Tracey Bamford", age_from=30, age_to=35), m("Tracey Bamford", DOB)),
    "a marriage": (m("Emma Taylor", DOB, sex="F"), m("Emma Wragg", DOB, sex="F")),
    "one number, two births": (
        m("Paul Eyre", DOB, identifiers=PNC),
        m("Paul Eyre", "1968-09-30", identifiers=PNC),
    ),
    "a common name by itself in the family field": (m("Mr Smith", DOB), m("John Smith", DOB)),
}

APART = {
    "twins": (m("Daniel Hardwick", DOB, address=HOME), m("Joshua Hardwick", DOB, address=HOME)),
    "twins of one initial letter": (m("Jack Hardwick", DOB, address=HOME), m("Jamie Hardwick", DOB, address=HOME)),
    "father and son of one name": (m("John Smith Snr", address=HOME), m("John Smith Jnr", address=HOME)),
    "father and son by their births": (
        m("Kevin Slack", "1961-02-03", address=HOME),
        m("Kevin Slack", "1988-11-19", address=HOME),
    ),
    "one name, two births": (m("John Smith", DOB), m("John Smith", "1975-11-30")),
    "two police numbers": (
        m("John Smith", DOB, identifiers=PNC),
        m("John Smith", DOB, identifiers=OTHER_PNC),
    ),
    "man and wife": (m("Peter Marsden", address=HOME, sex="M"), m("Julie Marsden", address=HOME, sex="F")),
    "unknown men": (m("unknown male", address=HOME), m("unknown male", address=HOME)),
    "a placeholder birth": (m("John Smith", "1970-01-01"), m("Peter Jones", "1970-01-01")),
    "the hostel": (
        m("Ray Tunnicliffe", address=HOSTEL),
        m("Karl Bunting", address=HOSTEL),
    ),
    "the switchboard": (m("Ann Hoyland", phones=("101",)), m("Jane Rigby", phones=("101",))),
    "a shared home telephone": (
        m("Peter Marsden", phones=("01246 556677",), address=HOME),
        m("Julie Marsden", phones=("01246 556677",), address=HOME),
    ),
}


@pytest.mark.parametrize("pair", JOIN.values(), ids=JOIN.keys())
def test_must_join(pair: tuple[Any, Any]) -> None:
    assert outcome(*pair) == "join"


@pytest.mark.parametrize("pair", REVIEW.values(), ids=REVIEW.keys())
def test_must_go_to_review(pair: tuple[Any, Any]) -> None:
    assert outcome(*pair) == "review"


@pytest.mark.parametrize("pair", APART.values(), ids=APART.keys())
def test_must_never_join(pair: tuple[Any, Any]) -> None:
    assert outcome(*pair) == "apart"

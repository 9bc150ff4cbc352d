from dataclasses import replace

import pytest

from streams.gazetteer.index import Index
from streams.gazetteer.meeting import resolve_junction
from streams.gazetteer.resolve import resolve
from streams.gazetteer.rows import Row, row_of
from streams.gazetteer.search import _fit, search
from tests.streams.gazetteer.town import INDEX, rows


def uprn(text, code=""):
    found = resolve(INDEX, text, code)
    return found.uprn if found else None


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("7 Quarry Lane, Lerwick Bay", "ZE1 0AA", "1007"),
        ("7 Quarry Lane, Lerwick Bay", "", "1007"),
        ("7 Quarry Ln", "ZE1 0AA", "1007"),
        ("7 Quarry Lane North, Lerwick Bay", "", "2007"),
        ("No. 7, Qaurry Lane", "ZE1 0AA", "1007"),
        ("LERWICK BAY, LANE QUARRY 7", "ZE1 0AA", "1007"),
        ("7 QUARRYLANE", "", "1007"),
        ("7QUARRY LANE", "ZE1 0AA", "1007"),
        ("7 Monkw ood Road Lerwick", "", "6007"),
        ("7 Heron Close", "ZE1 OAD", "3007"),
        ("7 Heron Close", "ZEI 0AD", "3007"),
        ("7 Heron Close", "ZE1 0AG", "3007"),
        ("Flat 2, 5 Heron Close", "ZE1 0AD", "30052"),
        ("2, 5 Heron Close", "ZE1 0AD", "30052"),
        ("FLT 2 5 HERON CLOSE", "", "30052"),
        ("FALT 2 5 HERON CLOSE", "", "30052"),
        ("Apartment 2, 5 Heron Close ZE1 0AD", "", "30052"),
        ("2/5 Heron Close", "ZE1 0AD", "30052"),
        ("5 Heron Close", "ZE1 0AD", "3005"),
        ("Flat B, 5 Heron Close", "ZE1 0AD", "30052"),
        ("7 St Olaves Rd", "ZE1 0AF", "5007"),
        ("The Lodge, 7 Heron Close, Lerwick Bay", "ZE1 0AD", "3007"),
        ("7 Avenue 2, Lerwick Bay", "ZE1 0AH", "7007"),
        ("The Old Smokery, Harbour View", "ZE1 0AE", "777"),
        ("7 Lerwood", "ZE2 9AA", "8007"),
    ],
)
def test_written_in_many_ways(text, code, expected):
    assert uprn(text, code) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sumburgh General", "801"),
        ("the Sumburgh Genral", "801"),
        ("The Puffin & Spade, Kestrel Gdns", "802"),
        ("Puffin and Spade", "802"),
        ("31 Kestrel Gardens", "802"),
        ("the old smokery", "777"),
        ("The Old Cottage", None),
        ("Puffin", None),
    ],
)
def test_premises_by_what_they_are_called(text, expected):
    found = resolve(INDEX, text)
    assert (found.uprn if found else None) == expected


@pytest.mark.parametrize("text", ["outside the Puffin and Spade", "by the Puffin & Spade"])
def test_outside_premises_is_in_the_street_and_about_them(text):
    found = resolve(INDEX, text)
    assert (found.precision, found.uprn, found.usrn) == ("street", "", "908")
    assert found.point == (456_300.0, 1_141_000.0)
    assert found.accuracy >= 50


def test_a_point_beside_the_text_tells_two_streets_of_a_name_apart():
    there = {"streetname": "Mill Road", "number": "4", "easting": 450_000.0, "northing": 1_141_000.0}
    other = {**there, "easting": 460_000.0}
    index = Index(
        [Row(uprn="1", usrn="1", townname="Ham", **there), Row(uprn="2", usrn="2", townname="Tun", **other), *rows()]
    )
    assert resolve(index, "4 Mill Road") is None
    assert resolve(index, "4 Mill Road", at=((460_040.0, 1_141_000.0), 30.0)).uprn == "2"
    assert resolve(index, "4 Mill Road", at=((450_040.0, 1_141_000.0), 30.0)).uprn == "1"


def test_the_town_tells_two_streets_of_a_name_apart():
    towns = (("1", "Old Ham", "Lerwick Bay"), ("2", "Tun", "Lerwick Bay"), ("3", "", "Lerwick Bay"))
    made = [
        Row(uprn=u, usrn=u, number="4", streetname="High Street", locality=locality, townname=town)
        for u, locality, town in towns
    ]
    made.append(Row(uprn="4", usrn="4", number="4", streetname="Tun Road", locality="Old Ham", townname="Lerwick Bay"))
    index = Index([*made, *rows()])
    assert resolve(index, "4 High Street, Old Ham, Lerwick Bay").uprn == "1"
    assert resolve(index, "4 High St, Tun").uprn == "2"
    assert resolve(index, "4 High Street") is None
    assert resolve(index, "4 Tun Road, Old Ham").uprn == "4"
    assert resolve(index, "High Street, Tun").usrn == "2"


def test_two_streets_meet_between_their_nearest_addresses():
    found = resolve_junction(INDEX, "osprey row", "kestrel gdns")
    assert (found.precision, found.usrn, found.uprn) == ("street", "908+909", "")
    assert found.point == (456_010.0, 1_141_010.0)
    assert found.accuracy <= 50
    assert resolve_junction(INDEX, "kestrel gardens", "ospry row").usrn == found.usrn
    assert resolve_junction(INDEX, "kestrel gardens", "quarry lane") is None, "they lie 8 km apart"
    assert resolve_junction(INDEX, "kestrel gardens", "zanzibar parade") is None


def test_a_flat_that_is_not_listed_is_still_in_its_building():
    found = resolve(INDEX, "Flat 9, 5 Heron Close", "ZE1 0AD")
    assert (found.precision, found.uprn, found.parent) == ("building", "", "3005")


def test_a_postcode_is_never_an_address():
    found = resolve(INDEX, "", "ZE1 0AD")
    assert (found.precision, found.uprn, found.postcode) == ("postcode", "", "ZE1 0AD")
    assert found.accuracy >= 100


def test_a_street_alone_is_a_street_and_how_long_it_is():
    found = resolve(INDEX, "Heron Close, Lerwick Bay")
    assert (found.precision, found.uprn, found.usrn) == ("street", "", "902")
    assert found.accuracy >= 100


@pytest.mark.parametrize("text", ["On or near Heron Close", "Near 7 Heron Close", "outside 7 Heron Close, ZE1 0AD"])
def test_near_an_address_is_not_at_it(text):
    found = resolve(INDEX, text)
    assert (found.precision, found.usrn) == ("street", "902")


def test_a_number_the_list_does_not_have_is_not_given_to_a_neighbour():
    assert uprn("39 Heron Close", "ZE1 0AD") == ""
    assert resolve(INDEX, "39 Heron Close", "ZE1 0AD").precision == "street"


@pytest.mark.parametrize("text", ["27 Heron Close", "17B Heron Close", "Heron Close"])
def test_nor_with_its_postcode_though_all_else_agrees(text):
    found = resolve(Index(rows()[-30:] + [row for row in rows() if row.uprn == "3007"]), text, "ZE1 0AD")
    assert found.uprn == ""


def test_a_letter_that_the_list_lacks_is_in_its_building():
    found = resolve(INDEX, "7B Heron Close", "ZE1 0AD")
    assert (found.precision, found.uprn, found.parent) == ("building", "", "3007")


def test_streets_called_by_numbers_are_not_alike():
    index = Index([replace(rows()[0], uprn=uprn, streetname=uprn, usrn=uprn) for uprn in ("A619", "A617")])
    assert resolve(index, "1 A619").uprn == "A619"
    assert resolve(index, "1 A618") is None


def test_a_flat_that_is_not_listed_is_no_other_flat():
    found = resolve(INDEX, "Flat 9, 5 Heron Close", "ZE1 0AD")
    assert found is None or found.uprn not in {"30051", "30052", "30053"}


def test_a_flat_of_which_no_more_is_said_is_its_building():
    found = resolve(INDEX, "Flat, 5 Heron Close", "ZE1 0AD")
    assert (found.precision, found.uprn, found.parent) == ("building", "", "3005")


def test_a_street_of_elsewhere_with_a_postcode_of_here_is_no_address():
    assert not uprn("7 Zanzibar Parade", "ZE1 0AD")


def test_a_street_that_is_mistaken_gives_way_to_number_and_postcode():
    there = next(row for row in rows() if row.uprn == "10001")
    index = Index([*rows(), replace(there, uprn="x", number="77")])
    assert resolve(index, "77 Quarry Lane", "ZE2 9AD").uprn == "x"
    assert not uprn("7 Quarry Lane", "ZE2 9AD") or uprn("7 Quarry Lane", "ZE2 9AD") == "1007", "it has a 7"
    found = resolve(index, "77 Quarry Lane", "ZE1 0AA")
    assert found.uprn == "", "a postcode of the street itself does not speak for another"


@pytest.mark.parametrize(
    "text",
    ["7 Heron Close, off Quarry Lane", "7 Heron Close opposite Osprey Row", "7 Heron Cl next to 9 Heron Close"],
)
def test_what_an_address_is_said_to_be_beside_is_not_it(text):
    assert uprn(text) == "3007"


def test_nothing_known_is_nothing():
    assert resolve(INDEX, "the usual spot") is None
    assert resolve(INDEX, "") is None
    assert resolve(Index([]), "7 Heron Close", "ZE1 0AD") is None


def test_the_runner_up_and_the_evidence_are_told():
    found = resolve(INDEX, "5 Heron Close", "ZE1 0AD")
    assert found.runner_up.startswith("FLAT")
    assert found.behind > 3
    assert sum(e.bits for e in found.evidence) == pytest.approx(found.score, abs=0.05)
    assert {e.name for e in found.evidence} >= {"prior", "street", "postcode", "number", "flat"}


def test_the_order_of_the_list_does_not_matter():
    other = Index(reversed(rows()))
    for text in ("7 Quarry Lane", "Flat 2 5 Heron Close", "Heron Close", "7 Heron Clos"):
        one, two = resolve(INDEX, text), resolve(other, text)
        assert (one.uprn, one.score, one.precision) == (two.uprn, two.score, two.precision)


def test_a_list_of_single_lines_can_be_read():
    index = Index([row_of("1", "FLAT A BASEMENT 12 HERON CLOSE LERWICK", "ZE1 0AD"), row_of("2", "12 HERON CLOSE")])
    assert resolve(index, "Basement flat 12 Heron Close", "ZE1 0AD").uprn == "1"


@pytest.mark.parametrize(
    "text",
    [
        "Heron Close",
        "quarry lane lerwick bay",
        "Kestrel Gdns ZE2 9AB",
        "The Lodge, Kestrel Gardens",
        "flat, Heron Close",
        "Flat 2 Heron Close",
        "7 Heron Close",
        "old cottage harbour view ZE1 0AB",
        "ZE1 0AD",
    ],
)
def test_what_is_scored_once_for_many_rows_is_what_each_would_score_alone(text):
    found = search(INDEX, INDEX.read(text))
    assert found.scores
    assert found.scores == {at: _fit(found, at) for at in found.scores}

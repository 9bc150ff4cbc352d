import pytest

from streams.matching.places.junctions import junction

BOTH = ("mill lane", "park road")


@pytest.mark.parametrize(
    "text",
    [
        "junction of Park Road and Mill Lane",
        "Junction of Park Road with Mill Lane, Chesterfield",
        "Near the junction of Mill Lane and Park Road",
        "Jct: Park Road / Mill Lane",
        "Park Road / Mill Lane",
        "Mill Lane/Park Road",
        "Park Road & Mill Lane",
        "Park Road @ Mill Lane",
        "Park Road j/w Mill Lane",
        "PARK ROAD JCT MILL LANE",
        "Park Road junction with Mill Lane",
        "Park Road at its junction with Mill Lane (outside the shop)",
        "Park Road/Mill Lane junction",
        "corner of Mill Lane and Park Road",
        "Mill Lane corner of Park Road",
        "where Park Road meets Mill Lane",
        "crossroads of Park Road and Mill Lane",
    ],
)
def test_where_two_streets_meet_however_it_is_written(text):
    assert junction(text) == BOTH


def test_streets_that_are_called_by_no_kind_of_street():
    assert junction("junction of Saltergate and Holywell Cross") == ("holywell cross", "saltergate")


@pytest.mark.parametrize(
    "text",
    [
        "12 Park Road",
        "2/5 Heron Close",
        "Flat 1/2 Mill Lane",
        "corner of Park Road",
        "corner shop and post office",
        "12 Park Road near corner shop and post office",
        "12 Park Road, corner of Mill Lane and Park Road",
        "Rock and Roll Bar, High Street",
        "Marks and Spencer, High Street",
        "The Crossing, Mill Lane",
        "Park Road / Park Road",
        "male/female fighting",
    ],
)
def test_what_is_no_junction(text):
    assert junction(text) is None

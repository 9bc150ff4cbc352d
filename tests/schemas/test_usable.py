import pytest

from schemas.report import read_report
from schemas.usable import ages_of, grid_in_uk, is_postcode, point_in_uk, warnings_of
from tests.streams.intake.making import CANARY, person, report

INSIDE = {
    "Chesterfield": (53.235, -1.421),
    "London": (51.507, -0.128),
    "Dover": (51.129, 1.313),
    "Lowestoft": (52.481, 1.762),
    "Penzance": (50.119, -5.537),
    "St Mary's": (49.914, -6.315),
    "Cardiff": (51.481, -3.18),
    "Holyhead": (53.309, -4.633),
    "Belfast": (54.597, -5.93),
    "Derry": (54.997, -7.32),
    "Enniskillen": (54.344, -7.64),
    "Newry": (54.176, -6.34),
    "Stornoway": (58.209, -6.387),
    "Lerwick": (60.155, -1.145),
    "Peterhead": (57.505, -1.774),
}
OUTSIDE = {
    "Dublin": (53.349, -6.26),
    "Dundalk": (54.0, -6.405),
    "Letterkenny": (54.95, -7.734),
    "Calais": (50.951, 1.858),
    "Cherbourg": (49.634, -1.622),
    "Ostend": (51.225, 2.919),
    "New York": (40.713, -74.006),
    "Chesterfield, swapped": (-1.421, 53.235),
    "grid numbers in degrees": (438500.0, 371300.0),
    "no point at all": (91.0, -181.0),
    "huge": (1e308, 1e308),
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_point_in_the_united_kingdom(name):
    assert point_in_uk(*INSIDE[name])


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_point_elsewhere(name):
    assert not point_in_uk(*OUTSIDE[name])


@pytest.mark.parametrize(
    ("easting", "northing"), [(438500, 371300), (530000, 180000), (146800, 529500), (447500, 1141500)]
)
def test_a_point_of_the_grid_in_the_united_kingdom(easting, northing):
    assert grid_in_uk(easting, northing)


@pytest.mark.parametrize(
    ("easting", "northing"), [(0, 0), (900000, 300000), (371300, 4385000), (-5, 371300), (640000, 90000)]
)
def test_a_point_of_the_grid_elsewhere(easting, northing):
    assert not grid_in_uk(easting, northing)


@pytest.mark.parametrize(
    "text", ["S40 1PT", "s401pt", " S40  1PT ", "EC1A 1BB", "W1A 0AX", "M1 1AE", "GIR 0AA", "BT1 5GS", "BF1 4AB"]
)
def test_what_can_be_a_postcode(text):
    assert is_postcode(text)


@pytest.mark.parametrize(
    "text", ["NF1 1NF", "ZZ99 3VZ", "S40 1CT", "S40", "12345", "NOT ENTERED", "QX1 1AA", "S40 1PTT", "S4O 1PT", "٤"]
)
def test_what_cannot_be_a_postcode(text):
    assert not is_postcode(text)


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        (
            {"detail": "Street drinking!"},
            "detail is not in the vocabulary, and is not used; the nearest known one is street-drinking",
        ),
        ({"place": {"postcode": "NF1 1NF"}}, "place.postcode cannot be a postcode as it is written, and is not used"),
        ({"place": {"lat": 48.86, "lon": 2.35}}, "place: lat and lon lie outside the United Kingdom, and are not used"),
        ({"place": {"lat": 0, "lon": 0.0}}, "place: lat and lon are 0,0, and are not used"),
        ({"place": {"easting": 0, "northing": 0}}, "place: easting and northing are 0,0, and are not used"),
        (
            {"place": {"easting": 1e9, "northing": 1}},
            "place: easting and northing lie outside the United Kingdom, and are not used",
        ),
        ({"people": [person(), person(age_from=40, age_to=30)]}, "people[1].age_to is below age_from; neither is used"),
        (
            {"people": [person(address={"postcode": "12345"})]},
            "people[0].address.postcode cannot be a postcode as it is written, and is not used",
        ),
        ({"restricted_to": []}, "restricted_to is empty: no other agency may know of the report"),
    ],
)
def test_what_is_taken_with_a_warning(changes, warning):
    assert warnings_of(read_report(report(**changes))) == [warning]


def test_a_plain_report_has_no_warning():
    body = report(
        detail="noise",
        place={"lat": 53.2, "lon": -1.4, "postcode": "S40 1PT", "easting": 438500, "northing": 371300},
        people=[person(age_from=30, age_to=30), person(age_to=5), person(address={"postcode": ""})],
        restricted_to=["council"],
    )
    assert warnings_of(read_report(body)) == []


def test_a_warning_names_no_value():
    body = report(detail=CANARY, place={"postcode": CANARY}, people=[person(address={"postcode": CANARY})])
    assert CANARY not in str(warnings_of(read_report(body)))


def test_an_unknown_detail_is_kept_and_not_used():
    read = read_report(report(detail="basket-weaving"))
    assert (read.detail, read.known_detail) == ("basket-weaving", None)


def test_ages():
    people = read_report(
        report(people=[person(), person(age_from=30), person(age_from=30, age_to=40), person(age_from=9, age_to=3)])
    ).people
    assert [ages_of(one) for one in people] == [None, (30, None), (30, 40), None]

import pytest

from schemas.report import Person, Place
from schemas.values import read_moment
from streams.matching.people.person import read_mention
from streams.matching.places.institutions import institution_by_code
from streams.matching.places.place import read_place


def kind(**fields):
    return read_place(Place(**fields)).institution


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"name": "Calow Royal Hospital"}, "hospital"),
        ({"text": "St Mary's School, School Lane"}, "school"),
        ({"text": "custody suite, Beetwell Street"}, "police"),
        ({"text": "Railway Station, Crow Lane"}, "station"),
        ({"name": "The Foyer", "text": "12 Marsden Street"}, "hostel"),
        ({"text": "women's refuge"}, "refuge"),
        ({"name": "Tesco Extra"}, "supermarket"),
        ({"name": "Sainsbury's", "text": "Rother Way"}, "supermarket"),
        ({"text": "12 School Lane"}, ""),
        ({"text": "12 Station Road, Chesterfield"}, ""),
        ({"text": "Hospital Cottages, 3 Mill Lane"}, ""),
        ({"text": "The Old School House, 3 Mill Lane"}, ""),
        ({"text": "Flat 2, 14 College Court"}, ""),
    ],
)
def test_what_many_come_to_is_told_from_what_is_called_after_it(place, expected):
    assert kind(**place) == expected


def test_codes_of_address_lists_say_it_too():
    assert institution_by_code("CE03") == "school"
    assert institution_by_code("cm03") == "hospital"
    assert institution_by_code("RD06") == institution_by_code("") == ""


@pytest.mark.parametrize(
    ("address", "kept"),
    [("Royal Hospital, Calow", False), ("12 School Lane", True), ("The Foyer, 12 Marsden Street", False)],
)
def test_an_institution_is_nobodys_tie(address, kept):
    person = Person(role="subject", name="Ann Ashe", address=Place(text=address))
    mention = read_mention(person, id_="x", ref="a:1", index=0, reported_at=read_moment("2024-05-01T10:00:00Z"))
    assert (mention.address is not None) is kept

import pytest

from streams.matching.places.grid import square, square_corner
from streams.matching.places.pointed import pointed, without_words

HERE = (438_350.0, 371_150.0)


@pytest.mark.parametrize(
    ("text", "point", "accuracy"),
    [
        ("SK 383 711", HERE, 71),
        ("sk383711", HERE, 71),
        ("behind the club, SK 3835 7115", (438_355.0, 371_155.0), 10),
        ("SK3835071150", (438_350.5, 371_150.5), 10),
        ("grid ref SK 38 71", (438_500.0, 371_500.0), 710),
        ("NGR: SK383711", HERE, 71),
        ("53.2360, -1.4269", HERE, 12),
        ("-1.4269, 53.2360", HERE, 12),
        ("53.2360N 1.4269W", HERE, 12),
        ("lat 53.2360 long -1.4269", HERE, 12),
        ("53°14'10\"N 1°25'37\"W", HERE, 31),
        ("E438350 N371150", HERE, 10),
        ("438350, 371150", HERE, 10),
    ],
)
def test_a_point_in_words(text, point, accuracy):
    found = pointed(text)
    assert found.point == pytest.approx(point, abs=25)
    assert found.accuracy == pytest.approx(accuracy, abs=1)


@pytest.mark.parametrize(
    "text",
    [
        "S40 1AA",
        "12 Park Road",
        "SK12 ABC",
        "SK3837171",
        "crime ref NT123456",
        "53.2360, 1.4269 ",  # in the sea
        "tel 01246 345345",
        "between SK 383 711 and SK 385 720",
        "1.5 2.75",
        "HA 111 111",  # no such place in the Kingdom
    ],
)
def test_what_is_no_point_or_more_than_one(text):
    assert pointed(text) is None


@pytest.mark.parametrize("text", ["reg SK383711", "438350, 371150", "rows 53.236 -1.427"])
def test_in_a_narrative_numbers_mean_much_else(text):
    assert pointed(text, "narrative") is None


@pytest.mark.parametrize("point", [(438_350, 371_150), (530_000, 180_000), (258_000, 665_000), (447_000, 1_141_000)])
def test_letters_name_the_square_they_came_from(point):
    corner = square_corner(square(*point)[:2])
    assert [int(metres // 100_000 * 100_000) for metres in point] == list(corner)


def test_three_words_are_kept_apart():
    assert without_words("///filled.count.soap by the gate") == ("by the gate", "filled.count.soap")
    assert without_words("rear of the shop.then left") == ("rear of the shop.then left", "")

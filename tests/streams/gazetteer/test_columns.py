"""An address list by whatever its columns are called; what cannot be used is left out, with why."""

import csv

import pytest

from streams.gazetteer.columns import FIELDS, NotAList, rows_of

OURS = {
    "uprn": "100",
    "subname": "FLAT 2",
    "name": "KING HOUSE",
    "number": "12A",
    "streetname": "PARK ROAD",
    "townname": "CHESTERFIELD",
    "postcode": "S40 2LG",
    "locality": "BRAMPTON",
    "parentuprn": "99",
    "usrn": "7",
    "easting": "437900",
    "northing": "370500",
    "classificationcode": "RD06",
}
LLPG = {
    "UPRN": "100",
    "PARENT_UPRN": "99",
    "USRN": "7",
    "SAO_TEXT": "FLAT",
    "SAO_START_NUMBER": "2",
    "SAO_START_SUFFIX": "",
    "PAO_TEXT": "KING HOUSE",
    "PAO_START_NUMBER": "12",
    "PAO_START_SUFFIX": "A",
    "STREET_DESCRIPTION": "PARK ROAD",
    "LOCALITY": "BRAMPTON",
    "TOWN_NAME": "CHESTERFIELD",
    "POSTCODE_LOCATOR": "S40 2LG",
    "X_COORDINATE": "437900",
    "Y_COORDINATE": "370500",
    "CLASSIFICATION_CODE": "RD06",
}
ADDRESSBASE = {
    "UPRN": "100",
    "PARENT_UPRN": "99",
    "USRN": "7",
    "SUB_BUILDING_NAME": "FLAT 2",
    "BUILDING_NAME": "KING HOUSE",
    "BUILDING_NUMBER": "12A",
    "THOROUGHFARE": "PARK ROAD",
    "DEPENDENT_LOCALITY": "BRAMPTON",
    "POST_TOWN": "CHESTERFIELD",
    "POSTCODE": "S40 2LG",
    "X_COORDINATE": "437900.00",
    "Y_COORDINATE": "370500.00",
    "CLASS": "RD06",
}


def write(file, *rows, names=None):
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, names or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.parametrize(("columns", "row"), [("ours", OURS), ("llpg", LLPG), ("addressbase", ADDRESSBASE)])
def test_one_address_by_the_columns_of_three_lists(tmp_path, columns, row):
    found = rows_of(write(tmp_path / "list.csv", row))
    assert found.columns == columns
    assert found.bad == []
    (address,) = found.rows
    said = {name: getattr(address, name) for name in FIELDS}
    assert said == OURS | {"easting": 437_900.0, "northing": 370_500.0}


def test_premises_of_addressbase_by_the_organisation(tmp_path):
    row = ADDRESSBASE | {"ORGANISATION_NAME": "NEON LOOM LTD", "BUILDING_NAME": ""}
    (address,) = rows_of(write(tmp_path / "list.csv", row)).rows
    assert address.name == "NEON LOOM LTD"


def test_columns_of_ones_own_are_mapped(tmp_path):
    ways = tmp_path / "ways.toml"
    ways.write_text('uprn = "ref"\nstreetname = "road"\nnumber = "no+letter"\npostcode = "pc"\n', "utf-8")
    file = write(tmp_path / "list.csv", {"Ref": "1", "Road": "PARK  ROAD", "No": "12", "Letter": "a", "PC": "S40 2LG"})
    (address,) = rows_of(file, ways).rows
    assert (address.uprn, address.number, address.streetname) == ("1", "12a", "PARK ROAD")


def test_a_list_of_unknown_columns_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(NotAList, match="--columns"):
        rows_of(write(tmp_path / "list.csv", {"a": "1", "b": "2"}))
    ways = tmp_path / "ways.toml"
    ways.write_text('roadname = "b"', "utf-8")
    with pytest.raises(NotAList, match="roadname"):
        rows_of(tmp_path / "list.csv", ways)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"uprn,number\n\x00", b'uprn,number,streetname,townname\n"' + b"x" * 200_000]
)
@pytest.mark.parametrize("limit", [131_072, 50_000_000])
def test_what_is_no_list_at_all_is_refused(tmp_path, content, limit):
    before = csv.field_size_limit(limit)
    (tmp_path / "list.csv").write_bytes(content)
    try:
        with pytest.raises(NotAList):
            rows_of(tmp_path / "list.csv")
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"uprn": ""}, "no UPRN"),
        ({"streetname": "", "name": "", "postcode": ""}, "neither street, name nor postcode"),
        ({"easting": "12"}, "the point is not in the United Kingdom"),
        ({"northing": ""}, "half of the point is missing"),
        ({"easting": "x"}, "the point is no number"),
        ({"postcode": "S40 2LG and more than that"}, "postcode is longer than an address list's"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_with_why(tmp_path, change, why):
    found = rows_of(write(tmp_path / "list.csv", OURS | {"uprn": "1"}, OURS | change))
    assert (len(found.rows), found.bad) == (1, [(3, why)])


def test_a_uprn_that_stands_twice_counts_once(tmp_path):
    found = rows_of(write(tmp_path / "list.csv", OURS, OURS | {"number": "14"}))
    assert [row.number for row in found.rows] == ["12A"]
    assert found.bad == [(3, "UPRN 100 stands twice")]

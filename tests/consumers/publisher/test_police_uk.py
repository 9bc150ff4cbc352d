import csv
from pathlib import Path

import pytest

from consumers.publisher.lines import LONGEST_FIELD, UnreadableFile
from schemas.report import read_report
from tests.consumers.publisher.files import lines_of, reports_in, street, write

DERBYSHIRE = Path(__file__).parents[3].parent / "shared/data/police_uk_derbyshire"


def read(folder: Path, *rows: dict[str, str], after: int = 0) -> list[dict]:
    return reports_in(lines_of(write(folder / "street.csv", street(*rows)), "police-uk", after=after))


def test_a_row_is_a_report(tmp_path: Path) -> None:
    (report,) = read(
        tmp_path,
        {"Crime ID": "c1", "Crime type": "Violence and sexual offences", "Last outcome category": "Local resolution"},
    )
    assert report == {
        "id": "c1",
        "agency": "police",
        "reported_at": "2024-02-01T00:00:00+00:00",
        "occurred": {"from": "2024-01-01T00:00:00+00:00", "to": "2024-01-31T23:59:59+00:00"},
        "category": "violent-crime",
        "place": {"text": "New Square, Chesterfield", "lat": 53.2351, "lon": -1.4216, "accuracy_m": 150},
        "extension": {
            "police_uk": {
                "crime_id": "c1",
                "reported_by": "Derbyshire Constabulary",
                "falls_within": "Derbyshire Constabulary",
                "location": "On or near New Square",
                "lsoa_code": "E01033387",
                "lsoa_name": "Chesterfield 010F",
                "outcome": "Local resolution",
            }
        },
    }
    read_report(report)


@pytest.mark.parametrize(
    ("month", "first", "last", "following"),
    [
        ("2024-03", "2024-03-01T00:00:00+00:00", "2024-03-31T23:59:59+01:00", "2024-04-01T00:00:00+01:00"),
        ("2024-10", "2024-10-01T00:00:00+01:00", "2024-10-31T23:59:59+00:00", "2024-11-01T00:00:00+00:00"),
        ("2024-12", "2024-12-01T00:00:00+00:00", "2024-12-31T23:59:59+00:00", "2025-01-01T00:00:00+00:00"),
    ],
)
def test_a_month_is_its_span_in_british_time(tmp_path: Path, month: str, first: str, last: str, following: str) -> None:
    (report,) = read(tmp_path, {"Month": month})
    assert report["occurred"] == {"from": first, "to": last}
    assert report["reported_at"] == following


def test_rows_with_no_crime_id_are_counted_apart_and_named_alike_every_time(tmp_path: Path) -> None:
    rows = [{}, {}, {"Location": "On or near Saltergate"}]
    ids = [report["id"] for report in read(tmp_path, *rows)]
    assert len(set(ids)) == 3
    assert ids == [report["id"] for report in read(tmp_path, *rows)]
    others = {report["id"] for report in read(tmp_path, rows[2], rows[0], rows[1])}
    assert others == set(ids)  # wherever in the file they stand


def test_one_crime_id_at_two_places_makes_two_reports(tmp_path: Path) -> None:
    crime = {"Crime ID": "c1", "Crime type": "Robbery"}
    there = {**crime, "Location": "On or near Saltergate"}
    later = {**there, "Last outcome category": "Under investigation"}
    ids = [report["id"] for report in read(tmp_path, crime, there, later)]
    assert len(set(ids)) == 3
    assert all(one.startswith("c1-") for one in ids)
    assert {report["id"] for report in read(tmp_path, there, later, crime)} == set(ids)


def test_a_row_exported_twice_has_one_id(tmp_path: Path) -> None:
    crime = {"Crime ID": "c1", "Crime type": "Robbery"}
    one, two = read(tmp_path, crime, crime)
    assert one == two


def test_a_later_outcome_does_not_make_another_crime(tmp_path: Path) -> None:
    crime = {"Crime ID": "c1", "Crime type": "Robbery"}
    (before,) = read(tmp_path, crime)
    (after,) = read(tmp_path, {**crime, "Last outcome category": "Local resolution"})
    assert before["id"] == after["id"]


def test_a_row_with_no_place(tmp_path: Path) -> None:
    (report,) = read(tmp_path, {"Longitude": "", "Latitude": "", "Location": "No Location", "LSOA name": ""})
    assert "place" not in report
    (report,) = read(tmp_path, {"Longitude": "", "Latitude": ""})
    assert report["place"] == {"text": "New Square, Chesterfield"}
    read_report(report)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"Crime type": "Treason"}, "crime type 'Treason' is not one of data.police.uk's"),
        ({"Month": "Jan 2024"}, "Month 'Jan 2024' is not written 2024-01"),
        ({"Latitude": "north"}, "Latitude 'north' is not a number"),
        ({"Context": "x,y"}, "has 13 fields where the header has 12"),
    ],
)
def test_a_row_that_makes_no_report_says_why(tmp_path: Path, row: dict[str, str], problem: str) -> None:
    good, bad, also_good = lines_of(write(tmp_path / "street.csv", street({}, row, {})), "police-uk")
    assert (bad.number, bad.raw, bad.problem) == (3, None, problem)
    assert good.raw
    assert also_good.raw


def test_a_row_that_cannot_be_read_says_why_and_those_after_it_are_read(tmp_path: Path) -> None:
    long = {"Crime ID": "c1", "Context": "x" * (LONGEST_FIELD + 1)}
    file = write(tmp_path / "street.csv", street({}, long, {"Crime ID": "c2"}))
    good, bad, also_good = lines_of(file, "police-uk")
    assert (bad.number, bad.raw) == (3, None)
    assert "field larger" in (bad.problem or "")
    assert good.raw
    assert also_good.raw


def test_a_long_field_is_read_whatever_was_read_before(tmp_path: Path) -> None:
    csv.field_size_limit(131_072)  # Python's own bound, as in a new process
    (report,) = read(tmp_path, {"Crime ID": "c1", "Context": "x" * 200_000})
    assert len(report["extension"]["police_uk"]["context"]) == 200_000


def test_going_on_gives_the_same_ids(tmp_path: Path) -> None:
    rows = [{}, {"Crime ID": "c1", "Crime type": "Robbery"}, {}, {}]
    assert read(tmp_path, *rows, after=3) == read(tmp_path, *rows)[2:]


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="columns are not those of a data"):
        lines_of(write(tmp_path / "street.csv", "id,category\n1,drugs\n"), "police-uk")


@pytest.mark.skipif(not DERBYSHIRE.exists(), reason="the shared data is not here")
def test_every_row_of_derbyshire_is_a_report_the_pipeline_takes() -> None:
    seen: dict[str, bytes] = {}
    rows = 0
    for file in sorted(DERBYSHIRE.glob("*.csv.gz")):
        for line in lines_of(file, "police-uk"):
            rows += 1
            assert line.raw, line
            assert line.name.id
            assert seen.setdefault(line.name.id, line.raw) == line.raw, "two reports with one id"
    assert (rows, len(seen)) == (26_028, 26_018)  # ten rows stand twice, alike to the last letter
    for report in reports_in(list(lines_of(file, "police-uk"))[::50]):
        read_report(report)

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from consumers.publisher.lines import LONGEST_FIELD, UnreadableFile
from consumers.publisher.mapping import CsvMapping, MappingError, load_mapping
from consumers.publisher.validate import problems_with
from schemas.report import read_report
from tests.consumers.publisher.files import lines_of, reports_in, write

EXAMPLE = Path(str(files("consumers.publisher").joinpath("example_mapping.toml")))
USUAL = {"id": "id", "reported_at": "told", "occurred.from": "from", "category": "kind"}


def read(folder: Path, text: str, mapping: CsvMapping | None = None, encoding: str = "utf-8") -> list[dict[str, Any]]:
    return reports_in(lines_of(write(folder / "f.csv", text, encoding), "csv", mapping))


def mapped(**changed: Any) -> CsvMapping:
    columns = {**USUAL, **changed.pop("columns", {})}
    return CsvMapping(columns=columns, **changed)


def row(text: str, mapping: CsvMapping, folder: Path) -> dict[str, Any]:
    names = list(dict.fromkeys(name for names in mapping.columns.values() for name in names))
    (report,) = read(folder, ",".join(names) + "\n" + text + "\n", mapping)
    return report


def problem(text: str, mapping: CsvMapping, folder: Path) -> str:
    names = list(dict.fromkeys(name for names in mapping.columns.values() for name in names))
    (line,) = lines_of(write(folder / "f.csv", ",".join(names) + "\n" + text + "\n"), "csv", mapping)
    assert line.raw is None
    assert line.problem
    return line.problem


def test_the_example_mapping_makes_reports_the_pipeline_takes(tmp_path: Path) -> None:
    mapping = load_mapping(EXAMPLE)
    cells = {
        "Reference": "C1",
        "Date logged": "04/03/2024",
        "Time logged": "09:30",
        "Incident date": "03/03/2024 22:00",
        "Type": "ASB - noise",
        "Notes": "Loud music – all night",
        "Location": "12 Saltergate",
        "Complainant": "Mrs M Castle",
        "Complainant phone": "01246 1 / 07700 900001",
        "Alleged perpetrator": "R Thorn",
        "Perpetrator DOB": "06/07/1991",
        "Tenancy no": "T99",
        "Officer": "JB",
    }
    names = [name for names in mapping.columns.values() for name in names]
    text = ",".join(dict.fromkeys(names)) + "\n" + ",".join(cells.get(name, "") for name in dict.fromkeys(names)) + "\n"
    (report,) = read(tmp_path, text, mapping, "cp1252")
    assert problems_with(json.dumps(report).encode(), "police") == []
    assert report["summary"] == "Loud music – all night"
    assert report["occurred"] == {"from": "2024-03-03T22:00:00+00:00", "to": "2024-03-03T22:00:00+00:00"}
    assert report["people"][0] == {"name": "Mrs M Castle", "phones": ["01246 1", "07700 900001"], "role": "reporter"}
    assert report["people"][1]["born"] == "1991-07-06"
    assert report["people"][1]["identifiers"] == {"tenancy": "T99"}
    assert report["detail"] == "noise"
    assert report["place"] == {"text": "12 Saltergate", "accuracy_m": 50}
    assert "vehicles" not in report
    assert report["extension"] == {"officer": "JB"}


def test_columns_named_by_fields_need_no_mapping(tmp_path: Path) -> None:
    text = (
        "id,reported_at,occurred.from,occurred.to,category,people.0.name,people.0.role,sensitive,place.lat,place.lon\n"
        "A1,2024-07-05T10:00:00Z,2024-07-05T08:00,2024-07-05T09:00,burglary,Jo,victim,stalking;health,53.2,-1.4\n"
    )
    (report,) = read(tmp_path, text)
    read_report(report)
    assert report["occurred"]["from"] == "2024-07-05T08:00:00+01:00"
    assert report["sensitive"] == ["stalking", "health"]
    assert report["place"] == {"lat": 53.2, "lon": -1.4}
    assert report["agency"] == "police"


def test_a_column_that_is_no_field_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"'ocurred.from' is no field of a report; nearest is occurred.from"):
        read(tmp_path, "id,ocurred.from\n1,2\n")


def test_dates_with_no_time_stand_for_their_day(tmp_path: Path) -> None:
    report = row("1,05/07/2024,04/07/2024,drugs", mapped(), tmp_path)
    assert report["reported_at"] == "2024-07-05T23:59:59+01:00"
    assert report["occurred"] == {"from": "2024-07-04T00:00:00+01:00", "to": "2024-07-04T23:59:59+01:00"}
    read_report(report)


def test_a_date_with_a_time_is_that_moment(tmp_path: Path) -> None:
    report = row("1,05/01/2024 10:30,05/01/2024 09:00,drugs", mapped(), tmp_path)
    assert report["reported_at"] == "2024-01-05T10:30:00+00:00"
    assert report["occurred"]["to"] == "2024-01-05T09:00:00+00:00"


def test_another_time_zone_and_format(tmp_path: Path) -> None:
    mapping = mapped(time_zone="Europe/Paris", date_formats=["%d %b %Y %I.%M%p"])
    report = row("1,5 Jul 2024 10.30PM,5 Jul 2024 9.00PM,drugs", mapping, tmp_path)
    assert report["reported_at"] == "2024-07-05T22:30:00+02:00"


def test_words_are_exchanged(tmp_path: Path) -> None:
    mapping = mapped(
        columns={"detail": "kind"},
        values={
            "category": {"Noise": "anti-social-behaviour", "*": "other-crime"},
            "detail": {"Noise": "noise", "*": ""},
        },
    )
    report = row("1,05/07/2024,04/07/2024,Noise", mapping, tmp_path)
    assert (report["category"], report["detail"]) == ("anti-social-behaviour", "noise")
    report = row("1,05/07/2024,04/07/2024,Else", mapping, tmp_path)
    assert report["category"] == "other-crime"
    assert "detail" not in report


def test_constants_fill_what_is_empty_and_make_no_one_up(tmp_path: Path) -> None:
    mapping = mapped(
        columns={"people.0.name": "who", "people.2.name": "whom", "grading.source": "grade"},
        constants={
            "people.0.role": "suspect",
            "people.2.role": "victim",
            "people.5.role": "witness",
            "grading": {"source": "2", "information": "D", "handling": "P"},
            "place.accuracy_m": 10,
        },
    )
    report = row("1,05/07/2024,04/07/2024,drugs,,Ann,1", mapping, tmp_path)
    assert report["people"] == [{"name": "Ann", "role": "victim"}]
    assert report["grading"] == {"source": "1", "information": "D", "handling": "P"}
    assert "place" not in report
    report = row("1,05/07/2024,04/07/2024,drugs,Bob,,", mapping, tmp_path)
    assert report["people"] == [{"name": "Bob", "role": "suspect"}]
    assert report["grading"]["source"] == "2"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,31/02/2024,04/07/2024,drugs", "reported_at: '31/02/2024' is written in none of the date formats"),
        ("1,05/07/2024,04/07/2024", "has 3 fields where the header has 4"),
        ("1,05/07/2024,04/07/2024,drugs,more", "has 5 fields where the header has 4"),
    ],
)
def test_a_row_that_makes_no_report_says_why(tmp_path: Path, text: str, says: str) -> None:
    assert problem(text, mapped(), tmp_path).startswith(says)


def test_numbers_and_words_that_are_none_are_told_with_their_field(tmp_path: Path) -> None:
    mapping = mapped(columns={"version": "v", "place.easting": "e"})
    assert problem("1,05/07/2024,04/07/2024,drugs,two,", mapping, tmp_path) == "version: 'two' is not a whole number"
    assert problem("1,05/07/2024,04/07/2024,drugs,,x", mapping, tmp_path) == "place.easting: 'x' is not a number"
    mapping = mapped(values={"category": {"Noise": "drugs"}})
    assert "category: the mapping has no word for 'drugs'" in problem(
        "1,05/07/2024,04/07/2024,drugs", mapping, tmp_path
    )


def test_infinities_and_foreign_bytes_are_told(tmp_path: Path) -> None:
    mapping = mapped(columns={"place.lat": "lat", "place.lon": "lon"})
    assert "JSON" in problem("1,05/07/2024,04/07/2024,drugs,nan,inf", mapping, tmp_path)
    file = tmp_path / "g.csv"
    file.write_bytes(b"id,told,from,kind\n1,05/07/2024,04/07/2024,caf\xe9\n")
    (line,) = lines_of(file, "csv", mapped())
    assert line.problem == "is not utf-8"


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    days = "05/07/2024,04/07/2024"
    text = f'id,told,from,kind,summary\n1,{days},drugs,"one\ntwo\nthree"\n\n2,{days},drugs,x\n'
    lines = lines_of(write(tmp_path / "f.csv", text), "csv", mapped(columns={"summary": "summary"}))
    assert [line.number for line in lines] == [2, 6]
    assert reports_in(lines)[0]["summary"] == "one\ntwo\nthree"
    assert [line.number for line in lines_of(tmp_path / "f.csv", "csv", mapped(), after=2)] == [6]


def test_a_row_that_cannot_be_read_is_told_once_however_often_the_file_is_gone_on_with(tmp_path: Path) -> None:
    days = "05/07/2024,04/07/2024"
    text = f"id,told,from,kind\n1,{days},{'x' * (LONGEST_FIELD + 1)}\n2,{days},drugs\n"
    bad, good = lines_of(write(tmp_path / "f.csv", text), "csv", mapped())
    assert (bad.number, bad.raw) == (2, None)
    assert "field larger" in (bad.problem or "")
    assert good.raw
    assert [line.number for line in lines_of(tmp_path / "f.csv", "csv", mapped(), after=2)] == [3]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffid,category\n7,drugs\n")[0]["id"] == "7"


def test_a_column_the_file_lacks_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="it has no column 'from', which the mapping names"):
        read(tmp_path, "id,told,kind\n", mapped())


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="it has no header"):
        read(tmp_path, "")


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("columns.id = 'a'\ntime_zone = 'Derby'", "'Derby' is no time zone"),
        ("columns.id = 'a'\nencoding = 'latin'\n", None),
        ("columns.id = 'a'\nencoding = 'klingon'\n", "'klingon' is no encoding"),
        ("columns.idd = 'a'", "'idd' is no field of a report; nearest is id"),
        ("[columns]\nid='a'\n[values.category]\nx='y'", "values are given for 'category', which no column fills"),
        ("[columns]\nplace = 'a'", "'place' is no field"),
        ("[columns]\nextension.a = 'a'\nextension.a-b = 'b'\n[constants]\nextension.a-b = 'x'", None),
        (
            "[columns]\n'extension.a' = 'a'\n'extension.a.b' = 'b'",
            "'extension.a' cannot be a value and hold others too",
        ),
        ("columns = 3", "columns"),
        ("colums.id = 'a'", "columns"),
        ("columns.id = ", "Invalid value"),
    ],
)
def test_a_wrong_mapping_is_told(tmp_path: Path, toml: str, says: str | None) -> None:
    file = write(tmp_path / "m.toml", toml)
    if says is None:
        load_mapping(file)
        return
    with pytest.raises(MappingError) as told:
        load_mapping(file)
    assert says in str(told.value)

"""Tables of reports: each row is judged by itself, by the rules that the pipeline goes by."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.byhand.table import COLUMNS, MOST_BYTES, MOST_ROWS, NoTable, example, rows_of
from schemas.report import read_report

HEAD = "Reference,Reported,From,Category,What happened,Person's role,Person's name"
GOOD = "V1,23/11/2026 09:30,21/11/2026 22:15,burglary,Shed,victim,Ann Ashe"


def test_the_example_is_right_and_has_every_column() -> None:
    (row,) = rows_of(example(), "door-staff")
    assert row.problems == []
    assert row.raw is not None
    assert read_report(json.loads(row.raw)).agency == "door-staff"
    assert example().splitlines()[0].split(",") == list(COLUMNS.values())


def test_each_row_is_a_report_or_says_what_is_wrong() -> None:
    text = "\n".join(
        [
            HEAD,
            GOOD,
            "V2,23/11/2026 09:30,soon,burglary,,,",
            "V3,23/11/2026 09:30,21/11/2026,theft,,,",
            ",23/11/2026 09:30,21/11/2026,burglary,,,",
            "V5,23/11/2026",
            GOOD.replace("Shed", "Garage"),
        ]
    )
    rows = rows_of(text, "door-staff")
    assert [bool(row.problems) for row in rows] == [False, True, True, True, True, True]
    assert rows[1].problems == ["From: 'soon' is no date: write 23/11/2026 09:30"]
    assert rows[2].problems[0].startswith("Category: is not a known category")
    assert rows[3].problems == ["Reference: is missing"]
    assert "2 fields where the header has 7" in rows[4].problems[0]
    assert rows[5].problems == ["'V1' stands in row 2 already; a change of it needs a higher Version"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_what_a_spreadsheet_puts_between_is_found_out(delimiter: str) -> None:
    (row,) = rows_of(f"\ufeff{HEAD}\r\n{GOOD}\r\n".replace(",", delimiter), "door-staff")
    assert row.problems == []


def test_the_fields_own_names_will_do() -> None:
    (row,) = rows_of("id,reported_at,occurred.from,category\nV1,2026-11-23T09:30Z,2026-11-21,burglary\n", "door-staff")
    assert row.problems == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty."),
        ("\n\n", "It is empty."),
        (HEAD, "no rows"),
        ("Reference,Nonsense\nV1,x\n", "no column 'Nonsense'"),
        ("Reference,Reference\nV1,x\n", "twice"),
        (f"{HEAD}\n" + f"{GOOD}\n" * (MOST_ROWS + 1), "more than 2,000 rows"),
        ("x" * (MOST_BYTES + 1), "larger than 1024 kilobytes"),
    ],
)
def test_what_is_no_table_is_said(text: str, says: str) -> None:
    with pytest.raises(NoTable, match=says):
        rows_of(text, "door-staff")


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_whatever_is_sent_makes_rows_or_a_sentence(text: str) -> None:
    for whole in (text, f"{HEAD}\n{text}"):
        try:
            rows = rows_of(whole, "door-staff")
        except NoTable:
            continue
        assert all(row.problems or row.raw for row in rows)


def test_a_report_in_anothers_name_is_not_made() -> None:
    text = "agency,Reference,Reported,From,Category\npolice,V1,2026-11-23,2026-11-21,burglary\n"
    (row,) = rows_of(text, "door-staff")
    assert row.problems == ["agency is police, but it is sent as door-staff"]

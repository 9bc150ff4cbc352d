"""``tocsin detect`` as a person types it."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app

ANY = CliRunner()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three years of a week's three to five, and a last week of twenty."""
    path = tmp_path / "counts.csv"
    with path.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["series", "date", "count"])
        for at in range(156):
            writer.writerow(["Hasland", date(2023, 1, 2) + timedelta(days=7 * at), 20 if at == 155 else 3 + at % 3])
    return path


def test_it_writes_a_row_a_count_with_what_was_expected(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "said.csv"
    done = ANY.invoke(app, ["detect", str(table), "--out", str(out)])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert list(rows[0]) == ["series", "date", "count", "expected", "upper", "alarm"]
    assert len(rows) == 156
    assert (rows[0]["expected"], rows[0]["upper"], rows[0]["alarm"]) == ("", "", "0")
    assert float(rows[-1]["expected"]) == pytest.approx(4, abs=0.6)
    assert rows[-1]["alarm"] == "1"
    assert sum(row["alarm"] == "1" for row in rows) == 1
    printed = ANY.invoke(app, ["detect", str(table)])
    assert printed.stdout == out.read_text()


def test_gaps_are_told_apart_from_what_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("series,date,count\na,2024-01-01,1\na,2024-01-22,2\n")
    done = ANY.invoke(app, ["detect", str(path)])
    assert done.stderr == "a: 2 missing weeks counted as 0\n"
    assert done.stdout.splitlines()[2] == "a,2024-01-08,0,,,0"


def test_what_is_wrong_is_said_in_a_sentence(table: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("series,date,count\na,2024-01-01,-3\n")
    for words, says in (
        ([str(bad)], "line 2: '-3' is not a count: a whole number that is not below 0"),
        ([str(tmp_path / "none.csv")], "No such file"),
        ([str(table), "--method", "magic"], "no method 'magic'; there are: seasonal, noufaily"),
        ([str(table), "--out", str(tmp_path / "no" / "folder.csv")], "No such file"),
    ):
        done = ANY.invoke(app, ["detect", *words])
        assert done.exit_code == 2
        assert says in done.stderr
        assert done.stdout == ""


def test_the_help_lists_every_method() -> None:
    from streams.detectors.names import METHODS

    said = ANY.invoke(app, ["detect", "--help"]).output
    assert all(f"{name}:" in said for name in METHODS)

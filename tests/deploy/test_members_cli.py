"""The members' tables by command: as the page has them, cut for one agency, with what must be known to read them."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.store import ready_store
from schemas.cells import WHOLE, scope_of
from schemas.settings import Settings
from schemas.tables import CellWeek
from streams.store import put, writing


@pytest.fixture
def run(tmp_path: Path):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    engine = ready_store(Settings(store=store))
    day = datetime.now(UTC).date() - timedelta(days=14)
    rows = [
        {"cell": scope_of(area, "burglary"), "week": f"{day - timedelta(weeks=back):%G-W%V}", "told": told}
        for back in range(8)
        for area, told in ((WHOLE, {"police": 5, "fire": 2}), ("Newbold", {"police": 4}), ("Hasland", {"fire": 1}))
    ]
    with writing(engine) as connection:
        put(connection, CellWeek, [{**row, "chance": None, "judged": None} for row in rows])
    engine.dispose()

    def call(*words: str, code: int = 0):
        found = CliRunner().invoke(app, ["members", "--store", store, *words])
        assert found.exit_code == code, (found.stdout, found.stderr)
        return found

    return call


def test_the_tables_are_a_line_a_category_and_area(run) -> None:
    found = run("--agency", "police", "--weeks", "4")
    heading, *rows = csv.reader(io.StringIO(found.stdout))
    assert heading[:2] == ["table", "name"]
    assert len(heading) == 4
    assert ["category", "Burglary", "28", "28"] in rows
    assert "Nothing was reported in the same weeks a year ago" in found.stderr


def test_small_counts_are_left_out_and_what_goes_with_them(run) -> None:
    facts = json.loads(run("--agency", "police", "--weeks", "4", "--json").stdout)
    told = {row["name"]: row["counts"] for row in facts["rows"] if row["table"] == "area"}
    assert told == {"Hasland": [None, None], "Newbold": [None, None]}
    assert facts["caveats"][0].startswith("Nothing was reported")


def test_what_there_is_not_is_said(run) -> None:
    assert "weeks are 4, 13" in run("--agency", "police", "--weeks", "5", code=2).stderr
    assert "no agency" in run("--agency", "nobody", code=2).stderr

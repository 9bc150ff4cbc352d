"""An address list loaded before or after the reports comes to the same, and without one nothing is found."""

import csv
import json

from typer.testing import CliRunner

from deploy.cli import app
from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from streams.export import export_lines
from streams.gazetteer.columns import FIELDS
from streams.matching.stage import MATCHING
from streams.stage import standing_before
from streams.store import reading, writing
from tests.streams.clusters.deciding import report
from tests.streams.gazetteer.town import rows
from tests.streams.holding import take


def places(engine):
    with reading(engine) as connection:
        return [json.loads(line) for line in export_lines(connection, "places")]


def load(url, file):
    done = CliRunner().invoke(app, ["gazetteer", "load", str(file), "--store", url, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_loading_before_or_after_comes_to_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    file = tmp_path / "list.csv"
    with file.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(FIELDS)
        writer.writerows([[getattr(row, name) or "" for name in FIELDS] for row in rows()])
        writer.writerow(["", "", "", "9", "Heron Close"])
    texts = ("7 Heron Close, ZE1 0AD", "7 Hreon Cl, Lerwick Bay", "9 Heron Close, ZE1 0AD")
    bodies = [report(f"housing:{n}", "Ann Ashe", minutes=n) | {"place": {"text": t}} for n, t in enumerate(texts)]
    came = {}
    for order in ("before", "after"):
        url = f"sqlite:///{tmp_path}/{order}.db"
        engine = ready_store(Settings(store=url))
        if order == "before":
            assert load(url, file)["changed"] is True
        take(engine, bodies, (MATCHING,))
        if order == "after":
            assert [line["uprn"] for line in places(engine)] == [None] * 3
            told = load(url, file)
            assert (told["again"], [bad["why"] for bad in told["bad"]]) == (3, ["no UPRN"])
            with writing(engine) as connection:
                MATCHING.work(connection, standing_before(connection, "matching", 100), load_partnership(None))
        assert load(url, file)["changed"] is False
        came[order] = places(engine)
        engine.dispose()
    assert came["before"] == came["after"]
    first, second, third = came["after"]
    assert [line["uprn"] for line in came["after"]] == ["3007", "3007", "3009"]
    assert first["place"] == second["place"] != third["place"]

"""An address list or areas loaded before or after the reports come to the same, on both stores, in any order."""

import csv
import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from deploy.cli import app
from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.tables import Base, Incident
from streams.dedupe.stage import DEDUPE
from streams.export import export_lines
from streams.gazetteer.columns import FIELDS
from streams.gazetteer.keep import keep, keep_lookup
from streams.matching.stage import MATCHING
from streams.stage import standing_before
from streams.store import open_store, reading, writing
from tests.streams.clusters.deciding import report
from tests.streams.gazetteer.town import rows
from tests.streams.holding import state, take

TEXTS = (
    "7 Heron Close, ZE1 0AD",
    "7 Hreon Cl, Lerwick Bay",
    "9 Heron Close, ZE1 0AD",
    "Osprey Row / Kestrel Gardens",
    "near the Puffin and Spade",
    "HU 501 410",
)
STAGES = (DEDUPE, MATCHING)


def told(number, text, version=1):
    body = report(f"housing:{number}", "Ann Ashe", minutes=1000 * number)
    return body | {"place": {"text": text}, "version": version}


def settle(engine):
    """Let the stages take all that stands before them."""
    for _ in range(20):
        took = False
        for stage in STAGES:
            with writing(engine) as connection:
                keys = standing_before(connection, stage.name, 3)
                if keys:
                    stage.work(connection, keys, load_partnership(None))
                    took = True
        if not took:
            return
    raise AssertionError("the stages never come to rest")


def exported(engine):
    with reading(engine) as connection:
        return {what: [json.loads(x) for x in export_lines(connection, what)] for what in ("places", "incidents")}


def command(url, *words):
    done = CliRunner().invoke(app, ["gazetteer", *words, "--store", url])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    with (tmp_path / "list.csv").open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(FIELDS)
        writer.writerows([[getattr(row, name) or "" for name in FIELDS] for row in rows()])
        writer.writerow(["", "", "", "9", "Heron Close"])
    (tmp_path / "wards.csv").write_text("postcode,ward\nZE1 0AD,Heron\n", "utf-8")
    return tmp_path


def test_loading_before_or_after_comes_to_the_same(store_url, files):
    engine = ready_store(Settings(store=store_url))
    bodies = [told(n, text) for n, text in enumerate(TEXTS)]
    came = {}
    for order in ("before", "after"):
        with writing(engine) as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        for step in ("load", "take") if order == "before" else ("take", "load"):
            if step == "take":
                take(engine, bodies, STAGES, size=2)
            else:
                first = json.loads(command(store_url, "load", str(files / "list.csv"), "--json"))
                assert [bad["why"] for bad in first["bad"]] == ["no UPRN"]
                assert first["again"] == (len(bodies) if order == "after" else 0)
                assert json.loads(command(store_url, "wards", str(files / "wards.csv"), "--json"))["postcodes"] == 1
            settle(engine)
        assert json.loads(command(store_url, "load", str(files / "list.csv"), "--json"))["changed"] is False
        assert json.loads(command(store_url, "wards", str(files / "wards.csv"), "--json"))["changed"] is False
        came[order] = exported(engine)
    engine.dispose()
    assert came["before"] == came["after"]
    lines = came["after"]["places"]
    assert [line["uprn"] for line in lines] == ["3007", "3007", "3009", None, None, None]
    assert lines[0]["place"] == lines[1]["place"] != lines[2]["place"]
    assert [line["ward"] for line in lines] == ["Heron"] * 3 + [None] * 3
    assert [line["precision"] for line in lines] == ["address"] * 3 + ["street", "street", "postcode"]
    assert [line["located"] for line in lines] == ["address"] * 3 + ["junction", "address", "given"]
    assert all(line["lat"] > 60 for line in lines)
    assert [line["place"] for line in came["after"]["incidents"]] == [line["place"] for line in lines]


def test_what_is_found_places_the_incident(store_url, files):
    engine = ready_store(Settings(store=store_url))
    command(store_url, "load", str(files / "list.csv"))
    command(store_url, "wards", str(files / "wards.csv"))
    take(engine, [told(0, TEXTS[1])], STAGES)
    with engine.connect() as connection:
        row = connection.execute(Incident.__table__.select()).one()
    engine.dispose()
    assert (row.easting, row.northing, row.area) == (450_070.0, 1_141_000.0, "Heron")


def test_show_says_what_a_text_means_how_exactly_and_why(files):
    url = f"sqlite:///{files}/shown.db"
    before = command(url, "show", "12 Park Road, S40 2LG")
    assert "by the postcode" in before
    assert "There is no address list" in before
    assert command(url, "show", "  ").startswith("Nothing that says where.")
    command(url, "load", str(files / "list.csv"))
    shown = command(url, "show", "5 Heron Close ZE1 0AD")
    for words in ("address: 5 Heron Close", "UPRN 3005", "bits", "next: FLAT"):
        assert words in shown
    assert "it links no people" in command(url, "show", "Sumburgh General")
    assert json.loads(command(url, "show", "fight at 7 Heron Close", "--narrative", "--json"))["source"] == "narrative"
    assert json.loads(command(url, "show", "..", "--json")) is None


def test_what_is_no_list_leaves_the_one_before(files):
    url = f"sqlite:///{files}/kept.db"
    command(url, "load", str(files / "list.csv"))
    (files / "bad.csv").write_text("a,b\n1,2\n", "utf-8")
    for words in (["load", "bad.csv"], ["wards", "bad.csv"], ["wards", "wards.csv", "--level", "county"]):
        words[1] = str(files / words[1])
        done = CliRunner().invoke(app, ["gazetteer", *words, "--store", url])
        assert done.exit_code == 2
    assert "UPRN 3007" in command(url, "show", "7 Heron Close")


SENT = [told(n, text) for n, text in enumerate(TEXTS)] + [told(1, "15 Heron Close", version=2)]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 4), when=st.integers(0, 3))
def test_any_order_any_batch_and_redelivery_come_to_the_same(seed, size, when):
    chance = Random(seed)
    sent = SENT[:-1]
    chance.shuffle(sent)
    assert _run([*sent, SENT[-1]], size, when) == _run(SENT, 10, 0)


def _run(sent, size, when):
    engine = open_store("sqlite://")
    Base.metadata.create_all(engine)
    parts = [sent[:when], sent[when:]]
    for part in parts:
        take(engine, part, STAGES, size=size)
        if part is parts[0]:
            with writing(engine) as connection:
                keep(connection, rows())
                keep_lookup(connection, {"ZE1 0AD": {"ward": "Heron"}})
            settle(engine)
    take(engine, sent[-1:], STAGES)  # told again
    settle(engine)
    found = state(engine), exported(engine)
    engine.dispose()
    return found

"""What was refused, by the commands: counted by reason, shown to who says why, judged anew when the rules change."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from tests.streams.intake.making import report
from tests.streams.keeping.town import store

BAD = [
    report(id="P-1", colour="red", summary="Zebedee"),
    report(id="P-2", colour="blue"),
    report(id="P-3", reported_at="2031-01-01T00:00:00Z"),
    report(id="P-4", classification="SECRET", summary="Zebedee"),
    b"{Zebedee",
]


@pytest.fixture
def at(tmp_path: Path) -> Path:
    store(f"sqlite:///{tmp_path / 'store.db'}", [*BAD, report(id="P-5")]).dispose()
    return tmp_path


def run(at: Path, *words: str, code: int = 0, of: str = "store") -> str:
    done = CliRunner().invoke(
        app, [*words, "--store", f"sqlite:///{at / f'{of}.db'}"], env={"TOCSIN_VAR": str(at / "var")}
    )
    assert done.exit_code == code, done.output
    return done.stdout


def listed(at: Path, *words: str) -> dict:
    return json.loads(run(at, "rejected", "list", "--json", *words))


def test_the_refused_are_counted_by_reason_and_named_without_what_they_say(at: Path) -> None:
    found = listed(at)
    assert {(one["agency"], one["code"], one["records"]) for one in found["counts"]} == {
        ("police", "unknown-field", 2),
        ("police", "invalid", 1),
        ("police", "over-classified", 1),
        (None, "not-json", 1),
    }
    assert "Zebedee" not in run(at, "rejected", "list")
    assert [one["id"] for one in listed(at, "--agency", "police", "--code", "unknown-field")["records"]] == [
        "P-1",
        "P-2",
    ]
    assert listed(at, "--agency", "fire") == {"counts": [], "records": []}
    run(at, "rejected", "list", "--agency", "nobody", code=2)


def test_who_looks_at_one_says_why_and_it_is_logged(at: Path) -> None:
    (first, _) = listed(at, "--code", "unknown-field")["records"]
    run(at, "rejected", "show", first["place"], code=2)
    shown = run(at, "rejected", "show", first["place"], "--why", "the sender asked", "--by", "ann")
    assert json.loads(shown) == BAD[0]
    (entry,) = map(json.loads, run(at, "audit", "list", "--act", "consultation", "--json").splitlines())
    assert (entry["actor"], entry["why"], entry["subject"]) == ("ann", "the sender asked", f"rejected:{first['place']}")
    (secret,) = listed(at, "--code", "over-classified")["records"]
    run(at, "rejected", "show", secret["place"], "--why", "x", "--by", "ann", code=1)
    for wrong in ("file:t/0/99", "file:t", "file:t/0/x", ""):
        run(at, "rejected", "show", wrong, "--why", "x", "--by", "ann", code=1)


def test_what_the_rules_take_now_is_taken_and_the_rest_stays_refused(at: Path, monkeypatch) -> None:
    replay = ("rejected", "replay", "--why", "the clock was wrong", "--by", "ann")
    assert set(json.loads(run(at, *replay, "--json")).values()) == {"still refused"}
    monkeypatch.setattr("streams.intake.check.EARLY", timedelta(days=10_000))
    (early,) = listed(at, "--code", "invalid")["records"]
    assert json.loads(run(at, *replay, "--json", early["place"])) == {early["place"]: "taken"}
    assert [one["code"] for one in listed(at)["counts"]].count("invalid") == 0
    run(at, *replay, early["place"], code=1)
    store(f"sqlite:///{at / 'anew.db'}", [*BAD, report(id="P-5")]).dispose()
    for what in ("reports", "receipts", "incidents", "alerts"):
        assert run(at, "export", what) == run(at, "export", what, of="anew"), what

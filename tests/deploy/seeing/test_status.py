"""``tocsin status`` says how things stand and what to do, and starts nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.broker.ports import free_port
from deploy.cli import app
from deploy.cli.status import ago, as_facts, as_lines
from deploy.seeing.advice import advice
from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.standing import Standing
from deploy.seeing.store_figures import StoreFigures

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACE = ("tocsin.inbound.police.v1", 0)
STORE = StoreFigures(
    next={PLACE: 40},
    outcomes={("police", "accepted"): 30, ("police", "seen"): 6, ("police", "rejected"): 4},
    refused={("police", "not-json"): 3, ("police", "invalid"): 1},
    heard={"police": NOW - timedelta(minutes=3)},
    waiting={},
    owed=0,
    owed_for_s=0.0,
    alerts={},
    lost={},
    relay="here/1",
    relay_until=NOW,
)
BROKER = BrokerFigures(ends={PLACE: 42}, starts={PLACE: 0}, missing=(), workers=1)
WELL = Standing(
    at=NOW, agencies=("fire", "police"), store=STORE, store_says="it answers", broker=BROKER, broker_says="it answers"
)


def test_a_screen_that_needs_no_engineer() -> None:
    lines = list(as_lines(WELL, advice(WELL)))
    assert "    waiting  2 records to be read, 0 tasks to be done, 0 messages to be told" in lines
    (police,) = [line for line in lines if line.strip().startswith("police")]
    assert police.split() == ["police", "3", "minutes", "ago", "2", "36", "4", "not-json", "3,", "invalid", "1"]
    (fire,) = [line for line in lines if line.strip().startswith("fire")]
    assert fire.split()[1] == "never"
    assert lines[-1] == "Nothing needs doing."


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"store": None, "store_says": "it does not answer"}, "Nothing is lost, reports wait with the broker: tocsin"),
        ({"store": None, "store_says": "the tables are at revision 0003"}, "tocsin store upgrade"),
        ({"broker": None, "broker_says": "gone"}, "The broker cannot be reached: gone"),
        ({"broker": replace(BROKER, missing=("t",))}, "The broker lacks 1 topics: tocsin topics apply"),
        ({"broker": replace(BROKER, workers=0)}, "No worker runs"),
        ({"store": replace(STORE, waiting={"matching!": 2})}, "The matching stage failed on 2 of its tasks"),
        ({"store": replace(STORE, owed=9, owed_for_s=61.0)}, "Alerts and receipts wait to be told"),
        ({"store": replace(STORE, lost={"fire": 12})}, "12 records of fire were deleted before they were read"),
        ({"store": replace(STORE, heard={"fire": NOW - timedelta(days=8)})}, "Nothing came from fire for 8 days"),
    ],
)
def test_each_trouble_says_what_to_do(changed: dict[str, object], says: str) -> None:
    (sentence,) = advice(replace(WELL, **changed))
    assert says in sentence
    assert as_facts(replace(WELL, **changed), [sentence])["todo"] == [sentence]


def test_time_is_told_as_one_would() -> None:
    said = [ago(NOW - timedelta(seconds=seconds), NOW) for seconds in (5, 60, 7200, 86400 * 3)]
    assert said == ["just now", "1 minute ago", "2 hours ago", "3 days ago"]
    assert ago(None, NOW) == "never"


def test_it_starts_and_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path / "var"))
    done = CliRunner().invoke(app, ["status", "--json"])
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert (said["store"]["ok"], said["broker"]["says"]) == (False, "the embedded broker is not running")
    assert list(tmp_path.iterdir()) == []
    done = CliRunner().invoke(app, ["status", "--broker", f"127.0.0.1:{free_port()}"])
    assert "does not answer" in done.stdout
    assert "What to do" in done.stdout

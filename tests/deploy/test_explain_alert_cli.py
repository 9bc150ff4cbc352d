"""The command that says why an alert was raised."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app

EXAMPLE = Path(__file__).parents[2] / "docs" / "example.jsonl"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'store.db'}"
    assert tocsin("replay", str(EXAMPLE), "--store", url).exit_code == 0
    return url


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def alert_of(store: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(tocsin("export", "alerts", "--store", store).stdout.splitlines()[0])
    return found


def test_it_says_what_each_rule_found_in_which_reports(store: str) -> None:
    alert = alert_of(store)
    told = json.loads(tocsin("explain", "alert", str(alert["id"]), "--json", "--store", store).stdout)
    assert told["alert"] == alert
    assert {one["rule"]["name"] for one in told["found"]} == {"case-review", "repeat-person"}
    assert [one["report"] for one in told["reports"]] == alert["evidence"]
    assert all(one["incident"] for one in told["reports"])
    read = tocsin("explain", "alert", str(alert["id"]), "--store", store).stdout
    assert str(alert["title"])[:40] in read
    assert all(str(ref) in read for ref in told["alert"]["evidence"])
    assert "the threshold is 3 in 183 days" in " ".join(read.split())


def test_looking_at_one_that_shows_a_person_is_logged_with_its_reason(store: str) -> None:
    alert = str(alert_of(store)["id"])
    silent = tocsin("explain", "alert", alert, "--by", "anna", "--store", store)
    assert "no --why" in silent.stderr
    asked = tocsin("explain", "alert", alert, "--by", "anna", "--why", "For the weekly meeting", "--store", store)
    assert "no --why" not in asked.stderr
    log = tocsin("audit", "list", "--store", store).stdout
    assert log.count("consultation  person:") == 2
    assert "anna" in log


def test_one_that_is_not_there_is_said(store: str) -> None:
    done = tocsin("explain", "alert", "no-such", "--store", store)
    assert done.exit_code == 1
    assert "the store holds no alert no-such" in done.stderr

"""The commands on tasks: minutes in and out again, done, undone, and refused with a sentence."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app

MINUTES = "what,owner,team,review\nWalk the arcade,council,Rangers,2026-12-02\nFix the light,council,Streets,\n"


@pytest.fixture
def run(tmp_path: Path):
    store = f"sqlite:///{tmp_path / 'store.db'}"

    def call(*words: str, agency: str = "police", code: int = 0) -> str:
        found = CliRunner().invoke(app, ["task", *words, "--agency", agency, "--store", store])
        assert found.exit_code == code, (found.stdout, found.stderr)
        return found.stdout if code == 0 else found.stderr

    return call


def listed(run, *words: str, agency: str = "police") -> list[dict]:
    return [json.loads(line) for line in run("list", "--json", *words, agency=agency).splitlines()]


def test_minutes_come_in_once_and_go_out_as_they_stand(run, tmp_path: Path) -> None:
    file = tmp_path / "minutes.csv"
    file.write_text(MINUTES, "utf-8")
    assert "2 rows can be taken" in run("import", str(file), "--check")
    assert listed(run) == []
    assert "2 tasks" in run("import", str(file))
    assert "2 tasks" in run("import", str(file))
    assert [task["what"] for task in listed(run, agency="council")] == ["Walk the arcade", "Fix the light"]
    assert listed(run, agency="fire") == []
    assert "Rangers, by 02 Dec 2026" in run("list")


def test_a_task_is_done_by_its_owner_undone_and_not_touched_by_others(run) -> None:
    task = run("add", "Walk", "--owner", "council", "--team", "Rangers").strip()
    assert "has no task" in run("close", task, "--outcome", "Mine", agency="fire", code=1)
    assert "Say what came of it" in run("close", task, "--outcome", " ", agency="council", code=1)
    run("close", task, "--outcome", "All quiet", agency="council")
    assert listed(run) == []
    assert listed(run, "--all")[0]["outcome"] == "All quiet"
    run("undo", task, agency="council")
    assert listed(run)[0]["state"] == "open"


def test_what_cannot_be_taken_is_said(run, tmp_path: Path) -> None:
    file = tmp_path / "minutes.csv"
    file.write_text("what,owner,team\nWalk,nobody,Rangers\n", "utf-8")
    assert "row 1: there is no agency 'nobody'" in run("import", str(file), "--check", code=1)
    assert "row 1: team is missing" in run("add", "Walk", "--owner", "council", "--team", "", code=1)

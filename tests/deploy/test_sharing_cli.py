"""What the commands say of agreements, of who has seen a report, and of what was asked."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))


def tocsin(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_shipped_agreement_is_said_to_be_an_example() -> None:
    done = tocsin("agreements", "check")
    assert done.exit_code == 0
    assert "partnership is the example shipped" in done.stdout
    assert "door-staff is told nothing of others' reports" in done.stdout


def test_a_wrong_file_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "agreements.toml"
    file.write_text('[agreement.x]\nbetween = ["nobody"]\n')
    monkeypatch.setenv("TOCSIN_AGREEMENTS", str(file))
    done = tocsin("agreements", "check")
    assert done.exit_code == 2
    assert "agreements file: x: purpose: Field required" in done.stderr


def test_who_is_told_what_on_a_day() -> None:
    assert "nothing passes" in tocsin("agreements", "list", "--on", "1990-01-01").stdout
    assert "fire: from every other agency by partnership" in tocsin("agreements", "list", "--on", "2026-11-25").stdout
    rows = json.loads(tocsin("agreements", "list", "--on", "2026-11-25", "--json").stdout)
    assert {row["basis"] for row in rows} == {"Crime and Disorder Act 1998, s.115"}
    assert "door-staff" in {row["from"] for row in rows}
    assert "door-staff" not in {row["to"] for row in rows}


def test_of_what_there_is_not_nobody_was_told_and_nobody_can_ask() -> None:
    assert tocsin("shared", "police:1").stdout == "nobody was given anything that rests on police:1\n"
    asked = tocsin(
        "access", "ask", "--agency", "fire", "--of", "police", "--about", "fire:1", "--why", "w", "--by", "a"
    )
    assert asked.exit_code == 2
    assert "fire:1 is no report of fire's own and no alert it has" in asked.stderr
    assert json.loads(tocsin("access", "list", "--agency", "fire", "--json").stdout) == []

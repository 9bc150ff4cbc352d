"""What the README says is true: its commands run, its settings are those there are."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemas.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DECIDING = ("review", "decide", "decisions", "tidy", "generic")


def commands() -> list[list[str]]:
    """Every ``tocsin`` command in a shell block of the README."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith(".venv/bin/tocsin")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def run(arguments: list[str], environment: dict[str, str], **others) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **others,
    )


def test_the_readme_has_commands() -> None:
    assert {words[0] for words in commands()} >= {"doctor", "up", "publish", "watch", "replay", "export"}


def test_what_runs_without_a_broker_runs_as_written(tmp_path: Path) -> None:
    wanted = [words for words in commands() if words[0] in ("replay", "export", "detect", *DECIDING)]
    assert {words[0] for words in wanted} == {"replay", "export", "detect", *DECIDING}
    for words in wanted:
        moved = [word.replace("sqlite:///var/", f"sqlite:///{tmp_path}/") for word in words]
        done = run(moved, {"TOCSIN_VAR": str(tmp_path / "var")}, input="quit\n")
        assert done.returncode == 0, done.stderr
        if words[0] == "export":
            assert '"kind"' in done.stdout


@contextmanager
def running(words: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def told_by(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline()


@pytest.mark.broker
def test_up_publish_and_watch_run_as_written(tmp_path: Path) -> None:
    """One terminal runs ``up``; the others publish and watch until the alert is there."""
    environment = {
        "TOCSIN_VAR": str(tmp_path / "var"),
        "TOCSIN_WEB_PORT": "0",
        "TOCSIN_BROKER_PORT": "19592",
    }
    by_name = {words[0]: words for words in commands() if "--secure" not in words}
    assert run(by_name["doctor"], environment).returncode == 0
    with running(by_name["up"], environment) as up:
        assert told_by(up).startswith("broker 127.0.0.1:")
        with running([*by_name["watch"], "--json"], environment) as watch:
            done = run(by_name["publish"], environment)
            assert done.returncode == 0, done.stderr
            assert "sent 3" in done.stdout
            assert '"evidence"' in told_by(watch)
        assert "Nothing needs doing." in run(by_name["status"], environment).stdout


@pytest.mark.broker
def test_what_is_secured_runs_as_written(tmp_path: Path) -> None:
    environment = {
        "TOCSIN_VAR": str(tmp_path / "var"),
        "TOCSIN_WEB_PORT": "0",
        "TOCSIN_BROKER_PORT": "19692",
    }
    secured = [words for words in commands() if "--secure" in words]
    assert [" ".join(words[:2]) for words in secured] == [
        "up --secure",
        "agencies apply",
        "agencies rotate",
        "agencies certificate",
    ]
    with running(secured[0], environment) as up:
        assert "(secured; agencies' logins in " in told_by(up)
        said = [run(words, environment) for words in secured[1:]]
        assert [done.returncode for done in said] == [0, 0, 0], said
        assert said[0].stdout == "users, rights and quotas are as the agencies file says\n"
        login = tmp_path / "var" / "broker-secured" / "agencies" / "housing.env"
        sent = run(["publish", "docs/example.jsonl", "--agency", "housing", "--login", str(login)], environment)
        assert sent.stdout.startswith("sent 3"), sent.stderr


def test_every_setting_stands_in_the_readme() -> None:
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        shown = alias.choices[0] if alias is not None else f"TOCSIN_{name.upper()}"
        assert f"| `{shown}` |" in README, shown


def test_every_command_answers_help() -> None:
    from typer.main import get_command

    from deploy.cli import app

    names = sorted(get_command(app).commands)
    assert set(names) >= {"demo", "up", "worker", "web", "broker", "publish", "watch", "replay", "export", "doctor"}
    assert {"topics", "store", "explain", *DECIDING} <= set(names)

"""The tour is true: its commands run as written, in its order, and each is one that there is."""

import re
import shlex
import subprocess
from pathlib import Path

from deploy.cli.acting import commands_of
from deploy.cli.app import app
from tests.docs.test_readme import ROOT, run

TOUR = (ROOT / "docs" / "tour.md").read_text("utf-8")
# What needs the broker that `up` starts: the README's own test has `up`, `publish` and `status`.
LIVE = ("doctor", "up", "publish", "status", "verify")


def lines() -> list[str]:
    """Every line of its shell blocks."""
    return [line for block in re.findall(r"```sh\n(.*?)```", TOUR, re.DOTALL) for line in block.splitlines() if line]


def typed() -> list[list[str]]:
    """The words of each ``tocsin`` command in them."""
    return [shlex.split(line, comments=True)[1:] for line in lines() if line.startswith(".venv/bin/tocsin")]


def test_every_command_named_is_one_there_is() -> None:
    there = {name for name, _ in commands_of(app)}
    named = {words[0] for words in typed()} | set(re.findall(r"`tocsin ([a-z]+)", TOUR))
    assert len(named) > 10
    assert named <= {name.partition(" ")[0] for name in there}


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", TOUR)
    assert len(pictures) > 3
    assert all((ROOT / "docs" / name).is_file() for name in pictures)


def test_what_runs_without_a_broker_runs_as_written(tmp_path: Path) -> None:
    """The reports are replayed where the tour publishes them; the rest is as it stands."""
    user = next(line.partition("=")[2] for line in lines() if line.startswith("export TOCSIN_USER="))
    here = {"TOCSIN_VAR": str(tmp_path / "var"), "TOCSIN_USER": user}
    published = next(words[1] for words in typed() if words[0] == "publish")
    assert run(["replay", published], {"TOCSIN_VAR": here["TOCSIN_VAR"]}).returncode == 0
    minutes = next(line for line in lines() if line.startswith("printf "))
    for words in typed():
        if words[0] in LIVE:
            continue
        if words[0] == "users":
            done = run([*words, "--password-file", "-"], here, input="a long phrase of her own\n")
        elif words[0] == "task" and words[1] == "import":
            made = minutes.replace("minutes.csv", str(tmp_path / "minutes.csv"))
            subprocess.run(["/bin/sh", "-c", made], check=True)
            done = run([str(tmp_path / word) if word.endswith(".csv") else word for word in words], here)
            assert "1 task" in done.stdout
        else:
            done = run([str(tmp_path / Path(word).name) if _is_file(word) else word for word in words], here)
        assert done.returncode == 0, (words, done.stderr)
    assert (tmp_path / "pack.docx").is_file()


def _is_file(word: str) -> bool:
    return word.endswith((".docx", ".tocsin"))

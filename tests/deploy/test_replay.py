"""A replay that could not take every report through every stage does not end as if it had."""

import json
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from deploy.cli import app
from streams import pipeline
from streams.matching.people import keys
from streams.matching.people.person import Mention
from tests.streams.clusters.deciding import report

BODIES = [
    report(f"police:{n}", name, "1990-04-12", minutes=n) for n, name in enumerate(("Ann Lowe", "Ben Ash", "Cy Oak"))
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "reports.jsonl"
    written.write_text("".join(json.dumps(body) + "\n" for body in BODIES))
    return written


def tocsin(store_url: str, folder: Path, *words: str) -> Result:
    environment = {"TOCSIN_STORE_URL": store_url, "TOCSIN_VAR": str(folder / "var"), "COLUMNS": "100"}
    return CliRunner().invoke(app, list(words), env=environment)


def people(store_url: str, folder: Path) -> int:
    return len(tocsin(store_url, folder, "export", "people").stdout.splitlines())


def test_what_a_stage_failed_on_is_told_and_taken_once_the_stage_is_mended(
    store_url: str, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = keys.keys

    def failing(mention: Mention) -> frozenset[str]:
        if mention.ref == "police:1":
            raise ZeroDivisionError("Ben Ash")
        return well(mention)

    with monkeypatch.context() as patched:
        patched.setattr(keys, "keys", failing)
        patched.setattr(pipeline, "log", structlog.get_logger())  # one that writes where this run's standard error is
        done = tocsin(store_url, tmp_path, "replay", str(file))
    assert done.exit_code == 1
    assert "3 lines read" in done.stderr
    assert "1 set aside, for the stage matching fails on it: ZeroDivisionError at failing:" in done.stderr
    assert "Ben Ash" not in done.stderr  # an error's text may quote a report
    assert people(store_url, tmp_path) == 2
    mended = tocsin(store_url, tmp_path, "replay", str(file))
    assert (mended.exit_code, mended.stderr.splitlines()[-1]) == (0, "3 lines read")
    assert people(store_url, tmp_path) == 3

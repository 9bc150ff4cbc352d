"""What is listed of the values that many people use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.store import ready_store
from schemas.settings import Settings
from streams.matching.stage import MATCHING
from tests.streams.clusters.deciding import report
from tests.streams.holding import take

NAMES = ("Ann Ashe", "Bob Cole", "Carl Dunn", "Dina Flint", "Eve Gould", "Finn Hale", "Gita Kumar")


def listed(url: str, *options: str) -> str:
    done = CliRunner().invoke(app, ["generic", "--store", url, *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_generic_values_are_listed_with_how_many_use_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    url = f"sqlite:///{tmp_path}/store.db"
    engine = ready_store(Settings(store=url))
    bodies = [report(f"housing:{n}", name, minutes=n, phones=["01246 555123"]) for n, name in enumerate(NAMES)]
    take(engine, bodies, (MATCHING,))
    engine.dispose()
    assert json.loads(listed(url, "--json")) == {"kind": "phone", "value": "01246555123", "names": 7, "mentions": 7}
    assert listed(url).split() == ["phone", "7", "names", "in", "7", "mentions", "01246555123"]


def test_where_there_is_none_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_VAR", str(tmp_path))
    url = f"sqlite:///{tmp_path}/store.db"
    assert "No value" in listed(url)
    assert listed(url, "--json") == ""

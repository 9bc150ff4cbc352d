"""The demo as a person starts it, on the real broker; and its reports replayed."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from deploy.demo.machine import DemoBusy, demo_settings, running_machine
from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from streams.export import EXPORTS, export_lines
from streams.gazetteer.columns import rows_of
from streams.gazetteer.keep import keep
from streams.replay import replay
from streams.store import reading, writing
from tests.conftest import broker_settings

ROOT = Path(__file__).parents[3]


def start_demo(var: Path, *arguments: str) -> subprocess.Popen[str]:
    settings = broker_settings(var)
    environment = {
        "TOCSIN_VAR": str(settings.var),
        "TOCSIN_BROKER_PORT": str(settings.broker_port),
        "TOCSIN_WEB_PORT": "0",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "demo", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def left_behind(var: Path) -> list[str]:
    """Processes that still speak of this folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        said = " ".join([*(process.info["cmdline"] or []), *(process.info["environ"] or {}).values()])
        if str(var) in said and process.pid != os.getpid():
            found.append(said)
    return found


@pytest.mark.broker
def test_the_demo_finds_its_stories_loses_nothing_and_replays_alike(tmp_path: Path) -> None:
    demo = start_demo(tmp_path, "--exit", "--seconds", "20", "--picture", str(tmp_path / "demo.svg"))
    said, _ = demo.communicate(timeout=280)
    assert demo.returncode == 0, said
    assert "12 of 12 as they should be" in said
    assert "missed" not in said
    assert (tmp_path / "demo.svg").read_text("utf-8").startswith("<svg")
    assert left_behind(tmp_path) == []
    folder = tmp_path / "var" / "demo"
    live = ready_store(Settings(store=f"sqlite:///{folder / 'tocsin.db'}"))
    again = ready_store(Settings(store=f"sqlite:///{tmp_path / 'again.db'}"))
    with writing(again) as connection:
        keep(connection, rows_of(folder / "addresses.csv", None).rows)  # places are found on the list it had
    replay(again, load_partnership(), [folder / "reports.jsonl"], batch=500, read_at=datetime.now(UTC))
    for what in EXPORTS:
        with reading(live) as one, reading(again) as other:
            assert list(export_lines(one, what)) == list(export_lines(other, what)), what
    live.dispose()
    again.dispose()


@pytest.mark.broker
def test_an_interrupted_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    demo = start_demo(tmp_path, "--seconds", "60")
    assert demo.stdout
    for line in demo.stdout:
        if "sending" in line:
            break
    else:
        pytest.fail("the demo never sent anything")
    time.sleep(1)
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert left_behind(tmp_path) == []


@pytest.mark.broker
def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path)
    told: list[str] = []
    with running_machine(settings, told.append) as machine:
        assert machine.settings.store_url == f"sqlite:///{tmp_path / 'var' / 'demo' / 'tocsin.db'}"
        with pytest.raises(DemoBusy, match="already running"), running_machine(settings, told.append):
            pass
    assert left_behind(tmp_path) == []
    with running_machine(settings, told.append):
        assert (settings.var / "demo" / "tocsin.db").exists()


def test_the_demo_keeps_to_a_folder_of_its_own(tmp_path: Path) -> None:
    real = Settings(var=tmp_path, store="postgresql://somewhere/real", broker="real:9092", web_port=0)
    assert real.store_url.startswith("postgresql")
    own = demo_settings(real)
    assert own.store_url == f"sqlite:///{tmp_path / 'demo' / 'tocsin.db'}"
    assert own.broker is None
    assert own.web_port > 0

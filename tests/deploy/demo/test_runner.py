"""The demo as a person starts it, on the real broker; and its reports replayed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

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
from tests.consumers.web.browser.served import CHROMIUM, add_people

ROOT = Path(__file__).parents[3]
BROWSER = "tests/consumers/web/browser"


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
@pytest.mark.timeout(900)  # the demo, its replay, and every page of it
def test_the_demo_finds_its_stories_loses_nothing_replays_alike_and_is_worked_at(tmp_path: Path) -> None:
    with staying_up(tmp_path, "--seconds", "20", "--picture", str(tmp_path / "demo.svg")) as demo:
        said = told_until(demo, "all is up")
        assert "12 of 12 as they should be" in said
        assert "missed" not in said
        assert (tmp_path / "demo.svg").read_text("utf-8").startswith("<svg")
        live = ready_store(Settings(store=f"sqlite:///{tmp_path / 'var' / 'demo' / 'tocsin.db'}"))
        replayed_alike(live, tmp_path)
        if CHROMIUM:
            add_people(live)
            worked = work_at_its_page(said, live.url.render_as_string(hide_password=False))
            assert worked.returncode == 0, worked.stdout
            assert "skipped" not in worked.stdout
        live.dispose()
    assert demo.returncode == 0
    assert left_behind(tmp_path) == []


@contextmanager
def staying_up(var: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A demo, and its end as Ctrl-C brings it."""
    demo = start_demo(var, *arguments)
    try:
        yield demo
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)


def replayed_alike(live: Engine, folder: Path) -> None:
    """Its reports from a file make a store of the same exports."""
    demo = folder / "var" / "demo"
    again = ready_store(Settings(store=f"sqlite:///{folder / 'again.db'}"))
    with writing(again) as connection:
        keep(connection, rows_of(demo / "addresses.csv", None).rows)  # places are found on the list it had
    replay(again, load_partnership(), [demo / "reports.jsonl"], batch=500, read_at=datetime.now(UTC))
    for what in EXPORTS:
        with reading(live) as one, reading(again) as other:
            assert list(export_lines(one, what)) == list(export_lines(other, what)), what
    again.dispose()


def told_until(demo: subprocess.Popen[str], what: str) -> str:
    """All it says, up to a line that says so."""
    assert demo.stdout
    said = ""
    for line in demo.stdout:
        said += line
        if what in line:
            return said
    pytest.fail(said)


def work_at_its_page(said: str, store: str) -> subprocess.CompletedProcess[str]:
    """Every test of a browser at the page that the demo told of, and those that want a worker behind it."""
    address = re.findall(r"http://127\.0\.0\.1:\d+", said)[-1]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", "-o", "python_files=test_*.py live.py", BROWSER],
        cwd=ROOT,
        env={**os.environ, "PAGE_AT_WORK": address, "STORE_AT_WORK": store},
        capture_output=True,
        text=True,
        timeout=600,
    )


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

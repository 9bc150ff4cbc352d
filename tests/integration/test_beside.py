"""A worker is two processes, one that takes and tells and one for the stages: neither is ever without the other."""

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.processes import Part, environment
from streams.beside import EXIT_WITHOUT_STAGES
from streams.fail_points import VARIABLE
from tests.integration.reports import report
from tests.integration.rig import Rig
from tests.integration.rig import rig as make_rig

pytestmark = pytest.mark.broker


@pytest.fixture
def rig(broker: str, tmp_path: Path) -> Iterator[Rig]:
    with make_rig(broker, f"sqlite:///{tmp_path / 'store.db'}", tmp_path) as made:
        yield made


def _stages(part: Part) -> psutil.Process:
    assert part.process
    (stages,) = psutil.Process(part.process.pid).children()
    return stages


def _taken_through(rig: Rig, first: int, last: int) -> None:
    rig.send("police", [report("police", n) for n in range(first, last)])
    rig.settle()
    assert rig.outcomes() == {"accepted": last}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_the_stages_end_with_the_worker(rig: Rig, number: signal.Signals) -> None:
    worker = rig.start_worker()
    _taken_through(rig, 0, 3)
    stages = _stages(worker)
    assert worker.process
    worker.process.send_signal(number)
    assert worker.process.wait(30) == (0 if number is signal.SIGTERM else -number)
    stages.wait(10)
    rig.start_worker()
    _taken_through(rig, 3, 6)


def test_stages_that_listen_no_more_end_with_the_worker_too(rig: Rig) -> None:
    worker = rig.start_worker()
    _taken_through(rig, 0, 3)
    stages = _stages(worker)
    stages.suspend()
    rig.kill(worker)
    stages.wait(10)


def test_a_signal_to_both_ends_them_in_order(rig: Rig) -> None:
    worker = rig.start_worker()
    _taken_through(rig, 0, 3)
    stages = _stages(worker)
    for number in (signal.SIGTERM, signal.SIGINT):
        stages.send_signal(number)
    assert worker.process
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    stages.wait(10)


def test_the_worker_ends_with_its_stages_and_as_they_did(rig: Rig) -> None:
    worker = rig.start_worker()
    _taken_through(rig, 0, 3)
    _stages(worker).kill()
    assert worker.process
    assert worker.process.wait(30) == -signal.SIGKILL
    assert "the stages ended; ending this worker" in rig.tail()
    rig.start_worker()
    _taken_through(rig, 3, 6)


def test_a_worker_whose_stages_are_killed_in_a_batch_leaves_nothing_half_done(rig: Rig) -> None:
    armed = {**environment(rig.settings), VARIABLE: "stage.worked"}
    log = rig.folder / "worker-0.log"
    worker = Part(name="worker-0", arguments=("worker", "--alone"), environment=armed, log_file=log)
    worker.start()
    rig.workers.append(worker)
    rig.send("police", [report("police", n) for n in range(5)])
    assert worker.process
    assert worker.process.wait(60) == -signal.SIGKILL
    rig.start_worker()
    rig.settle()
    assert rig.outcomes() == {"accepted": 5}


ONLY_THE_WORKERS = """
import os, sys
import deploy.store
from deploy.cli import main

ready, worker = deploy.store.ready_store, os.getpid()

def opened(settings):
    if os.getpid() != worker:
        raise ValueError("no store for the stages")
    return ready(settings)

deploy.store.ready_store = opened
sys.argv = ["tocsin", "worker", "--alone"]
main()
"""


def test_stages_that_cannot_begin_end_the_worker(rig: Rig) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ONLY_THE_WORKERS],
        env=environment(rig.settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == EXIT_WITHOUT_STAGES, done.stderr[-2000:]
    assert "no store for the stages" in done.stdout + done.stderr


def test_what_the_stages_measure_is_shown_by_the_worker(rig: Rig) -> None:
    rig.start_worker()
    _taken_through(rig, 0, 3)
    address = re.search(r"http://127\.0\.0\.1:\d+/metrics", rig.tail())
    assert address
    shown = urllib.request.urlopen(address[0], timeout=10).read().decode()
    assert re.search(r'tocsin_batch_keys_total\{stage="dedupe"\} [3-9]', shown)
    assert re.search(r'tocsin_batch_seconds_count\{stage="sharing"\} [1-9]', shown)
    assert re.search(r"tocsin_stages_process_resident_memory_bytes [1-9]", shown)

"""Faults of the broker: killed and away, paused, and an agency's publisher and an analyst's watcher across it."""

import json
import os
import signal
import threading
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import psutil

from consumers.filters import Filters
from consumers.publisher import Publisher
from consumers.watcher import watch
from deploy.broker.embedded import RunningBroker, ensure_broker
from deploy.broker.home import home_of
from schemas.settings import Settings
from schemas.topics import ALERTS
from tests.conftest import broker_settings
from tests.faults.scene import PATIENCE_S, Row, bodies_for, patience_for, scene
from tests.integration.reports import report, told_of
from tests.integration.rig import rig


def process_of(settings: Settings) -> psutil.Process:
    """The broker's own process, and not its keeper's."""
    state = home_of(settings).read_state()
    assert state is not None
    return psutil.Process(state.pid)


def kill_and_start(settings: Settings, running: RunningBroker, away_s: float) -> RunningBroker:
    """Kill the broker as a power cut would, and start it again at the same address a while later."""
    process = process_of(settings)
    process.kill()
    process.wait(30)
    running.stop()  # the keeper that is left
    time.sleep(away_s)
    again = ensure_broker(settings)
    assert again.bootstrap == running.bootstrap
    return again


def killed(folder: Path, *, reports: int, seconds: float, times: int, away_s: float) -> Row:
    """The broker is killed and ten seconds away, again and again, while agencies send and a worker takes."""
    settings = broker_settings(folder / "broker")
    running = ensure_broker(settings)
    slowest = 0.0
    try:
        with (
            rig(running.bootstrap, f"sqlite:///{folder / 'store.db'}", folder) as made,
            scene(made, bodies_for(reports), seconds) as on,
        ):
            made.start_worker()
            for number in range(times):
                on.until_taken((number + 0.2) / times)
                running = kill_and_start(settings, running, away_s)
                slowest = max(slowest, on.going_again())
            return on.judge(f"broker killed, {away_s:.0f} s away", str(times), slowest, "slowest, after it was back")
    finally:
        running.stop()


def paused(folder: Path, *, reports: int, seconds: float, pause_s: float) -> Row:
    """The broker stands still for a minute and then goes on as if nothing had been."""
    settings = broker_settings(folder / "broker")
    with (
        ensure_broker(settings) as running,
        rig(running.bootstrap, f"sqlite:///{folder / 'store.db'}", folder) as made,
        scene(made, bodies_for(reports), seconds) as on,
    ):
        made.start_worker()
        on.until_taken(0.2)
        process = process_of(settings)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(pause_s)
        os.kill(process.pid, signal.SIGCONT)
        return on.judge(f"broker paused for {pause_s:.0f} s", "1", on.going_again())


def across_a_restart(folder: Path, *, reports: int, away_s: float) -> Row:
    """An agency publishes and an analyst watches while the broker is killed: each report, each alert once."""
    settings = broker_settings(folder / "broker")
    running = ensure_broker(settings)
    shown, stop = StringIO(), threading.Event()
    bodies = [told_of("police", n) if n % 9 == 0 else report("police", n) for n in range(reports)]
    try:
        with rig(running.bootstrap, f"sqlite:///{folder / 'store.db'}", folder) as made:
            made.start_worker()
            watcher = threading.Thread(
                target=watch,
                args=(made.bootstrap, "police"),
                kwargs={"name": "bench", "filters": Filters(), "as_json": True, "out": shown, "stop": stop},
            )
            watcher.start()
            with Publisher("police", made.bootstrap, patience_s=None) as publisher:
                for body in bodies[: reports // 2]:
                    publisher.send(body)
                made.until(lambda: sum(made.outcomes().values()) >= reports // 4, "some taken", PATIENCE_S)
                running = kill_and_start(settings, running, away_s)
                back = time.monotonic()
                for body in bodies[reports // 2 :]:
                    publisher.send(body)
            made.close(patience_for(reports))
            went_on = time.monotonic() - back
            told = [json.loads(record.value) for record in made.read(ALERTS.topic("police")) if record.value]
            alerts = {line["id"]: line["version"] for line in told}  # the newest of each
            made.until(lambda: alerts.items() <= set(_shown(shown)), "each is shown as it stands", PATIENCE_S)
            stop.set()
            watcher.join(60)
            outcomes = made.outcomes()
            twice = sum(count - 1 for count in Counter(_shown(shown)).values())
            assert outcomes == {"accepted": reports}, outcomes
            assert twice == 0, "an alert was shown twice"
            return Row(
                fault=f"publisher and watcher while the broker is killed, {away_s:.0f} s away",
                often="1",
                sent=reports,
                lost=reports - outcomes["accepted"],
                twice=twice,
                recovered_s=went_on,
                beside=f"until all was through; {len(alerts)} alerts, each version shown once",
            )
    finally:
        stop.set()
        running.stop()


def _shown(out: StringIO) -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in out.getvalue().splitlines() if line.strip()]
    return [(line["id"], line["version"]) for line in lines if "version" in line]

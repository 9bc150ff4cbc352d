"""The whole way on the secured broker: publisher, worker and watcher, each as itself."""

import io
import json
import threading
import time
from pathlib import Path
from threading import Event

import pytest

from consumers.filters import Filters
from consumers.publisher import Publisher
from consumers.watcher import watch
from deploy.processes import Part, environment
from deploy.store import ready_store
from schemas.access import settings_of
from tests.integration.reports import report, told_of
from tests.security.conftest import Secured

pytestmark = pytest.mark.broker

PATIENCE_S = 60.0


def test_reports_go_in_and_an_alert_comes_out_each_part_under_its_own_login(secured: Secured, tmp_path: Path) -> None:
    running = secured.running
    settings = secured.settings.model_copy(
        update={
            "var": tmp_path,
            "broker": running.workers_at,
            "secure": False,
            "session_s": 6.0,
            **settings_of(running.workers),
        }
    )
    ready_store(settings).dispose()
    log = tmp_path / "worker.log"
    worker = Part(name="worker", arguments=("worker",), environment=environment(settings), log_file=log)
    stop, out, said = Event(), io.StringIO(), []
    watcher = threading.Thread(
        target=watch,
        args=(secured.bootstrap, "police"),
        kwargs={
            "name": "anna",
            "filters": Filters(),
            "as_json": True,
            "out": out,
            "stop": stop,
            "tell": said.append,
            "login": secured.access("police").login,
        },
    )
    worker.start()
    watcher.start()
    try:
        for agency, numbers in (("police", (1, 4)), ("housing", (8,))):
            with Publisher(agency, secured.bootstrap, login=secured.access(agency).login) as publisher:
                for number in numbers:
                    publisher.send(told_of(agency, number))
        end = time.monotonic() + PATIENCE_S
        while '"evidence"' not in out.getvalue() and time.monotonic() < end:
            time.sleep(0.1)
        with Publisher("housing", secured.bootstrap, login=secured.access("housing").login) as publisher:
            receipts = publisher.receipts(report("housing", 8)["id"], timeout=20)
    finally:
        stop.set()
        worker.stop()
        watcher.join(20)
    assert '"evidence"' in out.getvalue(), log.read_text()[-2000:] + str(said)
    alert = json.loads(out.getvalue().splitlines()[-1])
    assert sorted(alert["evidence"]) == ["housing:HOU-00008", "police:POL-00001", "police:POL-00004"]
    assert receipts[0]["status"] == "accepted"
    assert not [line for line in secured.denials().splitlines() if "User:worker" in line and "Request" in line]

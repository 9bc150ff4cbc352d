"""The whole way on the secured broker: publisher, worker and watcher, each as itself."""

import io
import json
import threading
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from consumers.filters import Filters
from consumers.publisher import Publisher
from consumers.watcher import watch
from deploy.agencies.apply import administering, apply_agencies
from deploy.agencies.rights import rights_of_pipeline
from deploy.processes import Part, environment
from deploy.store import ready_store
from schemas.access import settings_of
from schemas.settings import Settings
from schemas.tables import Outbox
from schemas.topics import RECEIPTS
from streams.store import open_store
from tests.integration.reports import report, told_of
from tests.security.secured import Secured

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
    shut = rule_of("worker", RECEIPTS.topic("licensing"))
    before = len(secured.denials().splitlines())  # other tests share the broker, and try what the worker may not do
    worker.start()
    watcher.start()
    try:
        with sender(secured, "police") as police:
            police.send(told_of("police", 1))
            police.send(told_of("police", 4))
            police.flush()
            assert police.receipts(report("police", 4)["id"], timeout=PATIENCE_S), log.read_text()[-2000:]
        with administering(secured.desk) as admin:  # an agency is being taken off, and the worker does not know yet
            admin.delete_acls([shut])
        for agency, body in (("licensing", report("licensing", 2)), ("housing", told_of("housing", 8))):
            with sender(secured, agency) as publisher:
                publisher.send(body)
        end = time.monotonic() + PATIENCE_S
        while '"evidence"' not in out.getvalue() and time.monotonic() < end:
            time.sleep(0.1)
        with sender(secured, "housing") as publisher:
            receipts = publisher.receipts(report("housing", 8)["id"], timeout=20)
    finally:
        stop.set()
        worker.stop()
        watcher.join(20)
        apply_agencies(secured.desk, secured.partnership)
    assert '"evidence"' in out.getvalue(), log.read_text()[-2000:] + str(said)
    alert = json.loads(out.getvalue().splitlines()[-1])
    assert sorted(alert["evidence"]) == ["housing:HOU-00008", "police:POL-00001", "police:POL-00004"]
    assert receipts[0]["status"] == "accepted"
    waiting = owed_to(settings)
    assert waiting == {RECEIPTS.topic("licensing")}, waiting  # and held up nobody else
    # asked who is there, the broker looks what the asker may do with the cluster, and notes that it is nothing
    expected = (".licensing.", "request = DescribeCluster ")
    denied = [line for line in secured.denials().splitlines()[before:] if "User:worker" in line]
    assert [line for line in denied if not any(text in line for text in expected)] == []


def sender(secured: Secured, agency: str) -> Publisher:
    return Publisher(agency, secured.bootstrap, login=secured.access(agency).login)


def rule_of(user: str, topic: str) -> Any:
    return next(right.acl for right in rights_of_pipeline(user, ["licensing"]) if right.name == topic)


def owed_to(settings: Settings) -> set[str]:
    engine = open_store(settings.store_url)
    try:
        with engine.connect() as connection:
            return set(connection.execute(select(Outbox.topic)).scalars())
    finally:
        engine.dispose()

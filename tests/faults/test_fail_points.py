"""Killed at any step of the transaction, the stages, the outbox or the relay, and started again: 0 lost, 0 twice."""

import json
import pickle
import signal
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deploy.store import ready_store
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND, RECEIPTS
from streams.export import EXPORTS, export_lines
from streams.fail_points import FAIL_POINTS, UnknownFailPoint, arm
from streams.ledger import Record
from streams.outbox import owed
from streams.store import reading
from tests.faults.lone_worker import live, processes
from tests.integration.reports import report, told_of
from tests.integration.rig import rig as make_rig

REPORTS = [told_of("police", n) if n % 7 == 0 else report("police", n) for n in range(90)]


def as_records(bodies: list[dict], file: Path) -> Path:
    run = [
        Record(
            source=INBOUND.topic("police"),
            partition=0,
            offset=offset,
            key=None,
            value=json.dumps(body).encode(),
            taken_at=datetime(2026, 12, 31, tzinfo=UTC),
            agency="police",
        )
        for offset, body in enumerate(bodies)
    ]
    file.write_bytes(pickle.dumps(run))
    return file


def lived(store_url: str, bootstrap: str, records: Path, fail_point: str | None) -> int:
    """How a lone worker ended: minus the signal that killed it."""
    process = processes().Process(target=live, args=(store_url, bootstrap, records, fail_point))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "it neither ended nor was killed"
    return process.exitcode


def exports(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {what: list(export_lines(connection, what)) for what in EXPORTS}


def named(topic: str, headers) -> tuple[str, bytes]:
    return topic, dict(headers)["ce_id"]


@pytest.mark.broker
def test_killed_at_each_step_and_resumed_nothing_is_lost_or_done_twice(broker: str, store_url: str, tmp_path: Path):
    records = as_records(REPORTS, tmp_path / "records")
    undisturbed = f"sqlite:///{tmp_path / 'undisturbed.db'}"
    assert lived(undisturbed, "", records, None) == 0
    with make_rig(broker, store_url, tmp_path) as rig:
        for point in FAIL_POINTS:
            assert lived(store_url, broker, records, point) == -signal.SIGKILL, point
        assert lived(store_url, broker, records, None) == 0
        assert rig.outcomes() == {"accepted": len(REPORTS)}
        told = Counter(
            named(topic, one.headers)
            for topic in (family.topic(agency) for family in (ALERTS, RECEIPTS) for agency in rig.partnership)
            for one in rig.read(topic)
        )
        before = ready_store(Settings(store=undisturbed))
        assert exports(rig.engine) == exports(before)
        with reading(before) as connection:
            due = {
                named(message.topic, message.headers)
                for _, message in owed(connection, 1_000_000)
                if ".work." not in message.topic
            }
        before.dispose()
        assert set(told) == due, "what is told twice is told under one id, and nothing else is told"


def test_a_fail_point_that_is_none_is_refused() -> None:
    for wrong in ("nowhere", "relay.sent:0", "relay.sent:x", ""):
        with pytest.raises(UnknownFailPoint):
            arm(wrong)
    arm(None)

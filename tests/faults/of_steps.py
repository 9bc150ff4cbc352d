"""Crashes between any two steps: a lone worker is killed at each fail point in turn, and started again."""

import json
import pickle
import signal
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from deploy.store import ready_store
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND, RECEIPTS
from streams.export import EXPORTS, export_lines
from streams.fail_points import FAIL_POINTS
from streams.ledger import Record
from streams.outbox import owed
from streams.store import reading
from tests.faults.lone_worker import live, processes
from tests.faults.scene import PATIENCE_S, Row
from tests.integration.reports import report, told_of
from tests.integration.rig import Rig
from tests.integration.rig import rig as make_rig

Named = tuple[str, bytes]


def crashes_between_steps(broker: str, store_url: str, folder: Path, *, reports: int, rounds: int, at_once: int) -> Row:
    """Each step is a worker's last, ``rounds`` times; held against a run that nothing disturbed."""
    bodies = [told_of("police", n) if n % 7 == 0 else report("police", n) for n in range(reports)]
    records = _as_records(bodies, folder / "records")
    calm = f"sqlite:///{folder / 'undisturbed.db'}"
    assert _lived(calm, "", records, None, at_once) == 0
    with make_rig(broker, store_url, folder) as rig:
        for point in list(FAIL_POINTS) * rounds:
            assert _lived(store_url, broker, records, point, at_once) == -signal.SIGKILL, point
        assert _lived(store_url, broker, records, None, at_once) == 0
        outcomes = rig.outcomes()
        assert outcomes == {"accepted": reports}, outcomes
        undisturbed = ready_store(Settings(store=calm))
        try:
            assert _exports(rig.engine) == _exports(undisturbed)
            told, due = Counter(_told(rig)), set(_due(undisturbed))
        finally:
            undisturbed.dispose()
        assert set(told) == due, "what is told twice is told under one id, and nothing else is told"
    again = sum(told.values()) - len(told)
    return Row(
        fault=f"killed at each of {len(FAIL_POINTS)} steps ({store_url.partition(':')[0]})",
        often=str(len(FAIL_POINTS) * rounds),
        sent=reports,
        lost=reports - outcomes["accepted"],
        twice=len(set(told) - due),
        recovered_s=None,
        beside=f"{again} of {len(told)} messages told again under the id that readers drop",
    )


def _as_records(bodies: list[dict[str, Any]], file: Path) -> Path:
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


def _lived(store_url: str, bootstrap: str, records: Path, fail_point: str | None, at_once: int) -> int:
    """How a lone worker ended: minus the signal that killed it."""
    process = processes().Process(target=live, args=(store_url, bootstrap, records, fail_point, at_once))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode is not None, "it neither ended nor was killed"
    return process.exitcode


def _exports(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {what: list(export_lines(connection, what)) for what in EXPORTS}


def _named(topic: str, headers: Iterable[tuple[str, bytes]]) -> Named:
    return topic, dict(headers)["ce_id"]


def _told(rig: Rig) -> list[Named]:
    topics = [family.topic(agency) for family in (ALERTS, RECEIPTS) for agency in rig.partnership]
    return [_named(topic, one.headers) for topic in topics for one in rig.read(topic)]


def _due(undisturbed: Engine) -> list[Named]:
    with reading(undisturbed) as connection:
        messages = [message for _, message in owed(connection, 10_000_000)]
    return [_named(one.topic, one.headers) for one in messages if ".work." not in one.topic]

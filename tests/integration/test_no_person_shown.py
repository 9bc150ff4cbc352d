"""No person in a log, a metric or a key: canary names go through every stage, and are looked for."""

import json
from pathlib import Path

import pytest

from deploy.broker.ports import free_port
from tests.integration.canaries import hits_in, keys_on, metrics_of, named, poured_in
from tests.integration.rig import rig

pytestmark = pytest.mark.broker


def test_canaries_stand_in_no_log_metric_or_key(broker: str, tmp_path: Path) -> None:
    seen = {"log_level": "debug", "log_format": "json", "metrics_port": free_port(), "verify_every_s": 2}
    with rig(broker, f"sqlite:///{tmp_path / 'store.db'}", tmp_path, **seen) as made:
        made.start_worker()
        sent = poured_in(made, good=24, bad_rounds=1)
        made.settle()
        made.until(lambda: f'outcome="accepted"}} {8.0}'.encode() in metrics_of(made), "the metrics show it")
        made.until(lambda: b'verify_missing{topic="tocsin.inbound.police.v1"} 0.0' in metrics_of(made), "and the proof")
        made.until(lambda: b"tocsin_report_to_alert_seconds_count{" in metrics_of(made), "and how long an alert took")
        metrics = metrics_of(made)
        keys = keys_on(made)
        assert sum(made.outcomes().values()) == sent
        assert json.loads(made.export("alerts")[0])["evidence"]
    logs = b"".join(log.read_bytes() for log in tmp_path.glob("worker-*.log"))
    assert (hits_in(logs), hits_in(metrics), hits_in(keys)) == ([], [], [])
    assert b"POL-00001" in keys
    assert b'tocsin_rejected_total{agency="police"' in metrics
    assert b'tocsin_batch_seconds_count{stage="matching"}' in metrics
    assert all(json.loads(line)["event"] for line in logs.decode().splitlines())


def test_the_canaries_would_be_found() -> None:
    assert len(hits_in(json.dumps(named("police", 0)).encode())) == 8

"""Canary names in thousands of reports, bad ones too, through real workers: none may stand in a log, metric or key."""

import tempfile
from pathlib import Path

from deploy.broker.embedded import ensure_broker
from deploy.broker.ports import free_port
from schemas.settings import Settings
from tests.integration.canaries import hits_in, keys_on, metrics_of, poured_in
from tests.integration.rig import rig

GOOD, BAD_ROUNDS = 4_500, 3


def measure_no_person(good: int = GOOD, bad_rounds: int = BAD_ROUNDS) -> None:
    """Pour them in, and print what was searched and how often a canary was found."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        seen = {"log_level": "debug", "log_format": "json", "metrics_port": free_port()}
        with ensure_broker(Settings(var=folder / "broker", broker_port=free_port())) as broker:
            store = f"sqlite:///{folder / 'store.db'}"
            with rig(broker.bootstrap, store, folder, **seen) as made:
                made.start_worker()
                sent = poured_in(made, good, bad_rounds)
                made.settle(3600.0)
                metrics, keys = metrics_of(made), keys_on(made)
                outcomes = made.outcomes()
            logs = b"".join(log.read_bytes() for log in folder.glob("worker-*.log"))
    assert sum(outcomes.values()) == sent
    searched = {"logs": logs, "metrics": metrics, "keys": keys}
    for what, text in searched.items():
        print(f"| canaries in {what} | {sent:,} records | {len(hits_in(text))} found in {len(text):,} bytes |")

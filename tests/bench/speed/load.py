"""What one worker holds for ten minutes: a steady stream of the simulated town, its memory and delays looked at."""

import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import psutil
from kafka import KafkaProducer

from deploy.demo.simulator import simulate
from schemas.topics import INBOUND, RECEIPTS
from tests.bench.running import memory_of, tocsin
from tests.integration.rig import Rig

SECONDS, RATE = 600, 20
# A town so large that a day of it takes a minute and more at these rates: nowhere are days closed every few seconds.
SCALE = 12
REPORTS_A_WEEK = 500  # of a town of scale one, and some more
TODAY = datetime.now(UTC).date()
LOOK_EVERY_S = 5.0
# Until then what is loaded once (names, streets, postcodes) is loaded.
WARM_SHARE = 1 / 3


@dataclass(slots=True)
class Looks:
    """What was seen every few seconds: seconds since the start, megabytes of both processes, records not taken."""

    at: list[float] = field(default_factory=list)
    of_stages: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    behind: list[int] = field(default_factory=list)


def measure_load() -> None:
    """Send at a steady rate; print how it was held. ``--seconds`` and ``--rate`` change how long and how fast.

    ``--before COUNT``: after so many that go as fast as they are taken: the nine weeks that days are judged by and all
    that is remembered are full then, as in a worker that has been there for months. ``--scale``: how large a town is,
    beside one of 75 reports a day (12); 140 days are remembered. ``--store FILE``: into a copy of a filled store.
    """
    seconds, rate, before = _asked("--seconds", SECONDS), _asked("--rate", RATE), _asked("--before", 0)
    ready = _bodies(before + seconds * rate, _asked("--scale", SCALE))
    assert len(ready) == before + seconds * rate
    filled = Path(sys.argv[sys.argv.index("--store") + 1]) if "--store" in sys.argv else None
    with tocsin(filled) as made:
        worker = made.start_worker()
        made.until(lambda: "metrics and health" in made.tail(), "the worker is up")
        assert worker.process
        _send_at_once(made, ready[:before])
        sent, looks, late = _send(made, psutil.Process(worker.process.pid), ready[before:], rate)
        over = time.monotonic()
        made.settle(1800.0)
        delays = sorted(_delays(made, sent))
        first, last = looks.megabytes[0], looks.megabytes[-1]
        rows = {
            "sent": f"{seconds * rate:,} reports in {seconds} s, {rate} a second; at most {late:.1f} s behind its time",
            "outcomes": str(made.outcomes()),
            "through every stage after the last was sent": f"{time.monotonic() - over:.1f} s",
            "most records waiting": f"{max(looks.behind):,}",
            "sent to receipt": f"p50 {_share(delays, 0.5):.0f} ms, p99 {_share(delays, 0.99):.0f} ms ({len(delays):,})",
            "worker's memory": f"{first:.0f} MB at first, {last:.0f} MB at the end; {_slope(looks)}",
            "by minute": _by_minute(looks.megabytes),
            "of it the stages": _by_minute(looks.of_stages),
        }
        for what, came in rows.items():
            print(f"| {what} | {came} |")


def _by_minute(sizes: list[float]) -> str:
    return ", ".join(f"{size:.0f}" for size in sizes[:: round(60 / LOOK_EVERY_S)]) + " MB"


def _asked(name: str, usual: int) -> int:
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else usual


def _bodies(count: int, scale: int) -> list[tuple[str, dict[str, Any]]]:
    """So many reports of one simulated town, in the order in which they were made; its time goes on throughout."""
    weeks = ceil(count / (REPORTS_A_WEEK * scale))
    found: list[tuple[str, dict[str, Any]]] = []
    for report in simulate(seed=11, history_weeks=weeks, scale=float(scale), start=TODAY - timedelta(days=14)).reports:
        try:
            body = json.loads(report.raw)
            found.append((report.agency, {**body, "id": body["id"], "related": []}))
        except (ValueError, KeyError, TypeError):
            continue  # one of the simulation's mishaps
    return found[:count]


def _send_at_once(made: Rig, ready: Sequence[tuple[str, dict[str, Any]]]) -> None:
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all", linger_ms=5)
    for agency, body in ready:
        producer.send(INBOUND.topic(agency), key=body["id"].encode(), value=json.dumps(body).encode())
    producer.flush(60)
    producer.close()
    made.settle(1800.0)


def _send(
    made: Rig, worker: psutil.Process, ready: Sequence[tuple[str, dict[str, Any]]], rate: int
) -> tuple[dict[str, float], Looks, float]:
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all")
    sent: dict[str, float] = {}
    looks, late = Looks(), 0.0
    before = sum(made.outcomes().values())
    began = time.monotonic()
    try:
        for number, (agency, body) in enumerate(ready):
            due = began + number / rate
            late = max(late, time.monotonic() - due)
            time.sleep(max(0.0, due - time.monotonic()))
            sent[f"{agency}:{body['id']}"] = time.time()
            producer.send(INBOUND.topic(agency), key=body["id"].encode(), value=json.dumps(body).encode())
            if not looks.at or time.monotonic() - began - looks.at[-1] > LOOK_EVERY_S:
                looks.at.append(time.monotonic() - began)
                looks.megabytes.append(memory_of(worker) / 1e6)
                looks.of_stages.append(sum(memory_of(one) for one in worker.children()) / 1e6)
                looks.behind.append(number + before - sum(made.outcomes().values()))
        producer.flush(60)
    finally:
        producer.close()
    return sent, looks, late


def _delays(made: Rig, sent: dict[str, float]) -> Iterator[float]:
    """Milliseconds from each report's sending to its first receipt standing on the topic."""
    for agency in made.partnership:
        met: set[str] = set()
        for record in made.read(RECEIPTS.topic(agency)):
            ref = f"{agency}:{(record.key or b'').decode()}"
            if ref in sent and ref not in met:
                met.add(ref)
                yield record.timestamp - sent[ref] * 1000


def _share(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _slope(looks: Looks) -> str:
    first = int(len(looks.at) * WARM_SHARE)
    slope = statistics.linear_regression(looks.at[first:], looks.megabytes[first:]).slope
    return f"{slope * 3600:+.0f} MB an hour over the last two thirds"

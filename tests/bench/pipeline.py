"""How many reports a second go through every stage, and how long one takes from being sent to its receipt."""

import json
import statistics
import time

from kafka import KafkaProducer

from deploy.demo.simulator import simulate
from schemas.topics import INBOUND, RECEIPTS
from tests.bench.running import taken, tocsin, wait_until_stored

LONE = 200


def measure_pipeline() -> None:
    """Send ten weeks of the simulated town at full speed, then single reports at leisure."""
    reports = simulate(seed=11).reports
    with tocsin() as made:
        made.start_worker()
        by_agency: dict[str, list[bytes]] = {}
        for sent in reports:
            by_agency.setdefault(sent.agency, []).append(sent.raw)
        started = time.monotonic()
        for agency, bodies in by_agency.items():
            made.send(agency, bodies)
        published = time.monotonic()
        stored_at = wait_until_stored(made, len(reports))
        made.settle(1800.0)
        through = time.monotonic()
        print(f"sent                {len(reports):>8} reports in {published - started:.1f} s")
        print(f"all stored          {len(reports) / (stored_at - started):>8.0f} reports/s from first send")
        print(f"through every stage {len(reports) / (through - started):>8.0f} reports/s from first send")
        print(f"outcomes            {made.outcomes()}")
        delays = sorted(_delays(made))
        print(
            f"one report, sent to receipt at {len(reports)} stored: p50 {statistics.median(delays) * 1000:.0f} ms, "
            f"p99 {delays[int(len(delays) * 0.99)] * 1000:.0f} ms ({len(delays)} reports)"
        )
        print(f"records taken in all {taken(made)}")


def _delays(made) -> list[float]:  # type: ignore[no-untyped-def]
    from kafka import KafkaConsumer, TopicPartition

    place = TopicPartition(RECEIPTS.topic("police"), 0)
    consumer = KafkaConsumer(bootstrap_servers=made.bootstrap, enable_auto_commit=False)
    producer = KafkaProducer(bootstrap_servers=made.bootstrap, acks="all")
    delays = []
    try:
        consumer.assign([place])
        consumer.seek_to_end(place)
        consumer.position(place)
        for number in range(LONE):
            body = {
                "id": f"LONE-{number}",
                "agency": "police",
                "reported_at": "2026-09-20T12:00:00Z",
                "occurred": {"from": "2026-09-20T11:00:00Z", "to": "2026-09-20T11:05:00Z"},
                "category": "other-crime",
                "place": {"text": f"{number} Nowhere Lane"},
            }
            sent = time.monotonic()
            producer.send(INBOUND.topic("police"), key=body["id"].encode(), value=json.dumps(body).encode()).get(30)
            while not _receipt_of(body["id"], consumer):
                if time.monotonic() - sent > 30:
                    raise AssertionError("no receipt in 30 s")
            delays.append(time.monotonic() - sent)
    finally:
        consumer.close()
        producer.close()
    return delays


def _receipt_of(report: str, consumer) -> bool:  # type: ignore[no-untyped-def]
    batches = consumer.poll(timeout_ms=50)
    return any(record.key == report.encode() for batch in batches.values() for record in batch)

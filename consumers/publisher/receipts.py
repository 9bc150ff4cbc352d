"""What became of reports: the receipts on an agency's topic."""

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pydantic_core import from_json

from consumers.broker import Login, look_up, trouble_of

POLL_MS = 250
RECEIPT = b"tocsin.receipt.v1"


def read_receipts(
    bootstrap: str, topic: str, login: Login, report_id: str | None, *, timeout: float, since: datetime | None
) -> list[dict[str, Any]]:
    """The receipts on ``topic``, of one report or all; raises ``BrokerTrouble``."""
    end = time.monotonic() + timeout
    partitions = [TopicPartition(topic, number) for number in look_up(bootstrap, topic, login).partitions]
    try:
        with closing(_consumer(bootstrap, login)) as consumer:
            consumer.assign(partitions)
            _go_to(consumer, partitions, since)
            found = [
                receipt
                for receipt in _until_end(consumer, partitions, end)
                if report_id in (None, receipt.get("report"))
            ]
            while report_id is not None and not found and time.monotonic() < end:
                found += [receipt for receipt in _poll(consumer) if receipt.get("report") == report_id]
            return found
    except KafkaError as error:
        raise trouble_of(error, bootstrap, login) from None


def _consumer(bootstrap: str, login: Login) -> Any:
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        bootstrap_timeout_ms=5_000,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        **login,
    )


def _go_to(consumer: Any, partitions: list[TopicPartition], since: datetime | None) -> None:
    consumer.seek_to_beginning(*partitions)
    if since is None:
        return
    found = consumer.offsets_for_times({one: int(since.timestamp() * 1000) for one in partitions})
    for one, at in found.items():
        if at is None:
            consumer.seek_to_end(one)
        else:
            consumer.seek(one, at.offset)


def _until_end(consumer: Any, partitions: list[TopicPartition], end: float) -> Iterator[dict[str, Any]]:
    last = consumer.end_offsets(partitions)
    while time.monotonic() < end and any(consumer.position(one) < last[one] for one in partitions):
        yield from _poll(consumer)


def _poll(consumer: Any) -> Iterator[dict[str, Any]]:
    for records in consumer.poll(timeout_ms=POLL_MS).values():
        for record in records:
            if dict(record.headers or ()).get("ce_type", RECEIPT) != RECEIPT:
                continue  # the signed ends of the log come this way too
            with suppress(ValueError):  # nothing but the pipeline writes here; what it did not write is no receipt
                body = from_json(record.value or b"null")
                if isinstance(body, dict):
                    yield body

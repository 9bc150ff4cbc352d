"""Records of inbound topics as they stand on the broker, read without a group and without Faust."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from consumers.broker import Login, trouble_of
from schemas.topics import agency_of
from streams.agent import HEADERS
from streams.ledger import Record

AT_A_TIME = 500
PATIENCE_MS = 10_000


def reader(bootstrap: str, login: Login) -> Any:
    """A consumer that joins no group and commits nothing."""
    return KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        bootstrap_timeout_ms=10_000,
        enable_auto_commit=False,
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        max_poll_records=AT_A_TIME,
        **login,
    )


def record_of(one: Any) -> Record:
    """kafka-python's record as a record of ours."""
    return Record(
        source=one.topic,
        partition=one.partition,
        offset=one.offset,
        key=one.key,
        value=one.value,
        headers=tuple((name, value) for name, value in one.headers if name.lower() in HEADERS),
        taken_at=datetime.fromtimestamp(one.timestamp / 1000, UTC),
        agency=agency_of(one.topic),
    )


Place = tuple[str, int, int]  # topic, partition, offset


def records_at(bootstrap: str, login: Login, places: Iterable[Place]) -> Iterator[Record | None]:
    """The record of each place; None where its time on the topic is over. Raises ``BrokerTrouble``."""
    try:
        with closing(reader(bootstrap, login)) as consumer:
            for place in places:
                yield _record_at(consumer, *place)
    except KafkaError as error:
        raise trouble_of(error, bootstrap, login) from None


def _record_at(consumer: Any, topic: str, partition: int, offset: int) -> Record | None:
    place = TopicPartition(topic, partition)
    consumer.assign([place])
    if not consumer.beginning_offsets([place])[place] <= offset < consumer.end_offsets([place])[place]:
        return None
    consumer.seek(place, offset)
    polled = consumer.poll(timeout_ms=PATIENCE_MS, max_records=1).get(place, ())
    return record_of(polled[0]) if polled and polled[0].offset == offset else None

"""Topics of agencies that no other test uses, and what stands on them."""

import itertools
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from consumers.broker import hush_kafka

_numbers = itertools.count(1)
hush_kafka()


def new_agency() -> str:
    return f"test-agency-{next(_numbers)}"


def make_topic(bootstrap: str, name: str, partitions: int = 1, **config: str) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.create_topics({name: {"num_partitions": partitions, "replication_factor": 1, "configs": config}})
        admin.wait_for_topics([name], timeout_ms=10_000)  # the broker learns of it a moment after its controller


def put(bootstrap: str, topic: str, *records: tuple[str | None, bytes | None], at_ms: int | None = None) -> None:
    with closing(KafkaProducer(bootstrap_servers=bootstrap)) as producer:
        for key, value in records:
            producer.send(topic, value, key=key.encode() if key else None, timestamp_ms=at_ms).get(10)


def records_on(bootstrap: str, topic: str) -> list[Any]:
    with closing(KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)) as consumer:
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        found: list[Any] = []
        while any(consumer.position(place) < ends[place] for place in places):
            for batch in consumer.poll(timeout_ms=500).values():
                found += batch
        return found

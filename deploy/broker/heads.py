"""The signed ends of the log as they stand on an agency's receipts topic, out of reach of who has the store."""

import json
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from consumers.broker import Login
from schemas.topics import RECEIPTS
from streams.keeping.heads import WORD

_TYPE = f"tocsin.{WORD}.v1".encode()


def heads_on_topic(bootstrap: str, login: Login, agency: str) -> list[dict[str, Any]]:
    """Every signed end that the agency was sent and that the topic still keeps."""
    place = TopicPartition(RECEIPTS.topic(agency), 0)
    found: list[dict[str, Any]] = []
    with closing(KafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False, **login)) as consumer:
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        while consumer.position(place) < end:
            for records in consumer.poll(timeout_ms=500).values():
                found += [json.loads(one.value) for one in records if dict(one.headers).get("ce_type") == _TYPE]
    return found

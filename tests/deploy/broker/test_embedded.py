"""The embedded broker, on the real Kafka."""

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.broker.topics import apply_topics
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.topics import INBOUND


@pytest.mark.broker
def test_a_record_goes_in_and_comes_out(fresh_broker: str) -> None:
    apply_topics(fresh_broker, load_partnership(), Settings())
    topic = INBOUND.topic("fire")
    with KafkaProducer(bootstrap_servers=fresh_broker, acks="all") as producer:
        producer.send(topic, b"a report", partition=0).get(timeout=10)
    with KafkaConsumer(bootstrap_servers=fresh_broker, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        (records,) = consumer.poll(timeout_ms=10_000).values()
    assert [record.value for record in records] == [b"a report"]

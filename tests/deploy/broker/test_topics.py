"""The table of topics on a real broker."""

import time

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.broker.errors import BrokerAway
from deploy.broker.ports import free_port
from deploy.broker.topics import apply_topics, diff_topics
from schemas.agencies import Agency
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND


def partnership(name: str) -> dict[str, Agency]:
    """One agency that no other test has, so that the broker may be shared."""
    return {name: Agency(name=name, title=name)}


@pytest.mark.broker
def test_the_table_is_applied_once_and_then_there_is_nothing_to_do(broker: str) -> None:
    settings = Settings(partitions=2)
    ours = partnership("test-made")
    topic, alerts = INBOUND.topic("test-made"), ALERTS.topic("test-made")
    before = diff_topics(broker, ours, settings)
    assert f"{topic} is missing: 2 partitions wanted" in map(str, before)
    assert apply_topics(broker, ours, settings) == before
    assert diff_topics(broker, ours, settings) == []
    assert apply_topics(broker, ours, settings) == []

    with KafkaAdminClient(bootstrap_servers=broker) as admin:
        made = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        config = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, alerts)])["topic"][alerts]
    assert (made[topic], made[alerts]) == (2, 1)
    assert config["cleanup.policy"]["value"] == "compact"


@pytest.mark.broker
def test_partitions_are_added_and_never_taken_away_and_settings_are_put_back(broker: str) -> None:
    narrow, wide = Settings(partitions=2), Settings(partitions=3)
    ours = partnership("test-widened")
    topic = INBOUND.topic("test-widened")
    apply_topics(broker, ours, narrow)
    assert list(map(str, apply_topics(broker, ours, wide))) == [f"{topic} has 2 partitions, 3 wanted"]
    assert diff_topics(broker, ours, narrow) == []

    with KafkaAdminClient(bootstrap_servers=broker) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "3600000"})])
    end = time.monotonic() + 10
    while not (changes := apply_topics(broker, ours, wide)) and time.monotonic() < end:
        time.sleep(0.02)  # the broker learns of it from its controller
    assert list(map(str, changes)) == [f"{topic} has retention.ms=3600000, 604800000 wanted"]
    assert diff_topics(broker, ours, wide) == []

    # copies are Kafka's own work: told, not done
    copies = diff_topics(broker, ours, wide.model_copy(update={"replication": 3}))
    assert str(copies[0]) == f"{topic} is kept 1 time, 3 wanted: have Kafka reassign it"
    assert not any(found.mendable for found in copies)


def test_a_broker_that_is_not_there_is_said_so() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerAway, match=f"no Kafka broker answers at {address}"):
        diff_topics(address, partnership("test"), Settings())

"""The table of topics on a real broker."""

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.broker.errors import BrokerAway
from deploy.broker.ports import free_port
from deploy.broker.topics import apply_topics, diff_topics
from schemas.agencies import Agency
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND

PARTNERSHIP = {name: Agency(name=name, title=name) for name in ("fire", "police")}


@pytest.mark.broker
def test_the_table_is_applied_once_and_then_there_is_nothing_to_do(fresh_broker: str) -> None:
    settings = Settings(partitions=2)
    before = diff_topics(fresh_broker, PARTNERSHIP, settings)
    assert "tocsin.inbound.fire.v1 is missing: 2 partitions wanted" in map(str, before)
    assert apply_topics(fresh_broker, PARTNERSHIP, settings) == before
    assert diff_topics(fresh_broker, PARTNERSHIP, settings) == []
    assert apply_topics(fresh_broker, PARTNERSHIP, settings) == []

    with KafkaAdminClient(bootstrap_servers=fresh_broker) as admin:
        made = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
        alerts = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, ALERTS.topic("fire"))])
    assert made[INBOUND.topic("fire")] == 2
    assert made[ALERTS.topic("fire")] == 1
    assert alerts["topic"][ALERTS.topic("fire")]["cleanup.policy"]["value"] == "compact"

    # more partitions are added, fewer are never taken away, and what someone changed is set back
    wider = settings.model_copy(update={"partitions": 3})
    assert [str(change) for change in apply_topics(fresh_broker, PARTNERSHIP, wider)] == [
        "tocsin.inbound.fire.v1 has 2 partitions, 3 wanted",
        "tocsin.inbound.police.v1 has 2 partitions, 3 wanted",
    ]
    assert diff_topics(fresh_broker, PARTNERSHIP, settings) == []
    with KafkaAdminClient(bootstrap_servers=fresh_broker) as admin:
        hour = ConfigResource(ConfigResourceType.TOPIC, INBOUND.topic("fire"), {"retention.ms": "3600000"})
        admin.alter_configs([hour])
    assert [str(change) for change in apply_topics(fresh_broker, PARTNERSHIP, wider)] == [
        "tocsin.inbound.fire.v1 has retention.ms=3600000, 604800000 wanted"
    ]
    assert diff_topics(fresh_broker, PARTNERSHIP, wider) == []

    # copies are Kafka's own work: told, not done
    copies = diff_topics(fresh_broker, PARTNERSHIP, wider.model_copy(update={"replication": 3}))
    assert str(copies[0]) == "tocsin.inbound.fire.v1 is kept 1 time, 3 wanted: have Kafka reassign it"
    assert not any(found.mendable for found in copies)


def test_a_broker_that_is_not_there_is_said_so() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerAway, match=f"no Kafka broker answers at {address}"):
        diff_topics(address, PARTNERSHIP, Settings())

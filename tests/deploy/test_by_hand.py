"""What is sent by hand at the page goes to the agency's own topic, as that agency and nobody else."""

import json
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from consumers.byhand.sending import NoWay, hand_over, nowhere
from consumers.byhand.table import example, rows_of
from consumers.publisher.naming import read_name
from deploy.broker.topics import apply_topics
from deploy.byhand import ByLogin, Plainly, lane_of
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.topics import INBOUND

LOGIN = """TOCSIN_BROKER=127.0.0.1:1
TOCSIN_BROKER_PROTOCOL=sasl_ssl
TOCSIN_BROKER_USER=door-staff
TOCSIN_BROKER_PASSWORD=own
"""


@pytest.mark.broker
def test_a_table_reaches_the_agencys_topic(broker: str) -> None:
    apply_topics(broker, load_partnership(), Settings(), {})
    (row,) = rows_of(example(), "door-staff")
    assert row.raw is not None
    sent = [(row.raw, read_name(row.raw))]
    assert hand_over(lane_of(Settings(broker=broker)), "door-staff", sent) == 1
    topic = INBOUND.topic("door-staff")
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False)
    parts = [TopicPartition(topic, one) for one in consumer.partitions_for_topic(topic)]
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    found = [record for _ in range(20) for some in consumer.poll(timeout_ms=200).values() for record in some]
    consumer.close()
    assert [json.loads(record.value)["id"] for record in found if record.key == b"VYD-0001"] == ["VYD-0001"]


def test_it_is_the_agencys_own_login_whoever_the_page_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_BROKER", "127.0.0.1:2")
    monkeypatch.setenv("TOCSIN_BROKER_USER", "tocsin-worker")
    monkeypatch.setenv("TOCSIN_BROKER_PASSWORD", "the worker's")
    (tmp_path / "door-staff.env").write_text(LOGIN)
    lane = lane_of(Settings(logins=tmp_path, broker_protocol="sasl_ssl"))
    assert isinstance(lane, ByLogin)
    publisher = lane("door-staff")
    assert publisher.bootstrap == "127.0.0.1:1"  # type: ignore[attr-defined]
    login = publisher._login  # type: ignore[attr-defined]
    assert (login["sasl_plain_username"], login["sasl_plain_password"]) == ("door-staff", "own")
    publisher.close()  # type: ignore[attr-defined]


def test_without_a_login_nothing_is_sent(tmp_path: Path) -> None:
    with pytest.raises(NoWay, match="no login of fire"):
        ByLogin(folder=tmp_path)("fire")
    (tmp_path / "fire.env").write_text("TOCSIN_BROKER_PROTOCOL=sasl_ssl\n")
    with pytest.raises(NoWay, match="cannot be read"):
        ByLogin(folder=tmp_path)("fire")
    assert lane_of(Settings(broker="x:1", broker_protocol="sasl_ssl")) is nowhere
    assert isinstance(lane_of(Settings(broker="x:1")), Plainly)
    with pytest.raises(NoWay, match="not set up for fire"):
        hand_over(nowhere, "fire", [])

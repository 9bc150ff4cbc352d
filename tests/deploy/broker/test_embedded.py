"""The embedded broker, on the real Kafka: found again, killed, cut off, mended."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.broker.embedded import BrokerAway, broker_for, ensure_broker
from deploy.broker.health import ask
from deploy.broker.home import Home
from deploy.broker.ports import free_port
from deploy.broker.topics import apply_topics
from schemas.agencies import Agency
from schemas.settings import Settings
from schemas.topics import INBOUND
from tests.conftest import broker_settings

pytestmark = pytest.mark.broker

TOPIC = INBOUND.topic("fire")
PARTNERSHIP = {"fire": Agency(name="fire", title="Fire")}


def home_of(settings: Settings) -> Home:
    return Home((settings.var / "broker").resolve())


def pid_of(settings: Settings) -> int:
    state = home_of(settings).read_state()
    assert state is not None
    return state.pid


def send(bootstrap: str, value: bytes) -> None:
    apply_topics(bootstrap, PARTNERSHIP, Settings())
    with KafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=8 << 20) as producer:
        producer.send(TOPIC, value, partition=0).get(timeout=30)


def received(bootstrap: str) -> list[bytes]:
    place = TopicPartition(TOPIC, 0)
    values: list[bytes] = []
    with KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([place])
        end = consumer.end_offsets([place])[place]
        while len(values) < end:
            for records in consumer.poll(timeout_ms=1_000).values():
                values += [record.value for record in records]
    return values


def eventually(true: Callable[[], bool], within: float) -> bool:
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def starter(settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    """Another process that starts the broker of these settings."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("starter.py")), str(settings.var), str(settings.broker_port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            answer: dict[str, Any] = json.loads(line)
            return answer
    raise AssertionError("the starter said nothing")


@pytest.fixture(scope="module")
def used_once(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a broker that ran once, was given one record, and was stopped."""
    settings = broker_settings(tmp_path_factory.mktemp("used"))
    with ensure_broker(settings) as running:
        send(running.bootstrap, b"kept")
    return settings


@pytest.fixture
def used(used_once: Settings, tmp_path: Path) -> Settings:
    """The same, in a folder of the test's own: nothing in it speaks of where it stands."""
    settings = broker_settings(tmp_path)
    shutil.copytree(used_once.var, settings.var)
    return settings


def test_a_record_goes_in_and_comes_out_even_one_that_is_too_large_for_a_report(broker: str) -> None:
    apply_topics(broker, PARTNERSHIP, Settings())
    before = len(received(broker))
    send(broker, b"a report")
    send(broker, b"x" * (3 << 20))
    assert [len(value) for value in received(broker)][before:] == [8, 3 << 20]


def test_a_second_start_uses_the_healthy_one_and_does_not_stop_it(used: Settings) -> None:
    with ensure_broker(used) as first:
        assert (first.started_here, first.told) == (True, ())
        with starter(used) as other:
            assert said(other) == {"bootstrap": first.bootstrap, "started_here": False}
        # its state file lost or spoilt, it is known from its process
        for spoil in (Path.unlink, lambda path: path.write_text("{half")):
            spoil(home_of(used).state_file)
            with ensure_broker(used) as second:
                assert (second.bootstrap, second.started_here) == (first.bootstrap, False)
                assert second.told == ("the broker's state file was lost: read again from the broker at work",)
        assert ask(first.bootstrap) is not None
    assert ask(first.bootstrap) is None
    assert not home_of(used).state_file.exists()


def test_a_broker_that_was_killed_is_started_again_with_its_data(used: Settings) -> None:
    with ensure_broker(used) as first:
        send(first.bootstrap, b"kept too")
        kill(pid_of(used))
        with ensure_broker(used) as second:
            assert (second.bootstrap, second.started_here) == (first.bootstrap, True)
            assert second.told == (
                "the broker of an earlier start is gone without having been stopped: starting it again",
            )
            first.stop()  # too late to matter: the broker is another's now
            assert received(second.bootstrap) == [b"kept", b"kept too"]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not running(pid), 5)


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_broker_goes_with_whoever_started_it(used: Settings) -> None:
    with starter(used) as process:
        said(process)
        pid = pid_of(used)
        process.kill()
        assert eventually(lambda: not running(pid), 5)
    with starter(used) as process:
        said(process)
        pid = pid_of(used)
        keeper = psutil.Process(pid).parent()
        assert keeper is not None
        keeper.kill()
        assert eventually(lambda: not running(pid), 5)


def test_two_starts_at_one_moment_end_with_one_broker(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path)
    with starter(settings) as one, starter(settings) as two:
        answers = [said(one), said(two)]
        assert answers[0]["bootstrap"] == answers[1]["bootstrap"]
        assert sorted(answer["started_here"] for answer in answers) == [False, True]


def test_another_port_is_taken_when_the_usual_one_is_not_free(used: Settings) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", used.broker_port))
        squatter.listen()
        with ensure_broker(used) as running:
            port = int(running.bootstrap.rpartition(":")[2])
            assert port != used.broker_port
            assert running.told == (f"port {used.broker_port} is taken: the broker listens on {port}",)
            assert received(running.bootstrap) == [b"kept"]


def test_a_start_that_was_cut_off_while_it_laid_out_the_folder_is_done_again(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path)
    with starter(settings) as process:
        children = psutil.Process(process.pid).children
        assert eventually(lambda: "java" in [child.name() for child in children()], 30)
        process.kill()
    # Kafka's program, now nobody's, goes on to fill the folder that nobody will give its name
    assert eventually(lambda: any(home_of(settings).path.glob("data.forming-*/meta.properties")), 30)
    with ensure_broker(settings) as running:
        assert running.told == ("an earlier start was cut off while it laid out the data folder: laying it out again",)
    assert not any(home_of(settings).path.glob("data.forming-*"))


def test_a_data_folder_that_lost_its_identity_gets_it_back(used: Settings) -> None:
    (home_of(used).data / "meta.properties").write_text("cluster.id=")
    with ensure_broker(used) as running:
        assert running.told == ("the data folder had lost its meta.properties: put back from the copy",)
        assert received(running.bootstrap) == [b"kept"]


def test_a_data_folder_that_lost_its_metadata_is_moved_aside_with_its_topics(used: Settings) -> None:
    # Kafka would delete the topics' folders, whose names it no longer finds in its metadata
    home = home_of(used)
    shutil.rmtree(home.data / "__cluster_metadata-0")
    with ensure_broker(used) as running:
        assert running.told == (
            "the data folder was half written: moved aside to data.broken-1, and a new one laid out",
        )
        apply_topics(running.bootstrap, PARTNERSHIP, used)
        assert received(running.bootstrap) == []
    assert any((home.path / "data.broken-1" / f"{TOPIC}-0").glob("*.log"))


def test_a_broker_that_hangs_is_ended_and_another_started(used: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.broker.at_work.ENDS_WITHIN_S", 0.5)
    monkeypatch.setattr("deploy.broker.at_work.ANSWERS_WITHIN_S", 0.5)
    with ensure_broker(used) as hung:
        pid = pid_of(used)
        os.kill(pid, signal.SIGSTOP)
        with ensure_broker(used) as running:
            assert running.started_here
            assert running.told == (f"a broker was left here (pid {pid}), which does not answer: ending it",)
            hung.stop()
            assert ask(running.bootstrap) is not None


def test_a_start_that_fails_says_where_to_look(used: Settings) -> None:
    home = home_of(used)
    for log in (home.data / "__cluster_metadata-0").glob("*.log"):
        log.unlink()
        log.mkdir()
    with pytest.raises(BrokerAway, match=r"(?s)the broker ended while starting.*broker.log.*begins anew"):
        ensure_broker(used)


def test_a_named_broker_is_used_as_it_is_or_said_not_to_answer(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with broker_for(Settings(broker=broker)) as running:
        assert (running.bootstrap, running.started_here) == (broker, False)
    assert ask(broker) is not None
    nobody = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerAway, match=f"no Kafka broker answers at {nobody}"):
        broker_for(Settings(broker=nobody))
    monkeypatch.setattr("deploy.broker.embedded.ANSWERS_WITHIN_S", 0.5)
    with socket.socket() as mute:  # takes connections and says nothing
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with pytest.raises(BrokerAway, match="no Kafka broker answers"):
            broker_for(Settings(broker=f"127.0.0.1:{mute.getsockname()[1]}"))

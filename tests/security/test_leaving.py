"""Logins that change and end: two are good at once, one that is taken away is out within five seconds."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from kafka.errors import KafkaError
from kafka.protocol.metadata import MetadataRequest
from kafka.protocol.parser import KafkaProtocol

from consumers.broker import BrokerTrouble, LoginRefused, TopicForbidden, look_up
from consumers.door import _ask, _log_in
from consumers.filters import Filters
from consumers.watcher import watch
from consumers.watcher.follow import GroupForbidden
from deploy.agencies.apply import administering, apply_agencies
from deploy.agencies.certificate import certify
from deploy.agencies.names import agency_of_user
from deploy.agencies.quotas import limits_of, read_limits
from deploy.agencies.rotate import finish, rotate
from deploy.agencies.standing import read_standing
from deploy.broker.errors import BrokerRefused
from schemas.access import Access, access_of
from schemas.agencies import Quota
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND, group_of
from streams.app import credentials_of
from tests.security.asking import asker, of_topic
from tests.security.secured import Secured

pytestmark = pytest.mark.broker

OUT_WITHIN_S = 5.0
# A fetch that was waiting at the broker was allowed when it came, and is answered with what comes meanwhile.
FETCH_WAITS_S = 1.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.broker.BOOTSTRAP_MS", 1_000)


def refused_after(work: Callable[[], Any], start: float) -> float:
    """After how many seconds ``work`` fails."""
    while time.monotonic() < start + 2 * OUT_WITHIN_S:
        try:
            work()
        except KafkaError:
            return time.monotonic() - start
        time.sleep(0.02)
    raise AssertionError("it is never refused")


@contextlib.contextmanager
def open_connection(bootstrap: str, access: Access) -> Iterator[Callable[[], Any]]:
    """A client that logged in once, and never logs in again by itself; called, it asks the broker something."""
    host, port = bootstrap.split(":")
    assert access.context
    with access.context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host) as tls:
        wire = KafkaProtocol()
        assert _log_in(tls, access.login) is None
        yield lambda: _ask(tls, wire, MetadataRequest(topics=[], allow_auto_topic_creation=False, version=5))


@contextlib.contextmanager
def watching(bootstrap: str, agency: str, access: Access) -> Iterator[Future[None]]:
    """Our own watcher, and what comes of it."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(
            watch, bootstrap, agency, name="anna", filters=Filters(), out=StringIO(), stop=stop, login=access.login
        )
        stop.set()


def test_a_revoked_agency_is_out_within_five_seconds(secured: Secured) -> None:
    agency = "probation"
    access, login = secured.access(agency), secured.access(agency).login
    producer = KafkaProducer(bootstrap_servers=secured.bootstrap, retries=0, max_block_ms=1_000, **login)
    consumer = KafkaConsumer(
        ALERTS.topic(agency), bootstrap_servers=secured.bootstrap, group_id=group_of(agency, "bob"), **login
    )
    others = {name: one for name, one in secured.partnership.items() if name != agency}
    try:
        with (
            open_connection(secured.bootstrap, access) as ask,
            watching(secured.bootstrap, agency, access) as watcher,
        ):
            producer.send(INBOUND.topic(agency), b"{}").get(10)
            end = time.monotonic() + 20
            while not consumer.assignment() and time.monotonic() < end:
                consumer.poll(timeout_ms=100)
            assert consumer.assignment()
            ask()
            assert not watcher.done()

            start = time.monotonic()
            changes = apply_agencies(secured.desk, others).changes
            assert f"user {access.user} is taken away" in changes
            assert not secured.desk.login_file(str(access.user)).exists()
            bootstrap, login_of_worker = secured.login("worker")
            with asker(bootstrap, login_of_worker) as as_worker:  # nothing comes to its topics any more
                assert as_worker(of_topic("write", ALERTS.topic(agency))) == {29}

            assert refused_after(lambda: producer.send(INBOUND.topic(agency), b"{}").get(2), start) < OUT_WITHIN_S
            with pytest.raises((TopicForbidden, GroupForbidden, LoginRefused)):  # whichever it asks for next
                watcher.result(start + OUT_WITHIN_S - time.monotonic())
            time.sleep(max(0.0, start + FETCH_WAITS_S - time.monotonic()))
            with asker(secured.bootstrap, secured.running.access.login) as as_admin:
                assert as_admin(of_topic("write", ALERTS.topic(agency))) == {0}
            while time.monotonic() < start + OUT_WITHIN_S:
                with contextlib.suppress(KafkaError):
                    assert consumer.poll(timeout_ms=50) == {}
            with pytest.raises(ConnectionError):  # cut off, though it did nothing against the rules
                ask()
        with pytest.raises(LoginRefused):
            look_up(secured.bootstrap, INBOUND.topic(agency), login)
    finally:
        for client in (producer, consumer):
            with contextlib.suppress(KafkaError):
                client.close()
        apply_agencies(secured.desk, secured.partnership)
    # back, it has another user and another password: what was revoked stays so
    assert secured.access(agency).user != access.user
    with pytest.raises(LoginRefused):
        look_up(secured.bootstrap, INBOUND.topic(agency), login)


def test_a_certificate_that_is_taken_back_may_do_nothing_on_a_connection_that_stays_open(secured: Secured) -> None:
    """Whatever rules others made: the refusal of its user goes before each, and stands until there is no such user."""
    assert secured.running.safe
    agency = "health"
    certificate, key = certify(secured.desk, secured.running.safe, agency)
    access = replace(secured.running.workers, certificate_file=certificate, key_file=key)
    for_all = ACL("User:*", "*", ACLOperation.READ, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, "*"))
    others = {name: one for name, one in secured.partnership.items() if name != agency}
    reading = of_topic("read", ALERTS.topic(agency))
    try:
        with administering(secured.desk) as admin, asker(secured.mutual, access.login) as ask:
            admin.create_acls([for_all])
            assert ask(reading) == {0}
            start = time.monotonic()
            assert any("may not all topic" in change for change in apply_agencies(secured.desk, others).changes)
            assert 29 in ask(reading)
            assert time.monotonic() - start < OUT_WITHIN_S
            assert 29 in ask(of_topic("write", INBOUND.topic(agency)))
            assert apply_agencies(secured.desk, others).changes == []
            admin.delete_acls([for_all])
    finally:
        apply_agencies(secured.desk, secured.partnership)


def test_a_watcher_that_is_still_joining_is_told_as_soon(secured: Secured) -> None:
    agency = "probation"
    others = {name: one for name, one in secured.partnership.items() if name != agency}
    try:
        with watching(secured.bootstrap, agency, secured.access(agency)) as watcher:
            time.sleep(0.5)
            start = time.monotonic()
            apply_agencies(secured.desk, others)
            with pytest.raises(BrokerTrouble):
                watcher.result(start + OUT_WITHIN_S - time.monotonic())
    finally:
        apply_agencies(secured.desk, secured.partnership)


def test_two_logins_are_good_until_the_change_is_finished(secured: Secured) -> None:
    old = secured.access("licensing")
    user = rotate(secured.desk, secured.partnership, "licensing")
    new = secured.access("licensing")
    assert new.user == user != old.user
    with pytest.raises(BrokerRefused, match="has two logins already"):
        rotate(secured.desk, secured.partnership, "licensing")
    for access in (old, new):
        with asker(secured.bootstrap, access.login) as ask:
            assert ask(of_topic("write", INBOUND.topic("licensing"))) == {0}
            assert ask(of_topic("read", ALERTS.topic("licensing"))) == {0}
            assert 29 in ask(of_topic("read", ALERTS.topic("housing")))
    assert apply_agencies(secured.desk, secured.partnership).changes == []
    assert finish(secured.desk, "licensing") == [old.user]
    assert finish(secured.desk, "licensing") == []
    with asker(secured.bootstrap, new.login) as ask:
        assert ask(of_topic("write", INBOUND.topic("licensing"))) == {0}
    with pytest.raises(LoginRefused):
        look_up(secured.bootstrap, INBOUND.topic("licensing"), old.login)
    assert apply_agencies(secured.desk, secured.partnership).changes == []
    assert secured.desk.login_file(user).exists()


def test_applying_again_changes_nothing_and_looking_changes_nothing(secured: Secured) -> None:
    assert apply_agencies(secured.desk, secured.partnership).changes == []
    others = {name: one for name, one in secured.partnership.items() if name != "health"}
    with administering(secured.desk) as admin:
        before = read_standing(admin)
        assert apply_agencies(secured.desk, others, dry_run=True).changes
        assert read_standing(admin) == before
    assert {agency_of_user(user) for user in before.users} - {None} == set(secured.partnership)


def test_a_rule_beyond_the_table_is_taken_away_and_a_strangers_is_told(secured: Secured) -> None:
    def rule(user: str, name: str) -> Any:
        return ACL(
            principal=f"User:{user}",
            host="*",
            operation=ACLOperation.READ,
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(ResourceType.TOPIC, name),
        )

    fire = str(secured.access("fire").user)
    ours = [rule(fire, ALERTS.topic("housing")), rule("visitor", ALERTS.topic("housing")), rule(fire, "payroll")]
    with administering(secured.desk) as admin:
        admin.create_acls([*ours, rule("auditor", "*")])
        done = apply_agencies(secured.desk, secured.partnership)
        assert sorted(done.changes) == [
            f"taken away: {fire} may read topic payroll",
            f"taken away: {fire} may read topic tocsin.alerts.housing.v1",
            "taken away: visitor may read topic tocsin.alerts.housing.v1",
        ]
        assert done.warnings == ["not ours, left as it is, and it opens our topics or groups: auditor may read topic *"]
        admin.delete_acls([rule("auditor", "*")])


def test_a_quota_slows_its_agency_down(secured: Secured) -> None:
    slow = replace(secured.partnership["health"], quota=Quota(write_bytes_s=100))
    user = str(secured.access("health").user)
    try:
        changes = apply_agencies(secured.desk, {**secured.partnership, "health": slow}).changes
        assert changes == [
            f"limits of {user}: consumer_byte_rate 8,388,608, producer_byte_rate 100, request_percentage 50"
        ]
        with administering(secured.desk) as admin:
            assert read_limits(admin)[user] == limits_of(slow.quota)
        admin_of = secured.access("health").login
        with asker(secured.bootstrap, admin_of) as ask:
            for _ in range(30):  # some 80 bytes each: more than a second's worth by far
                ask(of_topic("write", INBOUND.topic("health")))
                if _slowed(secured, admin_of):
                    return
        raise AssertionError("it is never slowed down")
    finally:
        apply_agencies(secured.desk, secured.partnership)


def _slowed(secured: Secured, login: Any) -> bool:
    from kafka.admin import KafkaAdminClient

    with contextlib.closing(KafkaAdminClient(bootstrap_servers=secured.bootstrap, **login)) as admin:
        answer = admin._manager.run(admin._manager.send, of_topic("write", INBOUND.topic("health")))
        return bool(json.loads(json.dumps(answer.to_dict()))["throttle_time_ms"] > 0)


def test_where_the_broker_is_not_ours_the_worker_gets_a_login_too(secured: Secured, tmp_path: Path) -> None:
    named = replace(secured.desk, folder=tmp_path / "agencies", worker_has_password=True)
    try:
        assert apply_agencies(named, secured.partnership).changes == ["user worker is made"]
        assert apply_agencies(named, secured.partnership).changes == []
        worker = access_of(Settings(_env_file=named.login_file("worker")))
        found = look_up(secured.bootstrap, INBOUND.topic("fire"), worker.login)
        assert found.partitions == (0, 1)
        credentials = credentials_of(worker)
        assert (credentials.protocol.value, credentials.mechanism.value) == ("SASL_SSL", "SCRAM-SHA-512")
        assert credentials_of(secured.running.workers).protocol.value == "SSL"
    finally:
        assert apply_agencies(secured.desk, secured.partnership).changes == ["user worker is taken away"]

"""The secured broker: everybody tries everything, an agency is revoked again and again, and what TLS costs."""

import logging
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from consumers.broker import BrokerTrouble, Login
from consumers.filters import Filters
from consumers.publisher import Publisher
from consumers.watcher import watch
from deploy.agencies.apply import apply_agencies
from deploy.agencies.certificate import certify
from deploy.broker.embedded import ensure_broker
from deploy.broker.topics import apply_topics
from schemas.settings import Settings
from schemas.topics import ALERTS, INBOUND
from tests.conftest import broker_settings
from tests.security.asking import asker, of_topic
from tests.security.secured import Secured, secured_broker
from tests.security.trying import not_logged, try_all

ROUNDS = 10
RECORDS = 20_000
BODY = b"x" * 600  # about a report's size
_REFUSED = 29  # TOPIC_AUTHORIZATION_FAILED
ACROSS_S = 20.0  # five times as long as a login lasts


def measure_broker() -> None:
    """All of it on one broker with the shipped partnership, whose quotas are put out of the way."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    shipped = files("schemas").joinpath("vocabulary/agencies.toml").read_text("utf-8")
    wide = shipped.replace("write_bytes_s = 4194304", "write_bytes_s = 1000000000").replace(
        "busy_percent = 50 ", "busy_percent = 10000 "
    )
    with tempfile.TemporaryDirectory() as folder, secured_broker(Path(folder), wide) as secured:
        _matrix(secured)
        _revoking(secured)
        _taking_certificates_back(secured)
        _across_logins(secured)
        a_second = _published(secured.bootstrap, secured.access("police").login)
    with tempfile.TemporaryDirectory() as folder, ensure_broker(broker_settings(Path(folder))) as plain:
        apply_topics(plain.bootstrap, secured.partnership, Settings())
        plainly = _published(plain.bootstrap, {})
    print(f"published, {len(BODY)} bytes each: {a_second:,.0f}/s secured, {plainly:,.0f}/s plain")


def _matrix(secured: Secured) -> None:
    start = time.monotonic()
    tried = try_all(secured, sorted(secured.partnership))
    unexpected = [one for one in tried if one.allowed != one.expected]
    denied = sum(not one.allowed for one in tried)
    unlogged = not_logged(secured, tried)
    print(
        f"{len(tried):,} requests of {len(secured.partnership)} agencies and the worker in"
        f" {time.monotonic() - start:.0f} s: {len(tried) - denied:,} allowed, {denied:,} denied,"
        f" {len(unexpected)} unexpected, {len(unlogged)} denials not in the log"
    )
    if unexpected or unlogged:
        raise SystemExit(str((unexpected or unlogged)[:3]))


def _revoking(secured: Secured) -> None:
    """How soon an open producer and a watcher of a revoked agency are out, at work or still joining its group."""
    taken: dict[str, list[float]] = {"producer": [], "watcher at work": [], "watcher joining": []}
    others = {name: one for name, one in secured.partnership.items() if name != "probation"}
    for number in range(2 * ROUNDS):
        joining = number % 2 == 1
        login = secured.access("probation").login
        producer = KafkaProducer(bootstrap_servers=secured.bootstrap, retries=0, max_block_ms=1_000, **login)
        producer.send(INBOUND.topic("probation"), BODY).get(10)
        ended: list[float] = []
        watcher = threading.Thread(target=_watch, args=(secured.bootstrap, login, ended))
        watcher.start()
        time.sleep(0.2 * number % 2 if joining else 5)  # by five seconds it has joined its group
        start = time.monotonic()
        apply_agencies(secured.desk, others)
        taken["producer"].append(_until_refused(lambda one=producer: _send(one)) - start)
        watcher.join(30)
        taken["watcher joining" if joining else "watcher at work"].append(ended[0] - start)
        producer.close()
        apply_agencies(secured.desk, secured.partnership)
    for who, seconds in taken.items():
        middle = sorted(seconds)[len(seconds) // 2]
        print(f"revoked {len(seconds)} times, {who} out after: median {middle:.1f} s, most {max(seconds):.1f} s")


def _taking_certificates_back(secured: Secured) -> None:
    """How soon a read is refused on a mutual TLS connection that stays open, once its agency is revoked."""
    assert secured.running.safe
    taken = []
    for agency in sorted(secured.partnership)[:ROUNDS]:
        certificate, key = certify(secured.desk, secured.running.safe, agency)
        access = replace(secured.running.workers, certificate_file=certificate, key_file=key)
        others = {name: one for name, one in secured.partnership.items() if name != agency}
        reading = of_topic("read", ALERTS.topic(agency))
        with asker(secured.mutual, access.login) as ask:
            if ask(reading) != {0}:
                raise SystemExit(f"the certificate of {agency} may not read")
            start = time.monotonic()
            apply_agencies(secured.desk, others)
            while _REFUSED not in ask(reading):
                time.sleep(0.02)
            taken.append(time.monotonic() - start)
        apply_agencies(secured.desk, secured.partnership)
    print(
        f"certificates of {len(taken)} agencies taken back, the next read on the open connection refused after:"
        f" median {sorted(taken)[len(taken) // 2]:.1f} s, most {max(taken):.1f} s"
    )


def _watch(bootstrap: str, login: Login, ended: list[float]) -> None:
    try:
        watch(bootstrap, "probation", name="x", filters=Filters(), out=StringIO(), stop=threading.Event(), login=login)
    except BrokerTrouble:
        ended.append(time.monotonic())


def _send(producer: Any) -> None:
    producer.send(INBOUND.topic("probation"), BODY).get(2)


def _until_refused(work: Callable[[], None]) -> float:
    while True:
        try:
            work()
        except KafkaError:
            return time.monotonic()


def _across_logins(secured: Secured) -> None:
    """Whether anything is lost or comes twice where a client logs in again every four seconds."""
    login = secured.access("fire").login
    sent = 0
    with Publisher("fire", secured.bootstrap, login=login) as publisher:
        end = time.monotonic() + ACROSS_S
        while time.monotonic() < end:
            publisher.send(b'{"id":"%d"}' % sent)
            sent += 1
            time.sleep(0.002)
    found = Counter(_values(secured))
    twice = sum(count > 1 for count in found.values())
    print(f"{sent:,} sent over {ACROSS_S:.0f} s and some five logins: {sent - len(found)} lost, {twice} twice")
    if twice or len(found) != sent:
        raise SystemExit("records were lost or came twice")


def _values(secured: Secured) -> list[bytes]:
    bootstrap, login = secured.login("worker")
    with KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, **login) as consumer:
        places = [TopicPartition(INBOUND.topic("fire"), number) for number in (0, 1)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        found: list[bytes] = []
        while any(consumer.position(place) < ends[place] for place in places):
            for batch in consumer.poll(timeout_ms=500).values():
                found += [record.value for record in batch if record.value.startswith(b'{"id"')]
        return found


def _published(bootstrap: str, login: Login) -> float:
    start = time.monotonic()
    with Publisher("police", bootstrap, login=login) as publisher:
        for _ in range(RECORDS):
            publisher.send(BODY)
    return RECORDS / (time.monotonic() - start)

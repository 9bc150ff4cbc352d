"""Taking records off the broker's disk, not only out of sight.

``delete_records`` hides and a tombstone waits until its segment rolls, so for a minute the topics are set to roll and
let go at once: inbound and rejected ones keep ten seconds, alert topics are compacted behind a heartbeat. Measured
here, the bytes are gone within the minute; then the topics are as the table says again.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from consumers.broker import Login, admin_client
from schemas.topics import FAMILIES

WITHIN_S = 75.0
HEARTBEAT = b"heartbeat"
# What is younger stays: a worker that is behind by less loses nothing.
_KEEP_MS = 10_000
_LET_GO = {"retention.ms": str(_KEEP_MS), "segment.ms": "1000", "file.delete.delay.ms": "500"}
_CLEAN = {
    "segment.ms": "500",
    "min.cleanable.dirty.ratio": "0.0",
    "max.compaction.lag.ms": "500",
    "file.delete.delay.ms": "500",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What is to leave the disk: records of inbound topics, whole rejected topics, what alerts' tombstones replaced.

    ``taken``: the next offset of each partition that the store has not taken: what is not in it is not let go.
    """

    inbound: Sequence[tuple[str, int, int]]
    taken: Mapping[tuple[str, int], int]
    rejected: Sequence[str]
    alerts: Sequence[str]


def take_off(bootstrap: str, login: Login, cut: Cut) -> list[str]:
    """Take it off; what could not be, in sentences."""
    told: list[str] = []
    with closing(_consumer(bootstrap, login)) as consumer:
        wanted = _wanted(consumer, cut, told)
        topics = sorted({place.topic for place in wanted})
        with _set(bootstrap, login, topics, _LET_GO), _set(bootstrap, login, cut.alerts, _CLEAN):
            ends = _beat(bootstrap, login, consumer, cut.alerts)
            until = time.monotonic() + WITHIN_S
            while left := [*_still_there(consumer, wanted), *_not_compacted(consumer, ends)]:
                if time.monotonic() > until:
                    told += [f"{topic} still holds it; it goes when its segment does" for topic in sorted(set(left))]
                    break
                time.sleep(1.0)
            else:
                time.sleep(1.0)  # files go half a second after their segments
    return told


def _consumer(bootstrap: str, login: Login) -> Any:
    return KafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False, **login)


def _wanted(consumer: Any, cut: Cut, told: list[str]) -> dict[Any, int]:
    """The offset that each partition must begin at, or later."""
    wanted: dict[Any, int] = {}
    for topic, partition, offset in cut.inbound:
        place = TopicPartition(topic, partition)
        wanted[place] = max(offset + 1, wanted.get(place, 0))
    ends = consumer.end_offsets(list(wanted)) if wanted else {}
    for place, end in ends.items():
        if cut.taken.get((place.topic, place.partition), 0) < end:
            told.append(f"{place.topic} has records that were not taken yet: nothing was let go of it; run this again")
            del wanted[place]
    rejected = [TopicPartition(topic, 0) for topic in cut.rejected]
    return wanted | (dict(consumer.end_offsets(rejected)) if rejected else {})


def _still_there(consumer: Any, wanted: Mapping[Any, int]) -> Iterator[str]:
    for place, begins in (consumer.beginning_offsets(list(wanted)) if wanted else {}).items():
        if begins < wanted[place]:
            yield place.topic


def _beat(bootstrap: str, login: Login, consumer: Any, topics: Collection[str]) -> dict[Any, int]:
    """Append tombstones of no alert to alert topics, so that their segments roll; where each ended before."""
    places = [TopicPartition(topic, 0) for topic in topics]
    ends = {place: end for place, end in consumer.end_offsets(places).items() if end}
    producer = KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all", **login)
    try:
        for _ in range(2):  # the first may come before the segment is old enough to roll
            time.sleep(0.7)
            for place in ends:
                producer.send(place.topic, key=HEARTBEAT, value=None).get(timeout=30)
    finally:
        producer.close()
    return ends


def _not_compacted(consumer: Any, ends: Mapping[Any, int]) -> Iterator[str]:
    """Alert topics on which a record before the heartbeat still stands that a later one replaces."""
    for place, end in ends.items():
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        seen: dict[bytes | None, int] = {}
        doubled = False
        while consumer.position(place) < end and not doubled:
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    doubled = doubled or (record.key in seen and seen[record.key] < end and record.key != HEARTBEAT)
                    seen[record.key] = record.offset
        if doubled:
            yield place.topic


@contextmanager
def _set(bootstrap: str, login: Login, topics: Collection[str], config: Mapping[str, str]) -> Iterator[None]:
    """Topics with other settings for a while; afterwards as the table of topics says."""
    if not topics:
        yield
        return
    table = {family.name: family.config for family in FAMILIES}
    with admin_client(bootstrap, 30.0, login) as admin:
        _alter(admin, {topic: dict(config) for topic in topics})
        try:
            yield
        finally:
            back: dict[str, dict[str, Any]] = {}
            for topic in topics:
                usual = table[topic.split(".")[1]]
                back[topic] = {name: usual.get(name, ("DELETE", None)) for name in config}
            _alter(admin, back)


def _alter(admin: Any, topics: Mapping[str, Mapping[str, Any]]) -> None:
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, dict(of)) for name, of in topics.items()])

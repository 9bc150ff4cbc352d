"""Follows one agency's alert topic, for as long as its reader wishes, and says whatever stands in the way."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any, TextIO

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from consumers.broker import (
    BrokerAway,
    BrokerTrouble,
    Login,
    LoginRefused,
    TopicForbidden,
    TopicMissing,
    hush_kafka,
    look_up,
    takes_connections,
    why_away,
    why_refused,
)
from consumers.filters import Filters
from consumers.watcher.show import JsonLines, Lines
from consumers.watcher.sight import Sight, Unreadable
from schemas.topics import ALERTS, group_of

POLL_MS = 250
ASK_EVERY_S = 3.0  # how soon a silence is looked into
JOINING_S = 1.0  # the same before a group is joined: a login that was taken away never joins, and is not told
RETRY_S = 1.0
# Of a login that was taken away the group is never left in order: kafka-python would try for three seconds and more.
CLOSES_WITHIN_MS = 500
# A reader that was killed keeps its place in the group for the session's ten seconds: not every wait is for another.
UNASSIGNED_S = 15.0


class GroupForbidden(BrokerTrouble):
    """The broker does not let this login read in the group."""


def watch(
    bootstrap: str,
    agency: str,
    *,
    name: str,
    filters: Filters,
    since: datetime | None = None,
    as_json: bool = False,
    out: TextIO | None = None,
    stop: Event,
    tell: Callable[[str], None] = lambda _: None,
    login: Login | None = None,
) -> None:
    """Show the agency's alerts until ``stop`` is set: all that stand, or those that came since the same ``name`` last
    watched, or since ``since`` (by the broker's clock); then each as it comes. Raises ``BrokerTrouble`` where it is
    not allowed to.
    """
    hush_kafka()
    stream = out or sys.stdout
    follower = Follower(
        bootstrap=bootstrap,
        topic=ALERTS.topic(agency),
        group=group_of(agency, name),
        sight=Sight(filters=filters),
        show=(JsonLines(stream) if as_json else Lines(stream)).show,
        since=since,
        stop=stop,
        tell=tell,
        login=login or {},
    )
    follower.run()


@dataclass(slots=True, kw_only=True)
class Follower:
    """A reader of one topic in one group; what is shown is committed, and what could be shown twice is not."""

    bootstrap: str
    topic: str
    group: str
    sight: Sight
    show: Callable[[Any], None]
    since: datetime | None
    stop: Event
    tell: Callable[[str], None]
    login: Login
    _said: str = ""
    _asked: float = 0.0
    _assigned: float = 0.0
    _starts: dict[TopicPartition, int] | None = None
    _begun: set[TopicPartition] = field(default_factory=set)

    def run(self) -> None:
        """Read until stopped; a reader that fails is made anew."""
        while not self.stop.is_set():
            try:
                found = look_up(self.bootstrap, self.topic, self.login)
                with self._consumer() as consumer:
                    self._find_starts(consumer, [TopicPartition(self.topic, number) for number in found.partitions])
                    self._read(consumer)
            except (BrokerAway, TopicMissing) as trouble:
                self._say(f"{trouble}; waiting")
            except TopicAuthorizationFailedError:
                raise TopicForbidden(
                    f"the broker at {self.bootstrap} does not let this login read {self.topic}"
                ) from None
            except GroupAuthorizationFailedError:
                raise GroupForbidden(
                    f"the broker at {self.bootstrap} does not let this login read in the group {self.group}"
                ) from None
            except KafkaError:
                self._say(f"{why_away(self.bootstrap, self.login)}; waiting")
            self.stop.wait(RETRY_S)

    @contextmanager
    def _consumer(self) -> Iterator[Any]:
        consumer = KafkaConsumer(
            bootstrap_servers=self.bootstrap.split(","),
            bootstrap_timeout_ms=5_000,
            group_id=self.group,
            auto_offset_reset="earliest",  # of a compacted topic: every alert that stands
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            session_timeout_ms=10_000,
            reconnect_backoff_max_ms=2_000,
            **self.login,
        )
        try:
            consumer.subscribe([self.topic])
            yield consumer
        finally:
            with suppress(KafkaError):
                consumer.close(autocommit=False, timeout_ms=CLOSES_WITHIN_MS)

    def _read(self, consumer: Any) -> None:
        self._asked = self._assigned = time.monotonic()
        while not self.stop.is_set():
            batches = consumer.poll(timeout_ms=POLL_MS)
            for partition in self._begin_where_asked(consumer):
                batches.pop(partition, None)
            records = [record for batch in batches.values() for record in batch]
            for record in records:
                self._take(record)
            if records:
                self._heard()
                with suppress(KafkaError):  # shown all the same; at worst it is shown again after a restart
                    consumer.commit()
            elif time.monotonic() - self._asked > (ASK_EVERY_S if consumer.assignment() else JOINING_S):
                self._ask(consumer)

    def _find_starts(self, consumer: Any, partitions: list[TopicPartition]) -> None:
        """Where ``since`` is; asked once, so that a broker's restart does not show again what was shown."""
        if self.since is None or self._starts is not None:
            return
        at = int(self.since.timestamp() * 1000)
        found = consumer.offsets_for_times(dict.fromkeys(partitions, at))
        ends = consumer.end_offsets(partitions)
        self._starts = {one: found[one].offset if found.get(one) else ends[one] for one in partitions}

    def _begin_where_asked(self, consumer: Any) -> set[TopicPartition]:
        """The partitions that have just come to us for the first time, and now stand where ``since`` is."""
        fresh = (consumer.assignment() - self._begun) & (self._starts or {}).keys()
        for partition in fresh:
            consumer.seek(partition, (self._starts or {})[partition])
        self._begun |= fresh
        if fresh:
            with suppress(KafkaError):
                consumer.commit()  # so that a reader made anew does not begin at the start of the topic
        return set(fresh)

    def _take(self, record: Any) -> None:
        try:
            seen = self.sight.look(record.key, record.value)
        except Unreadable as why:
            self.tell(f"a record on {self.topic} (offset {record.offset}) is no alert: {why}")
            return
        if seen is not None:
            self.show(seen)

    def _ask(self, consumer: Any) -> None:
        """Find out why nothing comes: silence, a broker that is away, a topic gone or forbidden, another reader."""
        if not takes_connections(self.bootstrap):
            self._say(f"{why_away(self.bootstrap, self.login)}; waiting")
        elif self.login and (refused := why_refused(self.bootstrap, self.login)):
            raise LoginRefused(refused)  # kafka-python tries again for ever, and says nothing
        elif not consumer.assignment():
            look_up(self.bootstrap, self.topic, self.login)
            if time.monotonic() - self._assigned > UNASSIGNED_S:
                self._say(
                    f"nothing is assigned to this watcher: another one reads in the group {self.group};"
                    " give this one a --name of its own"
                )
        else:
            self._heard()
        self._asked = time.monotonic()

    def _heard(self) -> None:
        self._asked = self._assigned = time.monotonic()
        if self._said:
            self._said = ""
            self.tell(f"following {self.topic} at {self.bootstrap}")

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.tell(text)

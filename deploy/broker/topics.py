"""Bring a broker's topics to the table in ``schemas.topics``: made and widened, never deleted, never narrowed."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from consumers.broker import NO_LOGIN, BrokerTrouble, Login, admin_client
from deploy.broker.errors import BrokerAway, BrokerRefused
from schemas.agencies import Partnership
from schemas.settings import Settings
from schemas.topics import Topic, topic_table

ANSWERS_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which a topic is not as the table says; as text, its sentence."""

    topic: str
    says: str
    make: Topic | None = None
    widen_to: int | None = None
    set: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.says

    @property
    def mendable(self) -> bool:
        """Whether applying the table puts it right."""
        return bool(self.make or self.widen_to or self.set)


def diff_topics(
    bootstrap: str, partnership: Partnership, settings: Settings, login: Login = NO_LOGIN
) -> list[Difference]:
    """How the broker's topics differ from the table; changes nothing."""
    with _admin(bootstrap, login) as admin:
        return _differences(admin, _wanted(partnership, settings))


def topic_ids(bootstrap: str, partnership: Partnership, settings: Settings, login: Login = NO_LOGIN) -> dict[str, str]:
    """The broker's own id of each topic of the table; raises ``BrokerRefused`` where one is missing."""
    names = [topic.name for topic in _wanted(partnership, settings)]
    with _admin(bootstrap, login) as admin:
        found = admin.describe_topics(names)
    forbidden = [one["name"] for one in found if one["error_code"] == TopicAuthorizationFailedError.errno]
    if forbidden:
        raise BrokerRefused(
            f"the broker does not let us use {forbidden[0]} ({len(forbidden)} such): run `tocsin agencies apply`"
        )
    missing = [one["name"] for one in found if one["error_code"]]
    if missing:
        raise BrokerRefused(f"the broker has no topic {missing[0]} ({len(missing)} missing): run `tocsin topics apply`")
    return {one["name"]: str(one["topic_id"]) for one in found}


def apply_topics(
    bootstrap: str, partnership: Partnership, settings: Settings, login: Login = NO_LOGIN
) -> list[Difference]:
    """Make what is missing, add partitions, set what differs; what was changed, nothing the second time."""
    wanted = _wanted(partnership, settings)
    with _admin(bootstrap, login) as admin:
        changes = _mendable(admin, wanted)
        if changes:
            _mend(admin, changes)
            _settle(admin, wanted)
    return changes


def _mend(admin: KafkaAdminClient, changes: Sequence[Difference]) -> None:
    try:
        _make(admin, [found.make for found in changes if found.make])
        _widen(admin, {found.topic: found.widen_to for found in changes if found.widen_to})
        _configure(admin, [(found.topic, *found.set) for found in changes if found.set])
    except KafkaError as error:
        raise BrokerRefused(f"the topics could not be brought to the table: {error}") from error


def _settle(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> None:
    """Wait until the broker says of itself what its controller took: it learns of it a moment later."""
    end = time.monotonic() + ANSWERS_WITHIN_S
    while left := _mendable(admin, wanted):
        if time.monotonic() > end:
            raise BrokerRefused(f"the broker took the change, but it does not show: {left[0]}")
        time.sleep(0.02)
    admin.wait_for_topics([topic.name for topic in wanted], timeout_ms=ANSWERS_WITHIN_S * 1000)


def _wanted(partnership: Partnership, settings: Settings) -> list[Topic]:
    return list(topic_table(partnership, partitions=settings.partitions, replication=settings.replication))


@contextmanager
def _admin(bootstrap: str, login: Login) -> Iterator[Any]:
    try:
        with admin_client(bootstrap, ANSWERS_WITHIN_S, login) as admin:
            yield admin
    except BrokerTrouble as trouble:
        raise BrokerAway(str(trouble)) from trouble
    except (KafkaError, OSError) as error:
        raise BrokerAway(f"no Kafka broker answers at {bootstrap}: {error}") from error


def _differences(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> list[Difference]:
    there = {topic["name"]: topic["partitions"] for topic in admin.describe_topics()}
    configs = _configs(admin, [topic for topic in wanted if topic.name in there])
    found: list[Difference] = []
    for topic in wanted:
        if topic.name in there:
            found += _of_one(topic, there[topic.name], configs[topic.name])
        else:
            says = f"{topic.name} is missing: {_counted(topic.partitions, 'partition')} wanted"
            found.append(Difference(topic=topic.name, says=says, make=topic))
    return found


def _mendable(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> list[Difference]:
    return [found for found in _differences(admin, wanted) if found.mendable]


def _of_one(topic: Topic, partitions: Sequence[Any], config: Mapping[str, str]) -> Iterator[Difference]:
    if len(partitions) < topic.partitions:
        says = f"{topic.name} has {_counted(len(partitions), 'partition')}, {topic.partitions} wanted"
        yield Difference(topic=topic.name, says=says, widen_to=topic.partitions)
    copies = min((len(partition["replica_nodes"]) for partition in partitions), default=0)
    if copies < topic.replication:
        says = f"{topic.name} is kept {_counted(copies, 'time')}, {topic.replication} wanted: have Kafka reassign it"
        yield Difference(topic=topic.name, says=says)
    for name, value in topic.config:
        if config.get(name) != value:
            says = f"{topic.name} has {name}={config.get(name)}, {value} wanted"
            yield Difference(topic=topic.name, says=says, set=(name, value))


def _configs(admin: KafkaAdminClient, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    """What each topic is set to, of the names the table speaks of."""
    if not topics:
        return {}
    asked = [
        ConfigResource(ConfigResourceType.TOPIC, topic.name, [name for name, _ in topic.config]) for topic in topics
    ]
    said = admin.describe_configs(asked, config_filter="all")["topic"]
    return {name: {key: entry["value"] for key, entry in entries.items()} for name, entries in said.items()}


def _make(admin: KafkaAdminClient, topics: Sequence[Topic]) -> None:
    if not topics:
        return
    wanted = {
        topic.name: {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replication,
            "configs": dict(topic.config),
        }
        for topic in topics
    }
    for made in admin.create_topics(wanted, raise_errors=False)["topics"]:
        error = for_code(made["error_code"])
        # another process that starts at this moment may have made it
        if made["error_code"] and error is not TopicAlreadyExistsError:
            raise BrokerRefused(f"{made['name']} could not be made: {made['error_message'] or error.description}")


def _widen(admin: KafkaAdminClient, partitions: Mapping[str, int]) -> None:
    if partitions:
        admin.create_partitions(dict(partitions))


def _configure(admin: KafkaAdminClient, settings: Sequence[tuple[str, str, str]]) -> None:
    by_topic: dict[str, dict[str, str]] = {}
    for topic, name, value in settings:
        by_topic.setdefault(topic, {})[name] = value
    if by_topic:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, *of) for of in by_topic.items()])


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""What the people's side asks of a broker: whether it answers, and whether a topic may be used."""

import logging
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

# kafka-python's own settings for a login (``security_protocol``, ``sasl_…``, ``ssl_…``), handed on untouched.
Login = Mapping[str, Any]
PROBE_S = 2.0
BOOTSTRAP_MS = 5_000
_MISSING, _FORBIDDEN = 3, 29  # Kafka's error codes in a topic's metadata


class BrokerTrouble(Exception):
    """Something between us and a topic, told as a sentence."""


class BrokerAway(BrokerTrouble):
    """No broker answers at the address, or none lets us in."""


class TopicMissing(BrokerTrouble):
    """The broker does not have the topic."""


class TopicForbidden(BrokerTrouble):
    """The broker does not let this login use the topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOnBroker:
    """A topic as the broker has it; its id is another when it was made anew."""

    id: str
    partitions: tuple[int, ...]


def hush_kafka() -> None:
    """Silence kafka-python's log: it repeats itself at each try, and we say the same once, in a sentence."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def takes_connections(bootstrap: str) -> bool:
    """Whether any of the addresses takes a bare connection."""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host or "localhost", int(port)), PROBE_S).close()
        except (OSError, ValueError, OverflowError):
            continue
        return True
    return False


def why_away(bootstrap: str) -> str:
    """Why nothing is heard of the broker, as far as a bare connection tells."""
    if not takes_connections(bootstrap):
        return f"the broker at {bootstrap} does not answer"
    # A wrong password, a wrong protocol and a broker that is still starting look alike: silence.
    return (
        f"the broker at {bootstrap} takes connections but does not answer"
        " (starting, or a wrong password, certificate or protocol)"
    )


def look_up(bootstrap: str, topic: str, login: Login) -> TopicOnBroker:
    """The topic as the broker has it; raises ``BrokerAway``, ``TopicMissing`` or ``TopicForbidden``."""
    if not takes_connections(bootstrap):
        raise BrokerAway(why_away(bootstrap))
    try:
        with closing(_admin(bootstrap, login)) as admin:
            (found,) = admin.describe_topics([topic])
    except (KafkaError, OSError):
        raise BrokerAway(why_away(bootstrap)) from None
    if found["error_code"] == _MISSING:
        raise TopicMissing(f"the broker at {bootstrap} has no topic {topic}; `tocsin topics apply` makes it")
    if found["error_code"] == _FORBIDDEN:
        raise TopicForbidden(f"the broker at {bootstrap} does not let this login use {topic}")
    if found["error_code"]:
        raise BrokerAway(f"the broker at {bootstrap} cannot say where {topic} is (error {found['error_code']})")
    return TopicOnBroker(
        id=str(found["topic_id"]), partitions=tuple(sorted(part["partition_index"] for part in found["partitions"]))
    )


def _admin(bootstrap: str, login: Login) -> Any:
    return KafkaAdminClient(
        bootstrap_servers=bootstrap.split(","),
        bootstrap_timeout_ms=BOOTSTRAP_MS,
        request_timeout_ms=2 * BOOTSTRAP_MS,
        **login,
    )

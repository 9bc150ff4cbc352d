"""What the people's side asks of a broker: whether it answers, and whether a topic may be used."""

import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, KafkaTimeoutError, SaslAuthenticationFailedError
from kafka.net.compat import KafkaNetClient

from consumers.door import why_not_let_in

# kafka-python's own settings for a login (``security_protocol``, ``sasl_…``, ``ssl_…``), handed on untouched.
Login = Mapping[str, Any]
NO_LOGIN: Login = MappingProxyType({})
PROBE_S = 2.0
BOOTSTRAP_MS = 5_000
_MISSING, _FORBIDDEN = 3, 29  # Kafka's error codes in a topic's metadata


class BrokerTrouble(Exception):
    """Something between us and a topic, told as a sentence."""


class BrokerAway(BrokerTrouble):
    """No broker answers at the address, or none lets us in."""


class LoginRefused(BrokerTrouble):
    """The broker does not let us in: another password, certificate or protocol is wanted."""


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


def why_away(bootstrap: str, login: Login = NO_LOGIN) -> str:
    """Why nothing is heard of the broker, as far as can be found out; kafka-python itself only runs out of time."""
    if said := why_refused(bootstrap, login):
        return said
    if not takes_connections(bootstrap):
        return f"the broker at {bootstrap} does not answer"
    return f"the broker at {bootstrap} takes connections but does not answer (starting, or another protocol)"


def why_refused(bootstrap: str, login: Login = NO_LOGIN) -> str | None:
    """What keeps this login out, at the first of the addresses that says so."""
    return next((said for address in bootstrap.split(",") if (said := why_not_let_in(address, login))), None)


def look_up(bootstrap: str, topic: str, login: Login) -> TopicOnBroker:
    """The topic as the broker has it; raises ``BrokerAway``, ``TopicMissing`` or ``TopicForbidden``."""
    if not takes_connections(bootstrap):
        raise BrokerAway(why_away(bootstrap))
    try:
        with admin_client(bootstrap, BOOTSTRAP_MS / 1000, login) as admin:
            (found,) = admin.describe_topics([topic])
    except (KafkaError, OSError) as error:
        raise trouble_of(error, bootstrap, login) from None
    if found["error_code"] == _MISSING:
        raise TopicMissing(f"the broker at {bootstrap} has no topic {topic}; `tocsin topics apply` makes it")
    if found["error_code"] == _FORBIDDEN:
        raise TopicForbidden(f"the broker at {bootstrap} does not let this login use {topic}")
    if found["error_code"]:
        raise BrokerAway(f"the broker at {bootstrap} cannot say where {topic} is (error {found['error_code']})")
    return TopicOnBroker(
        id=str(found["topic_id"]), partitions=tuple(sorted(part["partition_index"] for part in found["partitions"]))
    )


def trouble_of(error: Exception, bootstrap: str, login: Login) -> BrokerTrouble:
    """What kept us from the broker: it refuses our login, or it is away."""
    said = why_refused(bootstrap, login)
    if said or isinstance(error, SaslAuthenticationFailedError):
        return LoginRefused(said or f"the broker at {bootstrap} does not let this login in")
    return BrokerAway(why_away(bootstrap, login))


@contextmanager
def admin_client(bootstrap: str, wait_s: float, login: Login = NO_LOGIN) -> Iterator[Any]:
    """kafka-python's admin client, closed at the end; ``KafkaError`` where no broker answers in time, ``LoginRefused``
    where it does not let us in.

    A client that cannot be made leaves its thread and sockets behind (kafka-python 3.0.12): they are ended here.
    """
    if not takes_connections(bootstrap):
        raise KafkaTimeoutError(f"nothing takes a connection at {bootstrap}")
    # asked first: kafka-python would try until the time is out, and leave a socket behind each time
    if "ssl_context" in login and (refused := why_refused(bootstrap, login)):
        raise LoginRefused(refused)
    inner: list[Any] = []

    def note(**settings: Any) -> Any:
        inner.append(KafkaNetClient(**settings))
        return inner[-1]

    waiting = int(wait_s * 1000)
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap.split(","),
            bootstrap_timeout_ms=waiting,
            request_timeout_ms=waiting,
            kafka_client=note,
            **login,
        )
    except BaseException:
        for client in inner:
            client._manager._net.stop()
            client.close()
        raise
    try:
        yield admin
    finally:
        admin.close()

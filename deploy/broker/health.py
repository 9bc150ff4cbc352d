"""Whether a broker is really there: it is asked for its metadata, a connection alone proves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient

from consumers.broker import NO_LOGIN, Login, takes_connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a broker said of its cluster."""

    cluster: str
    brokers: int


def ask(bootstrap: str, wait_s: float = 5.0, login: Login = NO_LOGIN) -> Answer | None:
    """The cluster behind ``bootstrap``; None where no broker answers in time."""
    try:
        with admin_client(bootstrap, wait_s, login) as admin:
            said = admin.describe_cluster()
    except (KafkaError, OSError):
        return None
    return Answer(cluster=said["cluster_id"], brokers=len(said["brokers"]))


@contextmanager
def admin_client(bootstrap: str, wait_s: float, login: Login = NO_LOGIN) -> Iterator[Any]:
    """kafka-python's admin client, closed at the end; ``KafkaError`` where no broker answers in time.

    A client that cannot be made leaves its thread and sockets behind (kafka-python 3.0.12): they are ended here.
    """
    if not takes_connections(bootstrap):
        raise KafkaTimeoutError(f"nothing takes a connection at {bootstrap}")
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

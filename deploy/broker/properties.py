"""The embedded broker's settings: one node, broker and controller, on loopback alone, small; plain or secured."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.broker.authority import ORGANISATION
from deploy.broker.safe import ADMIN, BROKER, CONTROLLER
from schemas.access import MECHANISM

# Large enough that a report over the contract's 1 MiB still arrives and is refused with a reason, not lost at the door.
LARGEST_MESSAGE = 8 * 1024 * 1024


# A user whose password was taken away is asked for it again within this time, and then cut off: Kafka asks nobody
# again by itself. Their rights are gone at once, before that.
ASKED_AGAIN_MS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where a broker listens: for its clients, for those that come with a certificate, for its controller."""

    clients: int
    mutual: int
    controller: int


def server_properties(*, ports: Ports, data: str, secured: bool = False) -> str:
    """``server.properties`` as text; ``data`` relative to the folder the broker runs in."""
    ours: Mapping[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        # Named here, not in the data, so that the controller's port may change from start to start.
        "controller.quorum.voters": f"1@127.0.0.1:{ports.controller}",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data,
        **(_secured(ports) if secured else _plain(ports)),
        **ONE_NODE,
        **QUICK,
        **SMALL,
        **DATA,
    }
    return "".join(f"{name}={value}\n" for name, value in ours.items())


def _plain(ports: Ports) -> dict[str, object]:
    return {
        "listeners": f"PLAINTEXT://127.0.0.1:{ports.clients},CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{ports.clients}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    }


def _secured(ports: Ports) -> dict[str, object]:
    """No plain port, nobody unknown, nothing allowed that no rule allows."""
    clients = f"AGENCIES://127.0.0.1:{ports.clients},MUTUAL://127.0.0.1:{ports.mutual}"
    scram = f"listener.name.agencies.{MECHANISM.lower()}"
    return {
        "listeners": f"{clients},CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": clients,
        "listener.security.protocol.map": "AGENCIES:SASL_SSL,MUTUAL:SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "MUTUAL",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": ";".join(f"User:{name}" for name in (ADMIN, BROKER, CONTROLLER)),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": f"safe/{BROKER}.pem",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": "safe/ca.pem",
        "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        # A certificate speaks for the user it names; one that names anything else is a user without rights.
        "ssl.principal.mapping.rules": f"RULE:^CN=([a-z0-9.-]+),O={ORGANISATION}$/$1/,DEFAULT",
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.controller.ssl.client.auth": "required",
        "listener.name.controller.ssl.keystore.location": f"safe/{CONTROLLER}.pem",
        "sasl.enabled.mechanisms": MECHANISM,
        f"{scram}.sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        f"{scram}.connections.max.reauth.ms": ASKED_AGAIN_MS,
    }


ONE_NODE = {
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
}
QUICK = {
    "group.initial.rebalance.delay.ms": 0,
    "controller.quorum.election.timeout.ms": 100,  # there is nobody else to be elected
    # After kill -9 the controller takes the dead broker for alive until its session ends: 13 s with Kafka's 9 s.
    "broker.session.timeout.ms": 2000,
    "broker.heartbeat.interval.ms": 400,
}
SMALL = {
    "offsets.topic.num.partitions": 8,
    "transaction.state.log.num.partitions": 2,
    "share.coordinator.state.topic.num.partitions": 1,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
    "num.recovery.threads.per.data.dir": 2,
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,  # Kafka's 128 MiB is a quarter of our heap
}
DATA = {
    "auto.create.topics.enable": "false",
    "message.max.bytes": LARGEST_MESSAGE,
    "replica.fetch.max.bytes": LARGEST_MESSAGE,
    # One copy only: what a power cut may take is the last second, not what the system has not flushed by itself.
    "log.flush.interval.ms": 1000,
    "log.flush.scheduler.interval.ms": 1000,
    # What is erased leaves the disk within the minute.
    "log.retention.check.interval.ms": 30_000,
    "log.cleaner.backoff.ms": 5_000,
    "log.segment.delete.delay.ms": 5_000,
}

"""The embedded broker's settings: one node, broker and controller, on loopback alone, small."""

# Large enough that a report over the contract's 1 MiB still arrives and is refused with a reason, not lost at the door.
LARGEST_MESSAGE = 8 * 1024 * 1024


def server_properties(*, port: int, controller_port: int, data: str) -> str:
    """``server.properties`` as text; ``data`` relative to the folder the broker runs in."""
    listeners = f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}"
    ours = {
        "process.roles": "broker,controller",
        "node.id": 1,
        # Named here, not in the data, so that the controller's port may change from start to start.
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": listeners,
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": data,
        **ONE_NODE,
        **QUICK,
        **SMALL,
        **DATA,
    }
    return "".join(f"{name}={value}\n" for name, value in ours.items())


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

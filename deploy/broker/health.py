"""Whether a broker is really there: it is asked for its metadata, a connection alone proves nothing."""

from dataclasses import dataclass

from kafka.errors import KafkaError

from consumers.broker import NO_LOGIN, BrokerTrouble, Login, admin_client


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
    except (KafkaError, OSError, BrokerTrouble):
        return None
    return Answer(cluster=said["cluster_id"], brokers=len(said["brokers"]))

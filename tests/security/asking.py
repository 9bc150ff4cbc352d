"""Each thing that can be asked of a broker, as the bare request: no client between that asks something else first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import ACLOperation, ACLPermissionType, KafkaAdminClient, ResourceType
from kafka.admin import ACLResourcePatternType as Pattern
from kafka.protocol import admin as ask
from kafka.protocol.consumer import FetchRequest, HeartbeatRequest, OffsetFetchRequest
from kafka.protocol.metadata import MetadataRequest
from kafka.protocol.producer import InitProducerIdRequest, ProduceRequest
from kafka.record import MemoryRecordsBuilder

DENIED = {29, 30, 31, 53}  # of a topic, a group, the cluster, a transaction
BROKER, TOPIC = 4, 2  # kinds of things that have settings


def records() -> bytes:
    made = MemoryRecordsBuilder(magic=2, compression_type=0, batch_size=4096)
    made.append(timestamp=None, key=b"k", value=b"{}", headers=[])
    made.close()
    return bytes(made.buffer())


def of_topic(doing: str, topic: str) -> Any:
    """The request that does it; none changes anything should it be allowed, but for the record that is written."""
    match doing:
        case "read":
            part = FetchRequest.FetchTopic.FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1)
            return FetchRequest(
                replica_id=-1,
                max_wait_ms=0,
                min_bytes=0,
                max_bytes=1,
                isolation_level=0,
                session_id=0,
                session_epoch=-1,
                topics=[FetchRequest.FetchTopic(topic=topic, partitions=[part])],
                forgotten_topics_data=[],
                max_version=11,
            )
        case "write":
            data = ProduceRequest.TopicProduceData
            part = data.PartitionProduceData(index=0, records=records())
            return ProduceRequest(
                transactional_id=None,
                acks=1,
                timeout_ms=5_000,
                topic_data=[data(name=topic, partition_data=[part])],
                max_version=8,
            )
        case "describe":
            named = MetadataRequest.MetadataRequestTopic(name=topic)
            return MetadataRequest(topics=[named], allow_auto_topic_creation=False, max_version=8)
        case "settings":
            wanted = ask.DescribeConfigsRequest.DescribeConfigsResource(
                resource_type=TOPIC, resource_name=topic, configuration_keys=None
            )
            return ask.DescribeConfigsRequest(resources=[wanted])
        case "alter":
            return alter(TOPIC, topic, "retention.ms", "1000")
        case "widen":
            more = ask.CreatePartitionsRequest.CreatePartitionsTopic(name=topic, count=9, assignments=None)
            return ask.CreatePartitionsRequest(topics=[more], timeout_ms=5_000, validate_only=True)
        case "empty":
            gone = ask.DeleteRecordsRequest.DeleteRecordsTopic
            part = gone.DeleteRecordsPartition(partition_index=0, offset=0)
            return ask.DeleteRecordsRequest(topics=[gone(name=topic, partitions=[part])], timeout_ms=5_000)
        case "delete":
            return ask.DeleteTopicsRequest(topic_names=[topic], timeout_ms=5_000, max_version=5)
    raise AssertionError(doing)


TOPIC_DOINGS = {
    "read": "READ",
    "write": "WRITE",
    "describe": "DESCRIBE",
    "settings": "DESCRIBE_CONFIGS",
    "alter": "ALTER_CONFIGS",
    "widen": "ALTER",
    "empty": "DELETE",
    "delete": "DELETE",
}


def of_group(doing: str, group: str) -> Any:
    match doing:
        case "join":
            return HeartbeatRequest(group_id=group, generation_id=1, member_id="nobody", group_instance_id=None)
        case "offsets":
            return OffsetFetchRequest(group_id=group, topics=None, max_version=7)
        case "describe":
            return ask.DescribeGroupsRequest(groups=[group], include_authorized_operations=False)
        case "delete":
            return ask.DeleteGroupsRequest(groups_names=[group])
    raise AssertionError(doing)


GROUP_DOINGS = {"join": "READ", "offsets": "DESCRIBE", "describe": "DESCRIBE", "delete": "DELETE"}


def of_cluster(doing: str) -> Any:
    match doing:
        case "make a topic":
            new = ask.CreateTopicsRequest.CreatableTopic(
                name="tocsin.inbound.intruder.v1", num_partitions=1, replication_factor=1, assignments=[], configs=[]
            )
            return ask.CreateTopicsRequest(topics=[new], timeout_ms=5_000, validate_only=True)
        case "read rights":
            return ask.DescribeAclsRequest(
                resource_type_filter=ResourceType.ANY,
                resource_name_filter=None,
                pattern_type_filter=Pattern.ANY,
                principal_filter=None,
                host_filter=None,
                operation=ACLOperation.ANY,
                permission_type=ACLPermissionType.ANY,
            )
        case "give rights":
            right = ask.CreateAclsRequest.AclCreation(
                resource_type=ResourceType.TOPIC,
                resource_name="*",
                resource_pattern_type=Pattern.LITERAL,
                principal="User:*",
                host="*",
                operation=ACLOperation.ALL,
                permission_type=ACLPermissionType.ALLOW,
            )
            return ask.CreateAclsRequest(creations=[right])
        case "take rights":
            nothing = ask.DeleteAclsRequest.DeleteAclsFilter(
                resource_type_filter=ResourceType.TOPIC,
                resource_name_filter="no-such-topic",
                pattern_type_filter=Pattern.LITERAL,
                principal_filter=None,
                host_filter=None,
                operation=ACLOperation.ANY,
                permission_type=ACLPermissionType.ANY,
            )
            return ask.DeleteAclsRequest(filters=[nothing])
        case "read users":
            return ask.DescribeUserScramCredentialsRequest(
                users=[("intruder",)]
            )  # of all users, Kafka 4.2 denies by silence
        case "make a user":
            upsertion = ("intruder", 2, 4096, b"salt" * 6, b"x" * 64)
            return ask.AlterUserScramCredentialsRequest(deletions=[], upsertions=[upsertion])
        case "read quotas":
            anyone = ask.DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=2, match=None)
            return ask.DescribeClientQuotasRequest(components=[anyone], strict=True)
        case "set quotas":
            entry = ask.AlterClientQuotasRequest.EntryData
            return ask.AlterClientQuotasRequest(
                entries=[
                    entry(
                        entity=[entry.EntityData(entity_type="user", entity_name="intruder")],
                        ops=[entry.OpData(key="producer_byte_rate", value=1.0, remove=False)],
                    )
                ],
                validate_only=True,
            )
        case "read settings":
            wanted = ask.DescribeConfigsRequest.DescribeConfigsResource(
                resource_type=BROKER, resource_name="1", configuration_keys=None
            )
            return ask.DescribeConfigsRequest(resources=[wanted])
        case "alter settings":
            return alter(BROKER, "1", "log.cleaner.threads", "1")
        case "elect leaders":
            return ask.ElectLeadersRequest(election_type=0, topic_partitions=None, timeout_ms=5_000)
        case "move partitions":
            return ask.AlterPartitionReassignmentsRequest(timeout_ms=5_000, topics=[])
        case "read folders":
            return ask.DescribeLogDirsRequest(topics=None)
        case "begin a transaction":
            return InitProducerIdRequest(
                transactional_id="intruder", transaction_timeout_ms=1_000, producer_id=-1, producer_epoch=-1
            )
    raise AssertionError(doing)


CLUSTER_DOINGS = {
    "make a topic": ("CREATE", "Topic:LITERAL:tocsin.inbound.intruder.v1"),
    "read rights": ("DESCRIBE", "Cluster:LITERAL:kafka-cluster"),
    "give rights": ("ALTER", "Cluster:LITERAL:kafka-cluster"),
    "take rights": ("ALTER", "Cluster:LITERAL:kafka-cluster"),
    "read users": ("DESCRIBE", "Cluster:LITERAL:kafka-cluster"),
    "make a user": ("ALTER", "Cluster:LITERAL:kafka-cluster"),
    "read quotas": ("DESCRIBE_CONFIGS", "Cluster:LITERAL:kafka-cluster"),
    "set quotas": ("ALTER_CONFIGS", "Cluster:LITERAL:kafka-cluster"),
    "read settings": ("DESCRIBE_CONFIGS", "Cluster:LITERAL:kafka-cluster"),
    "alter settings": ("ALTER_CONFIGS", "Cluster:LITERAL:kafka-cluster"),
    "elect leaders": ("ALTER", "Cluster:LITERAL:kafka-cluster"),
    "move partitions": ("ALTER", "Cluster:LITERAL:kafka-cluster"),
    "read folders": ("DESCRIBE", "Cluster:LITERAL:kafka-cluster"),
    "begin a transaction": ("WRITE", "TransactionalId:LITERAL:intruder"),
}


def alter(kind: int, name: str, key: str, value: str) -> Any:
    wanted = ask.IncrementalAlterConfigsRequest.AlterConfigsResource
    change = wanted.AlterableConfig(name=key, config_operation=0, value=value)
    resource = wanted(resource_type=kind, resource_name=name, configs=[change])
    return ask.IncrementalAlterConfigsRequest(resources=[resource], validate_only=True)


@contextmanager
def asker(bootstrap: str, login: Any) -> Iterator[Any]:
    """A client that sends what it is given, and the codes that come back."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=10_000, **login)
    try:
        yield lambda request: codes(admin._manager.run(admin._manager.send, request).to_dict())
    finally:
        admin.close()


def codes(said: Any) -> set[int]:
    """Every error code in an answer."""
    if isinstance(said, dict):
        own = {said["error_code"]} if isinstance(said.get("error_code"), int) else set()
        return own.union(*map(codes, said.values()))
    return set().union(*map(codes, said)) if isinstance(said, list) else set()

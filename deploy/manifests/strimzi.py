"""Strimzi's resources for the topic table and for who may use it: one KafkaTopic a topic, one KafkaUser a login."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.agencies.names import user_of
from deploy.agencies.rights import Right, rights_of_agency, rights_of_pipeline
from schemas.agencies import Partnership, Quota
from schemas.topics import Topic, topic_table

API = "kafka.strimzi.io/v1"
CLUSTER = "tocsin"
PIPELINE = "tocsin-worker"
_OPERATIONS = {"read": ["Read", "Describe"], "write": ["Write", "Describe"]}

Resource = Mapping[str, Any]


def topics_of(partnership: Partnership, *, partitions: int, replication: int) -> list[Resource]:
    """A KafkaTopic for every topic of the table."""
    return [_topic(topic) for topic in topic_table(partnership, partitions=partitions, replication=replication)]


def users_of(partnership: Partnership) -> list[Resource]:
    """A KafkaUser for the pipeline, and the first login of every agency."""
    users = [_user(PIPELINE, rights_of_pipeline(PIPELINE, sorted(partnership)), None)]
    for name in sorted(partnership):
        user = user_of(name, 1)
        users.append(_user(user, rights_of_agency(user, name), partnership[name].quota))
    return users


def _named(name: str) -> Resource:
    return {"name": name, "labels": {"strimzi.io/cluster": CLUSTER}}


def _topic(topic: Topic) -> Resource:
    config = {name: int(value) if value.isdecimal() else value for name, value in topic.config}
    spec = {"partitions": topic.partitions, "replicas": topic.replication, "config": config}
    return {"apiVersion": API, "kind": "KafkaTopic", "metadata": _named(topic.name), "spec": spec}


def _user(name: str, rights: Iterator[Right], quota: Quota | None) -> Resource:
    spec: dict[str, Any] = {
        "authentication": {"type": "scram-sha-512"},
        "authorization": {"type": "simple", "acls": [_acl(right) for right in rights]},
    }
    if quota is not None:
        spec["quotas"] = {
            "producerByteRate": quota.write_bytes_s,
            "consumerByteRate": quota.read_bytes_s,
            "requestPercentage": quota.busy_percent,
        }
    return {"apiVersion": API, "kind": "KafkaUser", "metadata": _named(name), "spec": spec}


def _acl(right: Right) -> Resource:
    kind = "topic" if right.kind == "topic" else "group"
    pattern = "prefix" if right.kind == "groups" else "literal"
    return {
        "resource": {"type": kind, "name": right.name, "patternType": pattern},
        "operations": _OPERATIONS[right.may],
        "host": "*",
        "type": "allow",
    }

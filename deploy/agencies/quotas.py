"""Quotas of users. kafka-python 3.0.12 carries Kafka's two messages for them, and no call that sends them."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka.errors import for_code
from kafka.protocol.admin.client_quotas import AlterClientQuotasRequest, DescribeClientQuotasRequest

from deploy.broker.errors import BrokerRefused
from schemas.agencies import Quota

_ANY_NAME = 2  # "of any specified entity", in Kafka's words

Limits = Mapping[str, float]  # by the names Kafka has for them


def limits_of(quota: Quota) -> Limits:
    """A quota in Kafka's words."""
    return {
        "producer_byte_rate": float(quota.write_bytes_s),
        "consumer_byte_rate": float(quota.read_bytes_s),
        "request_percentage": float(quota.busy_percent),
    }


def read_limits(admin: Any) -> dict[str, Limits]:
    """The limits of each user that has some; ``admin`` is kafka-python's client."""
    of_users = DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=_ANY_NAME, match=None)
    answer = _send(admin, DescribeClientQuotasRequest(components=[of_users], strict=True))
    _raise_if(answer.error_code, answer.error_message)
    return {
        entry.entity[0].entity_name: {value.key: value.value for value in entry.values}
        for entry in answer.entries or ()
    }


def set_limits(admin: Any, wanted: Mapping[str, Limits], known: Mapping[str, Limits]) -> None:
    """Bring each named user's limits to ``wanted``; what else is ``known`` of them is taken away."""
    entry, entity, op = (
        AlterClientQuotasRequest.EntryData,
        AlterClientQuotasRequest.EntryData.EntityData,
        AlterClientQuotasRequest.EntryData.OpData,
    )
    entries = []
    for user, limits in wanted.items():
        gone = known.get(user, {}).keys() - limits.keys()
        ops = [op(key=key, value=value, remove=False) for key, value in limits.items()]
        ops += [op(key=key, value=0.0, remove=True) for key in gone]
        entries.append(entry(entity=[entity(entity_type="user", entity_name=user)], ops=ops))
    answer = _send(admin, AlterClientQuotasRequest(entries=entries, validate_only=False))
    for said in answer.entries:
        _raise_if(said.error_code, said.error_message)


def drop_limits(admin: Any, users: Iterable[str], known: Mapping[str, Limits]) -> None:
    """Take away all limits of users that are gone."""
    had: dict[str, Limits] = {user: {} for user in users if user in known}
    if had:
        set_limits(admin, had, known)


def _send(admin: Any, request: Any) -> Any:
    return admin._manager.run(admin._manager.send, request)


def _raise_if(code: int, message: str | None) -> None:
    if code:
        raise BrokerRefused(f"the broker does not do that with quotas: {message or for_code(code).description}")

"""Every agency, topic and group, and all that can be asked: allowed as the contract says, and nothing else."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.security import plain_rights as plain
from tests.security.asking import (
    CLUSTER_DOINGS,
    DENIED,
    GROUP_DOINGS,
    TOPIC_DOINGS,
    asker,
    of_cluster,
    of_group,
    of_topic,
)
from tests.security.conftest import Secured

pytestmark = pytest.mark.broker

AGENCIES = ("fire", "fire-east", "housing")  # the first two so that a name that begins another does not open it
WHO = (*AGENCIES, "worker")
GROUPS = (*(f"tocsin.{agency}.anna" for agency in AGENCIES), "tocsin.fire", "tocsin-pipeline", "analyst.fire.anna", "x")


@dataclass(frozen=True)
class Tried:
    who: str
    doing: str
    operation: str
    resource: str
    expected: bool
    codes: frozenset[int]

    @property
    def allowed(self) -> bool:
        return not self.codes & DENIED


def tries(secured: Secured, who: str) -> Iterator[Tried]:
    bootstrap, login = secured.login(who)
    with asker(bootstrap, login) as ask:
        for topic in plain.topics(AGENCIES):
            for doing, operation in TOPIC_DOINGS.items():
                expected = plain.may_with_topic(who, doing, topic)
                found = frozenset(ask(of_topic(doing, topic)))
                yield Tried(who, doing, operation, f"Topic:LITERAL:{topic}", expected, found)
        for group in GROUPS:
            for doing, operation in GROUP_DOINGS.items():
                expected = plain.may_with_group(who, doing, group)
                yield Tried(
                    who, doing, operation, f"Group:LITERAL:{group}", expected, frozenset(ask(of_group(doing, group)))
                )
        for doing, (operation, resource) in CLUSTER_DOINGS.items():
            expected = plain.may_with_cluster(who, doing)
            yield Tried(who, doing, operation, resource, expected, frozenset(ask(of_cluster(doing))))


@pytest.fixture(scope="module")
def tried(secured: Secured) -> list[Tried]:
    with ThreadPoolExecutor(len(WHO)) as pool:
        return [one for of_one in pool.map(lambda who: list(tries(secured, who)), WHO) for one in of_one]


def test_each_is_allowed_as_the_contract_says_and_every_other_denied(tried: list[Tried]) -> None:
    assert len(tried) >= 300
    assert [one for one in tried if one.allowed != one.expected] == []
    # what is allowed comes to pass: an empty answer would hide a request that asked nothing
    unclear = [one for one in tried if one.allowed and one.resource.startswith("Topic") and one.codes != {0}]
    assert unclear == []
    assert {one.doing for one in tried if one.allowed} == {"read", "write", "describe", "join", "offsets"}
    assert all(one.codes for one in tried)


def test_each_denial_stands_in_the_brokers_log(secured: Secured, tried: list[Tried]) -> None:
    line = re.compile(r"Principal = User:(\S+) is Denied operation = (\w+) from host = \S+ on resource = (\S+) ")
    logged = {match.groups() for match in line.finditer(secured.denials())}
    denied = [one for one in tried if not one.allowed]
    assert len(denied) >= 300
    missing = [one for one in denied if (secured.user(one.who), one.operation, one.resource) not in logged]
    assert missing == []

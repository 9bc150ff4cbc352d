"""Everything asked of a secured broker by everyone, with what the contract says of it and what came of it."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

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
from tests.security.secured import Secured


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


def tries(secured: Secured, who: str, agencies: Sequence[str]) -> Iterator[Tried]:
    bootstrap, login = secured.login(who)
    with asker(bootstrap, login) as ask:
        for topic in plain.topics(agencies):
            for doing, operation in TOPIC_DOINGS.items():
                expected = plain.may_with_topic(who, doing, topic)
                found = frozenset(ask(of_topic(doing, topic)))
                yield Tried(who, doing, operation, f"Topic:LITERAL:{topic}", expected, found)
        for group in groups(agencies):
            for doing, operation in GROUP_DOINGS.items():
                expected = plain.may_with_group(who, doing, group)
                yield Tried(
                    who, doing, operation, f"Group:LITERAL:{group}", expected, frozenset(ask(of_group(doing, group)))
                )
        for doing, (operation, resource) in CLUSTER_DOINGS.items():
            expected = plain.may_with_cluster(who, doing)
            yield Tried(who, doing, operation, resource, expected, frozenset(ask(of_cluster(doing))))


def groups(agencies: Sequence[str]) -> list[str]:
    """A group of each agency's, the workers', and names that are nearly one."""
    return [
        *(f"tocsin.{agency}.anna" for agency in agencies),
        "tocsin.fire",
        "tocsin-pipeline",
        "analyst.fire.anna",
        "x",
    ]


def try_all(secured: Secured, agencies: Sequence[str]) -> list[Tried]:
    """Everything, by each of the agencies and by the worker, side by side."""
    who = (*agencies, "worker")
    with ThreadPoolExecutor(4) as pool:
        return [one for of_one in pool.map(lambda name: list(tries(secured, name, agencies)), who) for one in of_one]


def not_logged(secured: Secured, tried: Sequence[Tried]) -> list[Tried]:
    """Denials that do not stand in the broker's log."""
    line = re.compile(r"Principal = User:(\S+) is Denied operation = (\w+) from host = \S+ on resource = (\S+) ")
    logged = {match.groups() for match in line.finditer(secured.denials())}
    users = {one.who: secured.user(one.who) for one in tried}
    return [one for one in tried if not one.allowed and (users[one.who], one.operation, one.resource) not in logged]

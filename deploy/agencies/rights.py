"""Who may do what, read off the topic table: nothing else is allowed, and a right names its topic whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from kafka.admin import ACLResourcePatternType as Pattern

from schemas.topics import FAMILIES, PIPELINE_GROUP, STAGES, Family, Party, group_prefix


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One user may do one thing with one topic, one group, or all groups that begin with a name."""

    user: str
    may: Literal["read", "write"]
    kind: Literal["topic", "group", "groups"]
    name: str

    def __str__(self) -> str:
        return f"{self.user} may {self.may} {self.kind} {self.name}{'*' if self.kind == 'groups' else ''}"

    @property
    def acl(self) -> Any:
        """The same as Kafka holds it; reading and writing bring describing with them."""
        kind = ResourceType.TOPIC if self.kind == "topic" else ResourceType.GROUP
        pattern = Pattern.PREFIXED if self.kind == "groups" else Pattern.LITERAL
        return ACL(
            principal=f"User:{self.user}",
            host="*",
            operation=ACLOperation[self.may.upper()],
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(kind, self.name, pattern),
        )


def rights_of_agency(user: str, agency: str) -> Iterator[Right]:
    """What one of an agency's users may do: its own topics by the table, and read in groups of its own."""
    for family in FAMILIES:
        if not family.per_stage:
            yield from _at_ends(user, family, agency, (Party.AGENCY, Party.ANALYSTS))
    # The name ends in a dot: without it, "fire" would reach into the groups of "fire-east".
    yield Right(user, "read", "groups", group_prefix(agency))


def refusals(user: str) -> Iterator[Any]:
    """That a user who is gone may do nothing: no rule of anybody's opens anything to a certificate that has not ended.

    A refusal goes before every permission, on connections that are open as on new ones; no number comes again.
    """
    for kind, name in ((ResourceType.TOPIC, "*"), (ResourceType.GROUP, "*"), (ResourceType.CLUSTER, "kafka-cluster")):
        yield ACL(
            principal=f"User:{user}",
            host="*",
            operation=ACLOperation.ALL,
            permission_type=ACLPermissionType.DENY,
            resource_pattern=ResourcePattern(kind, name, Pattern.LITERAL),
        )


def rights_of_pipeline(user: str, agencies: Iterable[str]) -> Iterator[Right]:
    """What the workers may do: their ends of every topic, in their one group; they make, change and delete nothing."""
    named = list(agencies)
    for family in FAMILIES:
        for of in STAGES if family.per_stage else named:
            yield from _at_ends(user, family, of, (Party.PIPELINE,))
    yield Right(user, "read", "group", PIPELINE_GROUP)


def _at_ends(user: str, family: Family, of: str, parties: tuple[Party, ...]) -> Iterator[Right]:
    if family.writer in parties:
        yield Right(user, "write", "topic", family.topic(of))
    if family.reader in parties:
        yield Right(user, "read", "topic", family.topic(of))

"""How users, rights and quotas stand on a broker, and how they should."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka.admin import ACLFilter, ACLOperation, ACLPermissionType, ResourcePatternFilter, ResourceType
from kafka.admin import ACLResourcePatternType as Pattern

from deploy.agencies.names import agency_of_user, in_order, is_ours, next_number, user_of
from deploy.agencies.quotas import Limits, limits_of, read_limits
from deploy.agencies.rights import refusals, rights_of_agency, rights_of_pipeline
from deploy.broker.safe import WORKER
from schemas.agencies import Partnership
from schemas.topics import PREFIX

_EVERYTHING = ACLFilter(
    principal=None,
    host=None,
    operation=ACLOperation.ANY,
    permission_type=ACLPermissionType.ANY,
    resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, Pattern.ANY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a broker holds, or is to hold: users with a password, rules of who may do what, limits."""

    users: frozenset[str]
    acls: frozenset[Any]
    limits: Mapping[str, Limits]

    def logins(self) -> dict[str, list[str]]:
        """The users of each agency, the oldest first."""
        found: dict[str, list[str]] = defaultdict(list)
        for user in self.users:
            if (agency := agency_of_user(user)) is not None:
                found[agency].append(user)
        return {agency: in_order(users) for agency, users in found.items()}


def read_standing(admin: Any) -> Standing:
    """What the broker holds; ``admin`` is kafka-python's client of one who may ask."""
    acls, _ = admin.describe_acls(_EVERYTHING)
    users = frozenset(admin.describe_user_scram_credentials())
    return Standing(users=users, acls=frozenset(acls), limits=read_limits(admin))


def wanted_standing(partnership: Partnership, held: Standing, *, worker_has_password: bool) -> Standing:
    """What it is to hold: of each agency the users there are, or a first one; nobody else's of ours; and that those who
    are gone may do nothing.
    """
    logins = held.logins()
    of_agencies = {name: logins.get(name) or [user_of(name, next_number(()))] for name in partnership}
    users = {user for users in of_agencies.values() for user in users}
    rights = {right for name, users in of_agencies.items() for user in users for right in rights_of_agency(user, name)}
    rights |= set(rights_of_pipeline(WORKER, partnership))
    known = held.users | {user_in(acl) for acl in held.acls}
    gone = {user for user in known - users if agency_of_user(user) is not None}
    limits = {user: limits_of(partnership[name].quota) for name, users in of_agencies.items() for user in users}
    return Standing(
        users=frozenset(users | ({WORKER} if worker_has_password else set())),
        acls=frozenset(right.acl for right in rights) | {acl for user in gone for acl in refusals(user)},
        limits=limits,
    )


def is_of_ours(acl: Any) -> bool:
    """Whether a rule speaks of our users or names our topics or groups: such a one stands in the table, or goes."""
    return is_ours(user_in(acl)) or acl.resource_pattern.resource_name.startswith(PREFIX)


def reaches_ours(acl: Any) -> bool:
    """Whether a rule that is not ours opens our topics or groups all the same: all of them, or a shorter prefix."""
    pattern = acl.resource_pattern
    if pattern.resource_type not in (ResourceType.TOPIC, ResourceType.GROUP):
        return False
    name = pattern.resource_name
    return name == "*" or (pattern.pattern_type == Pattern.PREFIXED and PREFIX.startswith(name))


def user_in(acl: Any) -> str:
    """The user whom a rule is about."""
    return str(acl.principal).removeprefix("User:")


def rules(acls: Iterable[Any]) -> list[str]:
    """Rules as sentences, in a fixed order."""
    return sorted(_sentence(acl) for acl in acls)


def _sentence(acl: Any) -> str:
    pattern = acl.resource_pattern
    many = "*" if pattern.pattern_type == Pattern.PREFIXED else ""
    may = "may" if acl.permission_type == ACLPermissionType.ALLOW else "may not"
    doing = acl.operation.name.lower().replace("_", " ")
    return f"{user_in(acl)} {may} {doing} {pattern.resource_type.name.lower()} {pattern.resource_name}{many}"

"""What each role may do, kept as data."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


class NoSuchPermission(Exception):
    """Something names a permission that the table does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something that can be done, in words, and by whom; ``anyone``: without having signed in; ``own_agency``: in no
    other's name.
    """

    name: str
    says: str
    roles: frozenset[str] = frozenset()
    anyone: bool = False
    own_agency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The roles with what they are, the permissions, which one each command asks for, and the commands to be logged."""

    titles: Mapping[str, str]
    permissions: Mapping[str, Permission]
    commands: Mapping[str, str]
    consulted: frozenset[str]

    def permission(self, name: str) -> Permission:
        """The permission of that name; raises ``NoSuchPermission``."""
        try:
            return self.permissions[name]
        except KeyError:
            raise NoSuchPermission(name) from None

    def for_command(self, command: str) -> Permission:
        """The permission that a command asks for; one that is not in the table is nobody's."""
        return self.permissions.get(
            self.commands.get(command, ""), Permission(name="none", says="do what no line allows")
        )

    def allow(self, held: Iterable[str], name: str) -> bool:
        """Whether one who has these roles may do it."""
        return not self.permission(name).roles.isdisjoint(held)


@lru_cache(maxsize=1)
def load_roles() -> Roles:
    """Read the table; raises ``ValueError`` where a permission is of a role that there is not, or of nobody, or a
    command asks for one that there is not.
    """
    table = tomllib.loads(files("schemas").joinpath("vocabulary/roles.toml").read_text("utf-8"))
    titles = table["role"]
    permissions = {}
    for name, entry in table["may"].items():
        permission = Permission(
            name=name,
            says=entry["says"],
            roles=frozenset(entry.get("roles", ())),
            anyone=entry.get("anyone", False),
            own_agency=entry.get("own_agency", False),
        )
        if permission.roles - set(titles) or permission.anyone == bool(permission.roles):
            raise ValueError(f"roles: {name} must be of roles that there are, or of anyone")
        permissions[name] = permission
    commands, consulted = table["command"], frozenset(table["consulted"]["commands"])
    if set(commands.values()) - set(permissions) or consulted - set(commands):
        raise ValueError("roles: a command asks for a permission that there is not, or is logged and is not there")
    return Roles(titles=titles, permissions=permissions, commands=commands, consulted=consulted)

"""Who acts by command: whether the one who is named may, by the same roles as at the page; one place decides.

It names, and proves nothing: whoever runs commands holds the store. Where nobody has been let in yet there are no roles
to ask for.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from consumers.accounts.log import REFUSED, Entry, by_user, entry
from consumers.accounts.users import Someone, anyone_here, found, user_name
from schemas.roles import load_roles


class NotAllowed(Exception):
    """The command is not run; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command to be run: its name, as whom, and the agency it is run for, where it is run for one."""

    command: str
    name: str | None
    agency: str | None = None


def acting(connection: Connection, act: Act) -> Someone | None:
    """Who runs it; nobody, where the store names no people. Raises ``NotAllowed``."""
    if not anyone_here(connection):
        return None
    if not act.name:
        raise NotAllowed("people have roles here: say as whom, with --as USER or TOCSIN_USER")
    someone = found(connection, name=user_name(act.name))
    if someone is None or someone.disabled_at is not None:
        raise NotAllowed(f"nobody called {act.name} may use this store")
    permission = load_roles().for_command(act.command)
    if permission.roles.isdisjoint(someone.roles):
        raise NotAllowed(f"{someone.name} may not {permission.says}: it is for {_listed(permission.roles)}")
    if permission.own_agency and act.agency != someone.agency:
        raise NotAllowed(f"{someone.name} is not of {act.agency}, and does nothing in its name")
    return someone


def refusal(connection: Connection, act: Act, at: datetime, login: str) -> Entry:
    """What the log says where somebody was refused: their id where there is such a person, and the machine's login."""
    someone = found(connection, name=user_name(act.name or ""))
    actor = login if someone is None else by_user(someone.id)
    return entry(at, actor, REFUSED, f"command:{act.command}", login=login)


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles)) or "nobody"

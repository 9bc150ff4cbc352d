"""Wrong tries make the next one wait, for each account and each address, ever longer.

An account is one typed name, whether or not anyone has it: nobody learns from a wait who is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, delete, select, update

from consumers.accounts.rules import PageRules
from consumers.accounts.store import add_new
from schemas.tables import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose tries are counted together: what was typed as a name, and where from."""

    account: str
    address: str

    def keys(self) -> dict[str, str]:
        """The digests the two are counted under."""
        named = {"account": self.account, "address": network_of(self.address)}
        return {kind: sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest() for kind, value in named.items()}


def network_of(address: str) -> str:
    """An address; of IPv6 the network that one subscriber has, who could use any address of it."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def take_turn(connection: Connection, caller: Caller, now: datetime, rules: PageRules) -> timedelta | None:
    """Count a try before it is judged, so that many at once are all counted; the wait where it comes too soon."""
    _forget(connection, now - rules.forgotten_after)
    keys = caller.keys()
    held = {kind: _held(connection, key, now) for kind, key in sorted(keys.items())}
    wait = max(until for _, until in held.values()) - now
    if wait > timedelta():
        return wait
    for kind, (failures, _) in held.items():
        _count(connection, keys[kind], failures + 1, rules.tries[kind], now, rules)
    return None


def was_right(connection: Connection, caller: Caller, now: datetime, rules: PageRules) -> None:
    """Forget the account's wrong tries, and of the address's this one: else one good password would open the door
    to trying every other account from there.
    """
    keys = caller.keys()
    connection.execute(delete(Attempt).where(Attempt.key == keys["account"]))
    failures, _ = _held(connection, keys["address"], now)
    _count(connection, keys["address"], max(0, failures - 1), rules.tries["address"], now, rules)


def _forget(connection: Connection, before: datetime) -> None:
    """Clear away tries of long ago, but for those that are being counted: two must not wait for each other."""
    old = select(Attempt.key).where(Attempt.last_at < before).with_for_update(skip_locked=True)
    connection.execute(delete(Attempt).where(Attempt.key.in_(old)))


def _held(connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
    add_new(connection, Attempt, {"key": key, "failures": 0, "until": now, "last_at": now})
    row = connection.execute(select(Attempt.failures, Attempt.until).where(Attempt.key == key).with_for_update()).one()
    return row.failures, row.until


def _count(connection: Connection, key: str, failures: int, free: int, now: datetime, rules: PageRules) -> None:
    wait = min(timedelta(seconds=2.0 ** min(failures - free, 20)), rules.longest_wait)
    until = now + wait if failures >= free else now
    connection.execute(update(Attempt).where(Attempt.key == key).values(failures=failures, until=until, last_at=now))

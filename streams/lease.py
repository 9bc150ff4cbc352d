"""Leases: a job that only one process may do at a time, handed on when its holder stops renewing.

All go by one clock: PostgreSQL's own, or with SQLite that of the one machine there is. A lease that ends later than one
taken now would is from before that clock was set back, and binds nobody: else a job stood still until the clock was
there again.
"""

import socket
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, or_, select, update

from schemas.tables import Lease
from streams.store import add_new, writing


def holder_of(pid: int) -> str:
    """By what name a process of this machine holds leases, and is known to the broker."""
    return f"{socket.gethostname()}/{pid}"


def hold(engine: Engine, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take or renew the lease ``name`` for ``length``; whether ``holder`` has it. ``now``: where the store has none."""
    with writing(engine, hurry=True) as connection:
        return take_hold(connection, name, holder, now, length)


def take_hold(connection: Connection, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """As ``hold``, in a transaction that has begun: who waited long for its turn asks for the time after that."""
    at = _store_time(connection) or now
    until = at + length
    add_new(connection, Lease, [{"name": name, "holder": holder, "until": until}])
    free = or_(Lease.holder == holder, Lease.until < at, Lease.until > until)
    held = connection.execute(update(Lease).where(Lease.name == name, free).values(holder=holder, until=until))
    return held.rowcount == 1


def _store_time(connection: Connection) -> datetime | None:
    if connection.dialect.name != "postgresql":
        return None
    at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return at


def let_go(engine: Engine, name: str, holder: str) -> None:
    """Give the lease up, so that the next need not wait for its end."""
    with writing(engine) as connection:
        connection.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))

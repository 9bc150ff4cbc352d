"""Leases: a job that only one process may do at a time, handed on when its holder stops renewing."""

import socket
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, update

from schemas.tables import Lease
from streams.store import add_new, writing


def holder_of(pid: int) -> str:
    """By what name a process of this machine holds leases, and is known to the broker."""
    return f"{socket.gethostname()}/{pid}"


def hold(engine: Engine, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take or renew the lease ``name`` until ``now + length``; whether ``holder`` has it."""
    with writing(engine) as connection:
        add_new(connection, Lease, [{"name": name, "holder": holder, "until": now + length}])
        held = connection.execute(
            update(Lease)
            .where(Lease.name == name, or_(Lease.holder == holder, Lease.until < now))
            .values(holder=holder, until=now + length)
        )
        return held.rowcount == 1


def let_go(engine: Engine, name: str, holder: str) -> None:
    """Give the lease up, so that the next need not wait for its end."""
    with writing(engine) as connection:
        connection.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))

"""Acting at once on what was left for the stages, where no worker is there to do it."""

import time
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select

from schemas.agencies import Partnership
from schemas.tables import Lease, Waiting
from streams.pipeline import drain
from streams.store import reading

# A worker sweeps every two seconds; after this long it is busy with more than ours.
_PATIENCE_S = 10.0


def carry_on(engine: Engine, partnership: Partnership, most: int) -> bool:
    """Let the stages take what stands before them, or a running worker do so; whether all of it is done."""
    with reading(engine) as connection:
        at_work = worker_at_work(connection, datetime.now(UTC))
    if not at_work:
        drain(engine, partnership, most)
        return True
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        with reading(engine) as connection:
            if connection.execute(select(Waiting.seq).limit(1)).first() is None:
                return True
        time.sleep(0.1)
    return False


def worker_at_work(connection: Connection, now: datetime) -> bool:
    """Whether a worker holds the lease of the relay."""
    until = connection.execute(select(Lease.until).where(Lease.name == "relay")).scalar_one_or_none()
    return until is not None and until > now

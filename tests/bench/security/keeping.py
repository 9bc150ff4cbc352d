"""What erasing takes at a town's size and leaves on disk, what stays readable meanwhile, what sealing costs intake."""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from deploy.demo.simulator import simulate
from deploy.store import ready_store
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.tables import BodyKey, Member, Mention
from streams.intake.keep import take_reports
from streams.keeping.compact import compact
from streams.keeping.erase import erase
from streams.keeping.proving import prove
from streams.keeping.subject import subject_of
from streams.ledger import Record
from streams.pipeline import drain
from streams.store import reading, writing
from tests.conftest import postgresql_server
from tests.integration.erased import erased_without_a_trace

REPORTS = 4000
ERASED = 5  # the people named most often, one after the other
PARTNERSHIP = load_partnership()


def measure_keeping() -> None:
    """Take part of the simulated town in, erase people out of it one after the other, and prove the log."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        file = Path(name) / "store.db"
        engine = ready_store(Settings(store=f"sqlite:///{file}"))
        bodies = [sent.raw for sent in simulate(seed=11).reports][:REPORTS]
        spent = _take(engine, bodies)
        print(f"intake, with sealing and the log {spent * 1e6:>8.0f} µs of processor time a report ({REPORTS} reports)")
        started = time.monotonic()
        drain(engine, PARTNERSHIP, 500)
        print(f"all stages behind it             {(time.monotonic() - started) / REPORTS * 1e6:>8.0f} µs a report")
        _erase_some(engine)
        started = time.monotonic()
        told = compact(engine)
        took, size = time.monotonic() - started, file.stat().st_size
        print(f"files written anew               {took:>8.2f} s, {size:,} bytes {told}")
        started = time.monotonic()
        with reading(engine) as connection:
            proof = prove(connection, "00" * 32)
        print(f"log proven                       {time.monotonic() - started:>8.2f} s, {proof.entries} entries")
        print(f"flaws in the log                 {len(proof.flaws):>8}")
        engine.dispose()
    _without_a_trace()


def _without_a_trace() -> None:
    """A person erased in a whole Tocsin, on either database: asserts where anything of theirs is left in any file."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, postgresql_server() as postgresql:
        for store, url in (("SQLite", f"sqlite:///{Path(name) / 'SQLite' / 'store.db'}"), ("PostgreSQL", postgresql)):
            folder = Path(name) / store
            folder.mkdir()
            unreadable, gone = erased_without_a_trace(folder, url)
            print(
                f"with its broker, on {store:10} unreadable after {unreadable:.2f} s, no byte left after {gone:.0f} s"
            )


def _take(engine: Engine, bodies: list[bytes]) -> float:
    at = datetime.now(UTC)
    records = [
        Record(source="file:bench", partition=0, offset=n, key=None, value=raw, taken_at=at, agency=None)
        for n, raw in enumerate(bodies)
    ]
    started = time.process_time()
    for start in range(0, len(records), 500):
        with writing(engine) as connection:
            take_reports(connection, records[start : start + 500], PARTNERSHIP)
    return (time.process_time() - started) / len(bodies)


def _erase_some(engine: Engine) -> None:
    unreadable, whole, wrong = [], [], 0
    for _ in range(ERASED):
        with reading(engine) as connection:
            before = connection.execute(select(func.count()).select_from(BodyKey)).scalar_one()
            person = _most_named(engine)
            subject = subject_of(connection, [person])
        started = time.monotonic()
        done = erase(engine, PARTNERSHIP, 500, subject, "bench", "measured", datetime.now(UTC))
        whole.append(time.monotonic() - started)
        unreadable.append(done.unreadable_after_s)
        wrong += not done.proven
        with reading(engine) as connection:
            after = connection.execute(select(func.count()).select_from(BodyKey)).scalar_one()
        print(
            f"  a person of {len(subject.mentions)} mentions: {done.erasure.keys} keys destroyed, {before - after} gone"
        )
    print(f"unreadable after                 {max(unreadable):>8.3f} s at most (promised: 1 s)")
    print(f"settled and proven after         {statistics.median(whole):>8.2f} s, {max(whole):.2f} s at most")
    print(f"not proven                       {wrong:>8} of {ERASED}")


def _most_named(engine: Engine) -> str:
    with reading(engine) as connection:
        query = (
            select(Member.entity)
            .join(Mention, Mention.id == Member.item)
            .where(Member.kind == "person", Member.state == "joined")
            .group_by(Member.entity)
            .order_by(func.count().desc(), Member.entity)
        )
        return str(connection.execute(query).scalars().first())

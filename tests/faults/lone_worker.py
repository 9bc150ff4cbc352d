"""A worker without Faust in a process of its own: the ledger, the stages and the relay, one step after the other.

Without a consumer group there is no session to run out, so it can be killed and started again many times a minute.
"""

import asyncio
import multiprocessing
import pickle
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path

from sqlalchemy import Engine, func, select

from deploy.store import ready_store
from schemas.agencies import Partnership, load_partnership
from schemas.settings import Settings
from schemas.tables import Outbox
from streams.app import _close
from streams.fail_points import arm
from streams.intake.keep import take_reports
from streams.ledger import Record, positions, take_run
from streams.pipeline import STAGES, Telling, advance, wake
from streams.relay import Relay
from streams.store import reading

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def processes() -> ForkServerContext:
    """Where lone workers are started: everything is imported once, and each is a fork of that."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def live(store_url: str, bootstrap: str, records: Path, fail_point: str | None, at_once: int) -> None:
    """Take all records through every stage and tell what is owed; end, if not killed, when nothing is left."""
    engine = ready_store(Settings(store=store_url))
    arm(fail_point)
    partnership = load_partnership()
    run: list[Record] = pickle.loads(records.read_bytes())
    while True:
        settle(engine, partnership)
        if bootstrap:
            asyncio.run(_relay(engine, bootstrap))
        start = positions(engine).get((run[0].source, 0), 0)
        if start >= len(run):
            return
        take_run(engine, run[start : start + at_once], _take)


def settle(engine: Engine, partnership: Partnership) -> None:
    while sum(advance(engine, stage, partnership, 500, Telling.OWED) for stage in STAGES):
        pass
    _close(engine, NOW)
    while sum(advance(engine, stage, partnership, 500, Telling.OWED) for stage in STAGES):
        pass


def _take(connection, records):
    return [*take_reports(connection, records, load_partnership()), *wake(["dedupe"])]


async def _relay(engine: Engine, bootstrap: str) -> None:
    relay = Relay(engine, bootstrap, holder="the only one", now=lambda: datetime.now(UTC))
    running = asyncio.create_task(relay.run())
    while owed(engine):
        assert not running.done(), running.exception()
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def owed(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(Outbox)).scalar_one()

"""The Faust app: agents that only hand records over, a consumer that starts where the ledger stands.

Faust's own web server and tables stay off: the one listens on every interface, the others lose what they hold.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import faust
import structlog
import uvloop
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.transport.drivers.aiokafka import Transport as FaustTransport
from faust.types import TP
from sqlalchemy import Engine

from schemas.access import MECHANISM, PLAIN, Access
from schemas.agencies import Partnership
from schemas.settings import Settings
from schemas.topics import FEEDBACK, INBOUND, PIPELINE_GROUP, WORK
from streams.agent import Seek, Taker
from streams.beside import Beside
from streams.counted_anew import count_anew
from streams.fail_points import step
from streams.intake.keep import refuse_records, take_reports
from streams.issues.days import close_days
from streams.issues.feedback import refuse_feedback, take_feedback
from streams.keeping.heads import Signer, is_due, last_signed, sign_heads
from streams.lease import holder_of, let_go
from streams.ledger import Take, log_was_cut, positions, record_lost
from streams.measures import Beat
from streams.outbox import owe
from streams.pace import Lately
from streams.patience import patiently
from streams.pipeline import STAGES, try_again
from streams.reading_on import ReadingOn
from streams.relay import Relay
from streams.sharing.again import share_anew
from streams.store import LOG_PAGES, lay_back, only_one, reading, take_turns_with, writing
from streams.together import Together

# A wake-up that is lost costs at most this much; days are closed on the same timer.
SWEEP_EVERY_S = 2.0
# A partition that stands still for two looks is read on: long enough for what is being fetched to come.
LOOK_EVERY_S = 5.0
# SQLite's log is laid back when it is about a quarter full: of a hundred reports a second every second or two.
LAY_BACK_AT, LAY_BACK_WITHIN_S = LOG_PAGES // 4, (0.5, 4.0)
# Where many records come, what comes within so long of the last is taken with it: each by itself was a fetch and a turn
# to write, and at a hundred a second that took half a core. In one agency's flood the others wait less.
GATHER_S, GATHER_IN_A_FLOOD_S = 0.03, 0.01
# How long a thread that takes reports in may keep the loop waiting, which hands on and tells; Python's own is 5 ms,
# and the loop turns dozens of times for one alert.
SWITCH_EVERY_S = 0.0005

log = structlog.get_logger()


def ledger_consumer(engine: Engine, lately: Lately) -> type[FaustConsumer]:
    """A consumer that starts each partition at the ledger's next offset, whatever Faust committed."""

    class LedgerConsumer(FaustConsumer):
        logger = logging.getLogger("faust.consumer")

        async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
            if lately.busy():  # while a partition holds records the broker is asked for no more
                await asyncio.sleep(GATHER_IN_A_FLOOD_S if lately.floods() else GATHER_S)
            async for place, record in super().getmany(timeout):
                lately.came(place.topic)
                yield place, record

        async def seek_to_committed(self) -> Mapping[TP, int]:
            assigned = {tp for tp in self.assignment() if not tp.topic.startswith(f"tocsin.{WORK.name}.")}
            hint = await super().seek_to_committed()
            earliest = await self.earliest_offsets(*assigned) if assigned else {}
            known = await patiently(partial(positions, engine), "reading the ledger")
            ends = await self.highwaters(*assigned) if assigned else {}
            starts = {tp: known.get((tp.topic, tp.partition), 0) for tp in assigned}
            for tp, start in starts.items():
                if start > ends.get(tp, start):
                    starts[tp] = ends[tp]
                    await patiently(partial(log_was_cut, engine, tp.topic, tp.partition, ends[tp]), "going back")
                    log.error("the log ends before the ledger; going back", topic=tp.topic, ledger=start, end=ends[tp])
                elif start < earliest.get(tp, 0):
                    starts[tp] = earliest[tp]
                    await patiently(
                        partial(record_lost, engine, tp.topic, tp.partition, earliest[tp]), "recording what was lost"
                    )
                    log.error("records were deleted before they were read", topic=tp.topic, first=start)
            if starts:
                await self.seek_wait(starts)
            return {**hint, **starts}

    return LedgerConsumer


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What one worker process is made of."""

    app: faust.App
    relay: Relay
    holder: str
    beat: Beat
    stages: Beside


def make_worker(
    settings: Settings,
    engine: Engine,
    bootstrap: str,
    partnership: Partnership,
    stages: Beside,
    *,
    access: Access = PLAIN,
    signer: Signer | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Worker:
    """Wire the agents, the relay and the sweep for one worker process; ``access``: as whom it speaks to the broker."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # a third of what a worker does is its loop
    lately = Lately()
    app = _app(settings, engine, bootstrap, access, lately)
    holder = holder_of(os.getpid())
    relay = Relay(engine, bootstrap, holder=holder, now=now, login=access.login, lately=lately)

    take_turns_with(engine, stages.between)

    def committed() -> None:
        relay.nudge()
        stages.came(busy=lately.busy(), flood=lately.floods())

    takers: dict[str, Taker] = {}
    for family, name, (take, refuse) in (
        (INBOUND, "intake", _intake(partnership)),
        (FEEDBACK, FEEDBACK.name, _feedback(partnership)),
    ):
        together = Together(engine, take, most=settings.batch, name=name)
        for agency in sorted(partnership):
            taker = Taker(engine, together=together, refuse=refuse, most=settings.batch, committed=committed)
            takers[family.topic(agency)] = taker
            _take_from(app, family.topic(agency), taker)
    for stage in STAGES:
        _wake_on(app, stage.name, stages)
    chores: list[Callable[[], object]] = [lambda: _close(engine, now()), lambda: count_anew(engine)]
    if signer is not None:
        chores.append(lambda: _sign(engine, signer, partnership, now()))
    beat = Beat()
    _tend(app, engine, relay, stages, holder, chores, partnership)
    _read_on(app, ReadingOn(engine, takers))
    _lay_back(app, engine)
    _beat(app, beat)
    return Worker(app=app, relay=relay, holder=holder, beat=beat, stages=stages)


def _app(settings: Settings, engine: Engine, bootstrap: str, access: Access, lately: Lately) -> faust.App:
    app = faust.App(
        PIPELINE_GROUP,
        broker="kafka://" + bootstrap.replace(",", ";kafka://"),
        broker_credentials=credentials_of(access),
        broker_client_id=holder_of(os.getpid()),  # so that the watchdog knows whose a partition is
        store="memory://",
        datadir=str(settings.var / "faust"),
        value_serializer="raw",
        key_serializer="raw",
        broker_commit_interval=1.0,
        broker_max_poll_records=500,
        broker_session_timeout=settings.session_s,
        broker_heartbeat_interval=settings.session_s / 6,
        stream_buffer_maxsize=256,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
        topic_allow_declare=False,
        topic_disable_leader=True,
        reply_create_topic=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
        autodiscover=False,
        loghandlers=[],
    )
    transport = type("LedgerTransport", (FaustTransport,), {"Consumer": ledger_consumer(engine, lately)})
    app.transport = transport(app.conf.broker_consumer, app)
    return app


def credentials_of(access: Access) -> faust.SSLCredentials | faust.SASLCredentials | None:
    """The access in Faust's words."""
    if access.protocol == "ssl":
        return faust.SSLCredentials(access.context)
    if access.protocol == "sasl_ssl" and access.password is not None:
        return faust.SASLCredentials(
            username=access.user,
            password=access.password.get_secret_value(),
            ssl_context=access.context,
            mechanism=MECHANISM,
        )
    return None


Pair = tuple[Take, Take]


def _intake(partnership: Partnership) -> Pair:
    taking = partial(take_reports, partnership=partnership, read_on=False)  # the stages are a process of their own
    return taking, partial(refuse_records, partnership=partnership)


def _feedback(partnership: Partnership) -> Pair:
    return partial(take_feedback, partnership=partnership), partial(refuse_feedback, partnership=partnership)


def _topic(app: faust.App, name: str) -> Any:
    return app.topic(name, key_type=bytes, value_type=bytes, value_serializer="raw", key_serializer="raw")


def _take_from(app: faust.App, name: str, taker: Taker) -> None:
    async def take(stream: Any) -> None:
        await taker.follow(stream, _seeking(app))

    app.agent(_topic(app, name), name=f"take-{name}", concurrency=1)(take)


def _seeking(app: faust.App) -> Seek:
    async def seek(topic: str, partition: int, offset: int) -> None:
        if TP(topic, partition) in app.consumer.assignment():
            await app.consumer.seek_wait({TP(topic, partition): offset})

    return seek


def _read_on(app: faust.App, reading_on: ReadingOn) -> None:
    async def looking() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await reading_on.look(app.consumer, _seeking(app))

    app.task(looking)


def _wake_on(app: faust.App, stage: str, stages: Beside) -> None:
    """What others left for a stage, at the page or on the command line, is done at once."""

    async def woken(stream: Any) -> None:
        await stages.follow(stream)

    app.agent(_topic(app, WORK.topic(stage)), name=f"stage-{stage}", concurrency=1)(woken)


def _tend(
    app: faust.App,
    engine: Engine,
    relay: Relay,
    stages: Beside,
    holder: str,
    chores: Sequence[Callable[[], object]],
    partnership: Partnership,
) -> None:
    """Run the relay and the sweep for as long as the worker runs."""

    async def relaying() -> None:
        stages.listen(relay.nudge)
        await asyncio.to_thread(try_again, engine)
        await asyncio.to_thread(_by_the_rules_now, engine, partnership)
        try:
            await relay.run()
        finally:
            let_go(engine, "relay", holder)

    async def sweeping() -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            for chore in chores:
                await patiently(chore, "closing days, counting what grew and signing the log")
            stages.wake()

    app.task(relaying)
    app.task(sweeping)


def _lay_back(app: faust.App, engine: Engine) -> None:
    soonest, latest = LAY_BACK_WITHIN_S

    async def laying() -> None:
        wait = latest
        while True:
            await asyncio.sleep(wait)
            pages = await patiently(partial(lay_back, engine), "laying the store's log back")
            wait = min(latest, max(soonest, wait * LAY_BACK_AT / max(pages, 1)))

    app.task(laying)


def _beat(app: faust.App, beat: Beat) -> None:
    """Show that the loop turns: what waits for the store or the broker waits beside it."""

    async def beating() -> None:
        while True:
            beat.strike()
            await asyncio.sleep(1.0)

    app.task(beating)


def _close(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        close_days(connection, now)
        step("days.closed")


def _sign(engine: Engine, signer: Signer, partnership: Partnership, now: datetime) -> None:
    """Sign the ends of the log once an hour; whichever worker comes first does it."""
    with reading(engine) as connection:
        if not is_due(connection, now):
            return
    with writing(engine) as connection:
        only_one(connection, "signing")
        if is_due(connection, now):
            told = () if last_signed(connection) is None else partnership  # the first only starts the hour
            owe(connection, sign_heads(connection, signer, told, now))


def _by_the_rules_now(engine: Engine, partnership: Partnership) -> None:
    with writing(engine) as connection:
        share_anew(connection, partnership)


def run_worker(worker: Worker) -> None:
    """Run until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_EVERY_S)
    runner = worker.app.Worker(loglevel=None, quiet=True, override_logging=False)
    runner.spinner = None  # it would write terminal codes into log files
    runner.execute_from_commandline()

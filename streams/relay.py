"""The relay: publishes what the outbox owes, in order, and takes a row away once the broker has acknowledged it.

One worker relays at a time, by lease, so that two versions of an alert never overtake each other. A relay that dies
between publishing and settling publishes again: every message's id is made from what it says, and readers drop it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, TopicAuthorizationFailedError
from sqlalchemy import Engine

from streams.alerted import Stopwatch
from streams.fail_points import step
from streams.lease import take_hold
from streams.measures import RELAYED
from streams.outbox import owed, settle
from streams.pace import Lately
from streams.patience import patiently
from streams.stage import Message
from streams.store import reading, writing

MOST = 500
# While one lot is acknowledged and taken out of the outbox, so many more may be on their way to the broker.
IN_THE_AIR = 16
# What the broker has is taken out of the outbox together: each time is a turn to write, and a report waits behind it.
SETTLE_EVERY_S = 0.2
LEASE = timedelta(seconds=6)
# Rows that other workers wrote are found by looking; this worker's own wake the relay.
LOOK_EVERY_S = 0.05
RENEW_EVERY_S = 2.0
# What is committed within so long of what was sent goes with the next lot: each is a look, a settling and a batch.
GATHER_S, GATHER_IN_A_FLOOD_S = 0.02, 0.01
SHUT_FOR_S = 30.0
# The broker takes a report of 1 MiB and some above it, to refuse it with a reason; so must its way back be wide enough.
LARGEST_BYTES = 8 * 1024 * 1024
# Of a partition one batch at a time is on its way, and the library's usual 16 kB hold two alerts.
BATCH_BYTES = 256 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A message of the outbox by its number, and what will say that the broker has it; None where it was not sent."""

    number: int
    message: Message
    future: Any


class Relay:
    """Moves messages from the outbox to the broker while it holds the lease."""

    def __init__(
        self,
        engine: Engine,
        bootstrap: str,
        *,
        holder: str,
        now: Any,
        most: int = MOST,
        login: Mapping[str, Any] | None = None,
        lately: Lately | None = None,
    ) -> None:
        """``now()`` is the wall clock; ``holder`` names this process in the lease; ``login`` is for aiokafka.

        ``lately``: what this worker's intake took in.
        """
        self._engine = engine
        self._bootstrap = bootstrap
        self._holder = holder
        self._now = now
        self._login = login or {}
        self._lately = lately or Lately()
        self._stopwatch = Stopwatch(engine, now)
        self._most = most
        self._nudged = asyncio.Event()
        self._air: asyncio.Queue[list[_Sent]] = asyncio.Queue(IN_THE_AIR)
        self._flying: set[int] = set()  # the numbers of what was read and not taken out yet
        # in seconds of the clock that is never set, so that one that is does not have two relays lead, or none
        self._leads_until = 0.0
        self._renewed: float | None = None
        self._shut: dict[str, float] = {}  # topics that we may not write to, and until when they are left alone

    def nudge(self) -> None:
        """Say that something was committed."""
        self._nudged.set()

    async def run(self) -> None:
        """Relay until cancelled, starting again whenever the broker was away."""
        while True:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                enable_idempotence=True,
                acks="all",
                max_request_size=LARGEST_BYTES,
                max_batch_size=BATCH_BYTES,
                compression_type="lz4",
                **self._login,
            )
            try:
                await producer.start()
                await self._relay(producer)
            except KafkaError as error:
                log.warning("broker away, what is owed waits in the outbox", why=type(error).__name__)
                await asyncio.sleep(1.0)
            finally:
                await producer.stop()

    async def _relay(self, producer: AIOKafkaProducer) -> None:
        """Send on while what was sent is acknowledged; the first of the two that fails ends both.

        What is in the air then is sent again, all of it and in its order: so the newest word stays the last.
        """
        self._air, self._flying = asyncio.Queue(IN_THE_AIR), set()
        both = [asyncio.ensure_future(self._send_on(producer)), asyncio.ensure_future(self._land(producer))]
        try:
            await asyncio.gather(*both)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _send_on(self, producer: AIOKafkaProducer) -> None:
        while True:
            self._nudged.clear()
            if await self._leads() and await self._publish_some(producer):
                await asyncio.sleep(GATHER_IN_A_FLOOD_S if self._lately.floods() else GATHER_S)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), LOOK_EVERY_S)

    async def _leads(self) -> bool:
        asked = monotonic()
        if self._renewed is not None and asked - self._renewed < RENEW_EVERY_S:
            return self._leads_still()
        self._renewed = asked
        since = await patiently(self._take_lease, "taking the relay's lease")
        # stop a little before the lease does, so that the next holder never overlaps
        self._leads_until = 0.0 if since is None else since + LEASE.total_seconds() - 1.0
        if since is not None:
            step("relay.leading")
        return self._leads_still()

    def _take_lease(self) -> float | None:
        """Since when the lease is held, if it is. On SQLite a stage's turn may last longer than a lease does: the time
        waited for ours is no part of it, or nobody would lead.
        """
        with writing(self._engine, hurry=True) as connection:
            since = monotonic()
            held = take_hold(connection, "relay", self._holder, self._now(), LEASE)
        return since if held else None

    def _leads_still(self) -> bool:
        return monotonic() < self._leads_until

    async def _publish_some(self, producer: AIOKafkaProducer) -> int:
        owing = await patiently(partial(self._owed, frozenset(self._flying)), "reading the outbox")
        if not owing:
            return 0
        step("outbox.read")
        self._flying |= {number for number, _ in owing}
        sent = [
            _Sent(number=number, message=message, future=await self._handed_over(producer, message))
            for number, message in owing
        ]
        step("relay.sent")
        await self._air.put(sent)
        return len(sent)

    async def _land(self, producer: AIOKafkaProducer) -> None:
        settled = -SETTLE_EVERY_S
        while True:
            sent = await self._air.get()
            told = await self._told(producer, sent)
            step("relay.acknowledged")
            while (left := settled + SETTLE_EVERY_S - monotonic()) > 0:
                try:
                    more = await asyncio.wait_for(self._air.get(), left)
                except TimeoutError:
                    break
                told |= await self._told(producer, more)
                sent = [*sent, *more]
            await patiently(partial(self._settle, list(told)), "settling the outbox")
            settled = monotonic()
            step("outbox.settled")
            self._flying -= {one.number for one in sent}
            for message in told.values():
                RELAYED.labels(message.topic.split(".")[1]).inc()
            await patiently(partial(self._stopwatch.note, list(told.values())), "timing the alerts")

    async def _told(self, producer: AIOKafkaProducer, sent: Sequence[_Sent]) -> dict[int, Message]:
        """Of what was sent, what the broker has."""
        return {one.number: one.message for one in sent if await self._acknowledged(producer, one)}

    async def _handed_over(self, producer: AIOKafkaProducer, message: Message) -> Any:
        """What will say that the broker has it; None where it does not let us write to the topic."""
        if message.topic in self._shut or not self._leads_still():
            return None  # whoever leads by now tells it, and perhaps more: an older word must not come after it
        try:
            return await self._send(producer, message)
        except TopicAuthorizationFailedError:
            return self._found_shut(message.topic)

    async def _acknowledged(self, producer: AIOKafkaProducer, sent: _Sent) -> bool:
        if sent.future is None:
            return False
        try:
            await sent.future
        except MessageSizeTooLargeError:
            await (await self._send_without_body(producer, sent.message))
        except TopicAuthorizationFailedError:
            self._found_shut(sent.message.topic)
            return False
        return True

    def _found_shut(self, topic: str) -> None:
        """Leave a topic alone for a while: an agency that was taken off the broker holds up none of the others."""
        log.error("the broker does not let us write to a topic; what is owed to it waits in the outbox", topic=topic)
        self._shut[topic] = monotonic() + SHUT_FOR_S

    def _shut_topics(self) -> list[str]:
        now = monotonic()
        self._shut = {topic: until for topic, until in self._shut.items() if now < until}
        return sorted(self._shut)

    def _owed(self, flying: frozenset[int]) -> list[tuple[int, Message]]:
        with reading(self._engine) as connection:
            return owed(connection, self._most, besides=self._shut_topics(), flying=flying)

    def _settle(self, numbers: Sequence[int]) -> None:
        with writing(self._engine, hurry=True) as connection:
            settle(connection, numbers)
            step("outbox.settling")

    async def _send(self, producer: AIOKafkaProducer, message: Message) -> Any:
        # aiokafka takes no record with neither, and a keyless record whose body may not be kept has neither
        value = b"" if message.key is None and message.value is None else message.value
        try:
            return await producer.send(message.topic, value=value, key=message.key, headers=list(message.headers))
        except MessageSizeTooLargeError:
            return await self._send_without_body(producer, message)

    async def _send_without_body(self, producer: AIOKafkaProducer, message: Message) -> Any:
        """Tell it without its body rather than never, and rather than hold up all behind it: the store has the body."""
        log.error("message too large for its topic; sent without its body", topic=message.topic)
        headers = [*message.headers, ("tocsin_body", b"too large for the topic; held in the store")]
        value = b"" if message.key is None else None
        return await producer.send(message.topic, value=value, key=message.key, headers=headers)

"""The one wrapper around every agent. Nothing raises through it, nothing is yielded from it.

Faust acknowledges a record whose agent raised, and it is gone; what an agent yields goes wherever the sender's
``Faust-Ag-ReplyTo`` header says. So: the store away → wait in place, which is the back-pressure; one record poison →
halve the run until it stands alone, then refuse it with the reason; even that fails → the process ends itself.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Engine

from schemas.topics import agency_of
from streams.ledger import Record, StillAnotherWriting, Take, Taken, positions, take_run
from streams.pace import Pace
from streams.patience import patiently
from streams.stage import Lane
from streams.store import is_the_stores_fault
from streams.together import Together

# Foreign headers are dropped: what is not listed here never enters the pipeline.
HEADERS = frozenset(
    ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_datacontenttype", "content-type")
)
# A hole is asked for again at most once a second: the records behind it are still coming from the fetcher's buffer.
SEEK_AGAIN_AFTER_S = 1.0
EXIT_CANNOT_REFUSE = 70
Seek = Callable[[str, int, int], Awaitable[None]]

log = structlog.get_logger()


def record_of(message: Any) -> Record:
    """A Faust message as a record of ours."""
    headers = message.headers or []
    pairs = headers.items() if hasattr(headers, "items") else headers
    return Record(
        source=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple((name, value) for name, value in pairs if name.lower() in HEADERS),
        taken_at=datetime.fromtimestamp(message.timestamp, UTC),
        agency=agency_of(message.topic),
    )


class Taker:
    """Takes the records of agencies' topics into the store, in runs of one partition that grow with the backlog."""

    def __init__(
        self,
        engine: Engine,
        *,
        together: Together,
        refuse: Take,
        most: int,
        committed: Callable[[], None],
    ) -> None:
        """``refuse`` a record that cannot be taken; ``committed`` is called after each commit."""
        self._engine = engine
        self._together = together
        self._refuse = refuse
        self._most = most
        self._committed = committed
        self._sought: dict[tuple[str, int], float] = {}
        self.idle = True  # whether it holds no record

    async def follow(self, stream: Any, seek: Seek) -> None:
        """Take all that comes on a Faust stream; a lone record is taken at once, a backlog in batches."""
        runs: dict[tuple[str, int], list[Record]] = defaultdict(list)
        held = 0
        async for event in stream.events():
            message = event.message
            self.idle = False
            runs[message.topic, message.partition].append(record_of(message))
            held += 1
            if held >= self._most or stream.channel.queue.empty():
                await asyncio.gather(*(self._take_all(run, seek) for run in runs.values()))
                runs.clear()
                held = 0
                self.idle = stream.channel.queue.empty()

    async def _take_all(self, run: Sequence[Record], seek: Seek) -> None:
        try:
            taken = await self.take(run)
        except StillAnotherWriting as lost:
            # Either may have the partition now: the other's last transaction may have ended after it came to this one,
            # and then nobody would come back to what was read here, until something more is sent.
            log.warning("another worker wrote to the partition; nothing written, reading on", why=str(lost))
            known = await patiently(partial(positions, self._engine), "reading the ledger")
            await seek(run[0].source, run[0].partition, known.get((run[0].source, run[0].partition), 0))
            return
        if taken.hole is not None:
            await self._ask_again(run[0], taken.hole, seek)

    async def _ask_again(self, record: Record, offset: int, seek: Seek) -> None:
        place = (record.source, record.partition)
        now = monotonic()
        if now - self._sought.get(place, -SEEK_AGAIN_AFTER_S) >= SEEK_AGAIN_AFTER_S:
            self._sought[place] = now
            log.warning("hole in a partition; reading it again", topic=place[0], partition=place[1], offset=offset)
            await seek(*place, offset)

    async def take(self, run: Sequence[Record]) -> Taken:
        """Take a run; what cannot be taken is refused by itself, with its reason."""
        try:
            taken = await self._together.take(run)
        except StillAnotherWriting:
            raise
        except Exception as error:
            if is_the_stores_fault(error):
                log.critical("the store cannot take records; ending this worker", why=type(error).__name__)
                os._exit(EXIT_CANNOT_REFUSE)
            if len(run) == 1:
                return await self._refuse_one(run, error)
            log.warning("a run failed; halving it", topic=run[0].source, records=len(run), why=type(error).__name__)
            middle = len(run) // 2
            first, second = await self.take(run[:middle]), await self.take(run[middle:])
            return Taken(
                taken=first.taken + second.taken,
                seen=first.seen + second.seen,
                hole=first.hole if first.hole is not None else second.hole,
            )
        if taken.taken:
            self._committed()
        return taken

    async def _refuse_one(self, run: Sequence[Record], error: Exception) -> Taken:
        record = run[0]
        # the error's text may quote the record, so only its kind is logged
        log.error(
            "a record cannot be taken; refusing it",
            topic=record.source,
            partition=record.partition,
            offset=record.offset,
            why=type(error).__name__,
        )
        try:
            taken = await patiently(lambda: take_run(self._engine, run, self._refuse), f"refusing from {record.source}")
        except StillAnotherWriting:
            raise
        except Exception as worse:
            log.critical("a record can neither be taken nor refused; ending this worker", why=type(worse).__name__)
            os._exit(EXIT_CANNOT_REFUSE)
        self._committed()
        return taken


class Waker:
    """Runs the stages whenever it is woken, until nothing stands before any but what is slow and has no turn yet."""

    def __init__(self, walk: Callable[[Lane], int], *, committed: Callable[[], None], pace: Pace | None = None) -> None:
        """``walk`` lets each stage take a batch of a lane and says how many keys were taken."""
        self._walk = walk
        self._committed = committed
        self._pace = pace or Pace()
        self._awake = asyncio.Lock()
        self._asked = False
        self._run: asyncio.Task[int] | None = None

    def wake(self) -> None:
        """Have it run at once in this worker, beside whatever else it does; asked while it runs, it looks once more."""
        self._asked = True
        if self._run is None or self._run.done():
            self._run = asyncio.ensure_future(self.run())

    async def run(self) -> int:
        """Take what stands before the stages; how many keys. What fails as a whole is left standing, and told."""
        taken = 0
        async with self._awake:
            while True:
                self._asked = False
                try:
                    batch = await self._walk_once()
                except Exception:
                    log.exception("the stages failed; their work stands and the sweep tries it again")
                    return taken
                taken += batch
                if not batch and not self._asked:
                    return taken

    async def _walk_once(self) -> int:
        taken = await patiently(partial(self._walk, Lane.QUICK), "the stages")
        if taken:
            self._pace.worked()
            self._committed()
        if not self._pace.may():
            return taken
        began = monotonic()
        slow = await patiently(partial(self._walk, Lane.SLOW), "closed days")
        if slow:
            self._pace.took(monotonic() - began)
            self._committed()
        return taken + slow

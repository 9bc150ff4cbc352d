"""The one wrapper around every agent. Nothing raises through it, nothing is yielded from it.

Faust acknowledges a record whose agent raised, and it is gone; what an agent yields goes wherever the sender's
``Faust-Ag-ReplyTo`` header says. So: the store away → wait in place, which is the back-pressure; one record poison →
halve the run until it stands alone, then refuse it with the reason; even that fails → the process ends itself.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from schemas.topics import agency_of
from streams.ledger import Record, StillAnotherWriting, Take, Taken, positions, take_run
from streams.measures import STORE_WAITS, timed
from streams.store import is_away, is_the_stores_fault

# Foreign headers are dropped: what is not listed here never enters the pipeline.
HEADERS = frozenset(
    ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_datacontenttype", "content-type")
)
# A hole is asked for again at most once a second: the records behind it are still coming from the fetcher's buffer.
SEEK_AGAIN_AFTER_S = 1.0
EXIT_CANNOT_REFUSE = 70
# Every agent may wait for the store at once, and the relay must not wait behind them: Python's own pool has six.
_THREADS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="store")

T = TypeVar("T")
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


async def patiently(work: Callable[[], T], doing: str) -> T:
    """Do ``work`` in a thread, waiting in place for as long as the store is away."""

    def told(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        STORE_WAITS.inc()
        log.warning("store away, waiting", doing=doing, tries=state.attempt_number, why=type(error).__name__)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_away),
        wait=wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.1),
        before_sleep=told,
    ):
        with attempt:
            return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
    raise AssertionError("tenacity gives up only where it was told to")


class Taker:
    """Takes the records of agencies' topics into the store, in runs of one partition that grow with the backlog."""

    def __init__(
        self,
        engine: Engine,
        *,
        take: Take,
        refuse: Take,
        most: int,
        committed: Callable[[], None],
        name: str = "intake",
    ) -> None:
        """``take`` a run; ``refuse`` a record that cannot be taken; ``committed`` is called after each commit.

        ``name`` is what its batches are measured under.
        """
        self._engine = engine
        self._name = name
        self._take = take
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
                for run in runs.values():
                    await self._take_all(run, seek)
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
            taken = await patiently(lambda: self._timed(run), f"taking from {run[0].source}")
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
                told=first.told + second.told,
            )
        if taken.taken:
            self._committed()
        return taken

    def _timed(self, run: Sequence[Record]) -> Taken:
        return timed(self._name, lambda: take_run(self._engine, run, self._take), lambda taken: taken.taken)

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
    """Runs a stage whenever it is woken, until nothing stands before it."""

    def __init__(self, name: str, advance: Callable[[], int], *, committed: Callable[[], None]) -> None:
        """``advance`` takes one batch in one transaction and says how many keys it took."""
        self.name = name
        self._advance = advance
        self._committed = committed
        self._awake = asyncio.Lock()
        self._asked = False
        self._run: asyncio.Task[int] | None = None

    def wake(self) -> None:
        """Have it run at once in this worker, beside whatever else it does; asked while it runs, it looks once more."""
        self._asked = True
        if self._run is None or self._run.done():
            self._run = asyncio.ensure_future(self.run())

    async def follow(self, stream: AsyncIterator[Any]) -> None:
        """Run the stage for each wake-up; one that finds nothing costs a look."""
        async for _ in stream:
            await self.run()

    async def run(self) -> int:
        """Take what stands before the stage; how many keys. A batch that fails is left standing, and told."""
        taken = 0
        async with self._awake:
            while True:
                self._asked = False
                try:
                    batch = await patiently(lambda: timed(self.name, self._advance, int), f"the {self.name} stage")
                except Exception:
                    log.exception("stage failed; its work stands and the sweep tries it again", stage=self.name)
                    return taken
                if batch:
                    taken += batch
                    self._committed()
                elif not self._asked:
                    return taken

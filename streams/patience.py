"""Waiting in place for as long as the store is away, in a thread of those that work with it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from streams.measures import note_store_away
from streams.store import is_away

# What may wait for the store at once: intake, feedback, the stages, the relay's reading, settling and lease, the chores
# and the ledger. Python's own pool has six, and the relay stood behind the rest; each more has memory of its own.
_THREADS = ThreadPoolExecutor(max_workers=10, thread_name_prefix="store")

T = TypeVar("T")

log = structlog.get_logger()


async def patiently(work: Callable[[], T], doing: str) -> T:
    """Do ``work`` in a thread, waiting in place for as long as the store is away."""
    try:
        return await _in_a_thread(work)
    except Exception as error:
        if not is_away(error):
            raise
        failed = error
    return await _until_it_is_back(work, failed, doing)


async def _in_a_thread(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


async def _until_it_is_back(work: Callable[[], T], failed: Exception | None, doing: str) -> T:
    """Try again what ``failed``. What keeps count of tries is not made for the rest: it refers to itself, and of sixty
    calls a second what it left was nearly all the rubbish that a worker stood still for.
    """

    def told(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        note_store_away()
        log.warning("store away, waiting", doing=doing, tries=state.attempt_number, why=type(error).__name__)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_away),
        wait=wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.1),
        before_sleep=told,
    ):
        with attempt:
            if failed is not None:
                first, failed = failed, None
                raise first
            return await _in_a_thread(work)
    raise AssertionError("tenacity gives up only where it was told to")

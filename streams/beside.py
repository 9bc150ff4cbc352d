"""The stages in a process of their own, beside the one that takes reports in and tells what came of them.

Python runs one thread of a process at a time: in one process a report that came waited for the interpreter, whatever
agency's reports the stages were at. The stages' process is parted from the worker's (fork) before either has a thread,
an engine or a connection, so what both have loaded stands in memory once. Neither outlives the other: what was half
done is not committed, and stands.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from multiprocessing.context import ForkProcess
from typing import Any

import structlog
from sqlalchemy import Engine

from schemas.agencies import Partnership
from streams.agent import Waker
from streams.bearable import bearable_in
from streams.collecting import give_back
from streams.measures import hear, pass_on
from streams.pace import Pace
from streams.patience import patiently
from streams.pipeline import walk
from streams.stage import Lane
from streams.store import take_turns_with
from streams.turns import Between

# Days of one reading share most of what is read; more of them at once would hold up a store with one writer.
PERIODS_AT_ONCE = 16
EXIT_WITHOUT_STAGES = 71
ENDS_WITHIN_S = 5.0
_CAME, _BUSY, _FLOOD, _LOOK = b"r", b"b", b"f", b"w"
_COMMITTED = b""  # any other line is a measure
_READ = 1 << 16
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


class Beside:
    """The stages as the worker's process has them: woken by a byte, and heard of by lines."""

    def __init__(self, ready: Callable[[], Engine], partnership: Partnership, batch: int) -> None:
        """Part from a process of one thread; ``ready`` opens the store, and is asked at the first waking."""
        self.between = Between()
        ear, self._mouth = os.pipe()
        self._ear, mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        os.set_blocking(self._ear, False)
        self._heard = b""
        self._committed: Callable[[], None] = lambda: None

        def be_the_stages() -> None:
            _end_with_the_worker()
            os.close(self._mouth)  # else it would never hear that the worker is gone
            os.close(self._ear)
            asyncio.run(_follow(ear, mouth, ready, partnership, batch, self.between))

        # a fork that starts nothing anew: there is no thread, lock or connection yet that it could break
        self._process: ForkProcess = multiprocessing.get_context("fork").Process(target=be_the_stages, name="stages")
        self._process.start()
        os.close(ear)
        os.close(mouth)

    @property
    def pid(self) -> int:
        """The process of the stages."""
        return self._process.pid or 0

    def came(self, *, busy: bool, flood: bool) -> None:
        """Have them run, for reports came in; many where it is busy, most of them one agency's where it is a flood."""
        self._say(_FLOOD if flood else _BUSY if busy else _CAME)

    def wake(self) -> None:
        """Have them look whether anything stands before them."""
        self._say(_LOOK)

    async def follow(self, stream: AsyncIterator[Any]) -> None:
        """Wake them for each wake-up that others sent."""
        async for _ in stream:
            self.wake()

    def listen(self, committed: Callable[[], None]) -> None:
        """Hear in this loop what they say: ``committed`` is called when they did. Where they end, the worker does."""
        self._committed = committed
        asyncio.get_running_loop().add_reader(self._ear, self._hear)

    def close(self) -> None:
        """Let them end: they leave what they have begun as it stood before."""
        os.close(self._mouth)
        self._process.join(ENDS_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        os.close(self._ear)

    def _say(self, what: bytes) -> None:
        # where so much was said that was not read yet, it is not heard the sooner; where they are gone, we hear of it
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self._mouth, what)

    def _hear(self) -> None:
        said = os.read(self._ear, _READ)
        if not said:
            self._end_as_they_did()
        *lines, self._heard = (self._heard + said).split(b"\n")
        for line in filter(None, lines):
            hear(line)
        if not all(lines):
            self._committed()

    def _end_as_they_did(self) -> None:
        self._process.join(ENDS_WITHIN_S)
        code = self._process.exitcode
        log.critical("the stages ended; ending this worker", code=code)
        if code is not None and code < 0:
            os.kill(os.getpid(), -code)
        os._exit(EXIT_WITHOUT_STAGES)


def _end_with_the_worker() -> None:
    """Have the kernel end this process with the one it parted from, also where it cannot listen (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _follow(
    ear: int, mouth: int, ready: Callable[[], Engine], partnership: Partnership, batch: int, between: Between
) -> None:
    """Be the stages until the worker is gone."""
    for number in (signal.SIGTERM, signal.SIGINT):  # may come to both; the worker says when it is over
        signal.signal(number, signal.SIG_IGN)
    loop = asyncio.get_running_loop()
    woken = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(woken), os.fdopen(ear, "rb", 0))
    said = await woken.read(_READ)
    if said:
        pass_on(lambda measure: _tell(mouth, measure))
        engine = await patiently(ready, "opening the store")
        take_turns_with(engine, between)
        bearable = bearable_in(engine)

        def walked(lane: Lane) -> int:
            taken = walk(engine, partnership, PERIODS_AT_ONCE if lane is Lane.SLOW else batch, lane, bearable)
            if taken and lane is Lane.SLOW:
                give_back()
            return taken

        pace = Pace()
        waker = Waker(walked, committed=lambda: _tell(mouth, _COMMITTED), pace=pace)
        while said:
            if bearable is not None and any(came in said for came in (_CAME, _BUSY, _FLOOD)):
                bearable.came(busy=_BUSY in said, flood=_FLOOD in said)
            if _FLOOD in said:
                pace.flooded()
            waker.wake()
            said = await woken.read(_READ)
    os._exit(0)  # a transaction that is not over leaves nothing


def _tell(mouth: int, line: bytes) -> None:
    with suppress(BrokenPipeError):
        os.write(mouth, line + b"\n")

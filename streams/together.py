"""Taking together what came to several partitions at one moment: one transaction for all, not one for each.

At a hundred reports a second ten partitions have a report or two each, and the store takes one writer at a time. Who
comes while the turn to write is waited for comes along: else it would wait for that turn, and then for its own. Who
comes later asks for the next turn at once: asked for only when the first was over, a turn of the stages came between.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from streams.ledger import Record, Take, Taken, take_runs
from streams.measures import timed
from streams.patience import patiently


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    run: Sequence[Record]
    answer: "asyncio.Future[Taken]"


class Together:
    """Takes runs as they come; those that come while one is being taken are taken together after it."""

    def __init__(self, engine: Engine, take: Take, *, most: int, name: str) -> None:
        """``most`` records are taken in one transaction, or one run; ``name``: what batches are measured under."""
        self._engine = engine
        self._take = take
        self._most = most
        self._name = name
        self._in_turns = engine.dialect.name == "sqlite"
        # the loop's thread puts in at the end; taken out in front is by whoever is next, and by nobody else
        self._asked: deque[_Asked] = deque()
        self._next: asyncio.Task[None] | None = None
        self._taking: set[asyncio.Task[None]] = set()

    async def take(self, run: Sequence[Record]) -> Taken:
        """Take a run, in company or alone; raises what taking it alone raises."""
        asked = _Asked(run=run, answer=asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        self._see_to_the_next()
        return await asked.answer

    def _see_to_the_next(self) -> None:
        """Have somebody wait for those who came, if nobody does."""
        if self._asked and self._next is None:
            self._next = asyncio.ensure_future(self._take_next())
            self._taking.add(self._next)
            self._next.add_done_callback(self._has_taken)

    def _has_taken(self, task: "asyncio.Task[None]") -> None:
        self._taking.discard(task)
        self._is_no_longer_next(task)

    def _is_no_longer_next(self, task: "asyncio.Task[None] | None") -> None:
        if self._next is task:
            self._next = None
            self._see_to_the_next()

    async def _take_next(self) -> None:
        await asyncio.sleep(0)  # who has something at this very moment comes along
        some = self._with_who_came([])
        try:
            taken = await self._taken(some)
        except Exception as error:
            if len(some) == 1:
                _refuse(some[0], error)
            else:
                await self._take_apart(some)
        else:
            for one, what in zip(some, taken, strict=True):
                _tell(one, what)

    def _with_who_came(self, some: list[_Asked]) -> list[_Asked]:
        """Have come along whoever is there by now, as far as one transaction goes."""
        count = sum(len(one.run) for one in some)
        while self._asked and (not some or count + len(self._asked[0].run) <= self._most):
            some.append(self._asked.popleft())
            count += len(some[-1].run)
        return some

    async def _taken(self, some: list[_Asked], *, alone: bool = False) -> list[Taken]:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        first = not alone

        def runs() -> list[Sequence[Record]]:
            nonlocal first
            if first:  # and not after the store was away: others may be next by then
                first = False
                self._with_who_came(some)
                if self._in_turns:  # whoever comes now waits for the turn after this one, not for the end of this one
                    loop.call_soon_threadsafe(self._is_no_longer_next, task)
            return [one.run for one in some]

        return await patiently(
            lambda: timed(
                self._name,
                lambda: take_runs(self._engine, runs, self._take),
                lambda taken: sum(one.taken for one in taken),
            ),
            f"taking from {', '.join(sorted({one.run[0].source for one in some}))}",
        )

    async def _take_apart(self, some: Sequence[_Asked]) -> None:
        """Of several that failed together each is taken by itself, so that one holds up none of the others."""
        for one in some:
            try:
                _tell(one, (await self._taken([one], alone=True))[0])
            except Exception as error:
                _refuse(one, error)


def _tell(one: _Asked, taken: Taken) -> None:
    if not one.answer.done():
        one.answer.set_result(taken)


def _refuse(one: _Asked, error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)

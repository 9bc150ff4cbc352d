"""Taking together what came to several partitions at one moment: one transaction for all, not one for each.

At a hundred reports a second ten partitions have a report or two each, and the store takes one writer at a time. Who
comes while the turn to write is waited for comes along: else it would wait for that turn, and then for its own.
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
        # the loop's thread puts in at the end, the one that takes takes out in front
        self._asked: deque[_Asked] = deque()
        self._taking: asyncio.Task[None] | None = None

    async def take(self, run: Sequence[Record]) -> Taken:
        """Take a run, in company or alone; raises what taking it alone raises."""
        asked = _Asked(run=run, answer=asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._taking is None or self._taking.done():
            self._taking = asyncio.ensure_future(self._take_all())
        return await asked.answer

    async def _take_all(self) -> None:
        await asyncio.sleep(0)  # who has something at this very moment comes along
        while self._asked:
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
        def runs() -> list[Sequence[Record]]:
            return [one.run for one in (some if alone else self._with_who_came(some))]

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

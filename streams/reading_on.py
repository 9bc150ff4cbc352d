"""What was read and let go of is read again: a partition with records that stand untaken, while nobody holds any.

Where a partition changes hands, a run may be given up, or read between two seeks and dropped; unless something more is
sent, nobody would come back to it. The ledger says where to read on, and doing it once too often changes nothing.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy import Engine

from streams.agent import Seek, Taker
from streams.ledger import positions
from streams.patience import patiently

log = structlog.get_logger()


class Consumer(Protocol):
    """What is asked of Faust's consumer."""

    def assignment(self) -> set[Any]:
        """The topics' partitions that are this worker's."""

    def highwater(self, tp: Any) -> int | None:
        """One past the last record of a partition, as far as is known here."""


class ReadingOn:
    """Looks now and then; a partition found standing still twice, with its taker idle, is sought to its ledger."""

    def __init__(self, engine: Engine, takers: Mapping[str, Taker]) -> None:
        """``takers`` by topic."""
        self._engine = engine
        self._takers = takers
        self._stood: dict[Any, int] = {}

    async def look(self, consumer: Consumer, seek: Seek) -> None:
        """Seek what stands where it stood at the last look."""
        idle = [tp for tp in consumer.assignment() if tp.topic in self._takers and self._takers[tp.topic].idle]
        known = await patiently(partial(positions, self._engine), "reading the ledger") if idle else {}
        before, self._stood = self._stood, {}
        for tp in idle:
            taken = known.get((tp.topic, tp.partition), 0)
            if taken >= _end(consumer, tp):
                continue
            if before.get(tp) == taken:
                log.warning("records stand untaken; reading on", topic=tp.topic, partition=tp.partition, offset=taken)
                await seek(tp.topic, tp.partition, taken)
            else:
                self._stood[tp] = taken


def _end(consumer: Consumer, tp: Any) -> int:
    try:
        return consumer.highwater(tp) or 0
    except AssertionError:  # so aiokafka says that it was handed on since we asked; it ended the whole worker
        return 0

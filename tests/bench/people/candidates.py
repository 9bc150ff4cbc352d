"""Whom the blocks in a store would have each record compared with, and how many of the true pairs are among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from schemas.tables import BlockKey, Mention, Report
from streams.clusters.blocks import FEW

Pairs = NDArray[numpy.int64]
_NONE: Pairs = numpy.empty(0, numpy.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The records in the blocks' order and each pair that is compared, as ``a * len(records) + b`` with a before b."""

    records: tuple[str, ...]
    pairs: Pairs

    @property
    def ends(self) -> tuple[Pairs, Pairs]:
        """The indices of each pair's two records."""
        return self.pairs // len(self.records), self.pairs % len(self.records)

    @property
    def per_arrival(self) -> float:
        """How many comparisons one more record costs, taken over all."""
        return len(self.pairs) / len(self.records)

    def partners(self) -> NDArray[numpy.int64]:
        """With how many others each record is compared, before or after it came."""
        one, other = self.ends
        return numpy.bincount(one, minlength=len(self.records)) + numpy.bincount(other, minlength=len(self.records))

    def found(self, truth: Mapping[str, str]) -> dict[str, int]:
        """Of each true cluster, how many of its pairs are among those compared."""
        clusters = sorted({truth[record] for record in self.records})
        number = {cluster: index for index, cluster in enumerate(clusters)}
        of = numpy.array([number[truth[record]] for record in self.records])
        one, other = self.ends
        right = of[one][of[one] == of[other]]
        return dict(zip(clusters, numpy.bincount(right, minlength=len(clusters)).tolist(), strict=True))


def compared(connection: Connection, head: int, tells: Callable[[str], bool]) -> Compared:
    """Everyone in a block with its first ``head``, as ``streams.clusters.blocks`` has it."""
    records = _records(connection)
    index = {item: place for place, item in enumerate(records)}
    rows = connection.execute(
        select(BlockKey.key, BlockKey.item)
        .where(BlockKey.kind == "person")
        .order_by(BlockKey.key, BlockKey.at, BlockKey.item)
    )
    met, once = [_NONE], [_NONE]  # for one key, and where another must be shared besides
    for key, block in groupby(rows, key=lambda row: row.key):
        members = numpy.array([index[row.item] for row in block], dtype=numpy.int64)
        met.append(_with_first(members, head if tells(key) else FEW, len(records)))
        if not tells(key):
            once.append(_with_first(members, head, len(records)))
        if len(met) > 2000:
            met = [numpy.unique(numpy.concatenate(met))]
    pairs, times = numpy.unique(numpy.concatenate(once), return_counts=True)
    met.append(pairs[times > 1])
    return Compared(records=tuple(records.values()), pairs=numpy.unique(numpy.concatenate(met)))


def _records(connection: Connection) -> dict[str, str]:
    """The report's own id of each mention, in a fixed order."""
    rows = connection.execute(
        select(Mention.id, Report.id).join(Report, Report.ref == Mention.ref).order_by(Mention.id)
    )
    return dict(rows.all())


def _with_first(members: Pairs, head: int, total: int) -> Pairs:
    first = members[:head]
    one, other = numpy.repeat(first, len(members)), numpy.tile(members, len(first))
    low, high = numpy.minimum(one, other), numpy.maximum(one, other)
    return numpy.unique((low * total + high)[low != high])

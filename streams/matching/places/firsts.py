"""When each way of writing a place was first told."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from schemas.tables import BlockKey, Report
from streams.clusters.sets import micros
from streams.statements import Statement


def firsts(connection: Connection, items: Collection[str]) -> dict[str, int]:
    """When each of ``items`` was first told by a report that still tells it."""
    return {item: at for item, at in _FIRSTS(connection, items=items) if item is not None}


_FIRSTS = Statement(
    lambda any_of: (
        select(Report.place_item, micros(func.min(Report.reported_at)))
        .where(any_of(Report.place_item, "items"))
        .group_by(Report.place_item)
    )
)


def groups_in_blocks(connection: Connection, items: Collection[str]) -> dict[str, str]:
    """Of which group each of ``items`` is, of those that stand in a block."""
    return _GROUPS.pairs(connection, items=items)


_GROUPS = Statement(
    lambda any_of: (
        select(BlockKey.item, BlockKey.group).where(BlockKey.kind == "place", any_of(BlockKey.item, "items")).distinct()
    )
)

"""When each way of writing a place was first told."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from schemas.tables import BlockKey, Report
from streams.clusters.sets import among, micros


def firsts(connection: Connection, items: Collection[str]) -> dict[str, int]:
    """When each of ``items`` was first told by a report that still tells it."""
    rows = connection.execute(
        select(Report.place_item, micros(func.min(Report.reported_at)))
        .where(among(connection, Report.place_item, items))
        .group_by(Report.place_item)
    )
    return {item: at for item, at in rows if item is not None}


def groups_in_blocks(connection: Connection, items: Collection[str]) -> dict[str, str]:
    """Of which group each of ``items`` is, of those that stand in a block."""
    rows = connection.execute(
        select(BlockKey.item, BlockKey.group)
        .where(BlockKey.kind == "place", among(connection, BlockKey.item, items))
        .distinct()
    )
    return dict(rows.all())

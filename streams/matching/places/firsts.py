"""When each way of writing a place was first told, and when first by a report that every statutory agency may know."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from schemas.tables import BlockKey, Report
from streams.clusters.sets import among, micros
from streams.matching.openly import group_of


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first telling of a place; ``known_at``: the first open one, and where there is none the hidden one's
    ``group``.
    """

    at: int
    group: str
    known_at: int


def firsts(connection: Connection, items: Collection[str]) -> dict[str, First]:
    """Of those of ``items`` that a report still tells."""
    in_order = func.row_number().over(partition_by=Report.place_item, order_by=(Report.reported_at, Report.ref))
    some = select(Report.ref, in_order.label("nth")).where(among(connection, Report.place_item, items)).subquery()
    rows = connection.execute(
        select(Report.place_item, micros(Report.reported_at), Report.agency, Report.marking)
        .join(some, some.c.ref == Report.ref)
        .where(some.c.nth == 1)
    ).all()
    group = {item: group_of(agency, marking) for item, _, agency, marking in rows}
    known = _first_open(connection, {item for item, hidden in group.items() if hidden})
    found = {}
    for item, at, *_ in rows:
        known_at = known.get(item) if group[item] else at
        found[item] = First(
            at=at, group=group[item] if known_at is None else "", known_at=at if known_at is None else known_at
        )
    return found


def _first_open(connection: Connection, items: Collection[str]) -> dict[str, int]:
    """When each place was first told by a report that every statutory agency may know, where it was."""
    if not items:
        return {}
    rows = connection.execute(
        select(Report.place_item, micros(Report.reported_at), Report.agency, Report.marking)
        .where(among(connection, Report.place_item, items))
        .order_by(Report.reported_at.desc(), Report.ref.desc())
    ).all()
    return {item: at for item, at, agency, marking in rows if not group_of(agency, marking)}


def stands(connection: Connection, items: Collection[str]) -> dict[str, tuple[str, int]]:
    """Where places stand in their blocks now: in which group, and by which time."""
    rows = connection.execute(
        select(BlockKey.item, BlockKey.group, micros(BlockKey.at))
        .where(BlockKey.kind == "place", among(connection, BlockKey.item, items))
        .distinct()
    )
    return {item: (group, at) for item, group, at in rows}

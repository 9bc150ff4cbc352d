"""Whose list an erased person stood on: nobody's any more."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from schemas.tables import Member, Watched
from streams.clusters.sets import among

PERSON = "person"


def forget_watching(connection: Connection, items: Collection[str]) -> None:
    """Take persons off all lists of whom every mention is among ``items``, which are no more."""
    mine = select(Member.entity).where(Member.kind == PERSON, among(connection, Member.item, items))
    rows = connection.execute(select(Member.entity, Member.item).where(Member.kind == PERSON, Member.entity.in_(mine)))
    mentions: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        mentions[row.entity].add(row.item)
    gone = {f"{PERSON}:{entity}" for entity, held in mentions.items() if held <= set(items)}
    if gone:
        connection.execute(delete(Watched).where(among(connection, Watched.what, gone)))

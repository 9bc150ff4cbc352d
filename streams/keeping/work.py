"""What people wrote down about somebody who is erased: it goes, with all that it ever was."""

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, delete, select

from schemas.identity import identity
from schemas.tables import Member, Told, Work, WorkChange
from streams.clusters.sets import among
from streams.keeping.work_words import stand_so, without_words

_OF_PEOPLE = ("step", "ban")
_OF_ALERTS = ("problem", "task", "case-review")  # of an alert that rested on it, their words may tell of them


def forget_work(connection: Connection, items: Collection[str], alerts: Collection[str]) -> None:
    """Take away what is about mentions that are erased, and the words on alerts that rested on them.

    ``items``: mentions and reports that are no more.
    """
    gone = {*items}
    rows = connection.execute(select(Work.id, Work.kind, Work.body)).all()
    about = [row for row in rows if row.kind in _OF_PEOPLE and gone & {*_mentions(row.body)}]
    dropped = drop_work(connection, {row.id for row in about if gone >= {*_mentions(row.body)}})
    left = [row for row in rows if row.id not in dropped]
    for row in left:
        body = _without(connection, row.body, gone)
        if body != row.body:
            stand_so(connection, row.id, body)
    _wordless(connection, left, alerts)


def _mentions(body: Mapping[str, Any]) -> list[str]:
    return list((body.get("subject") or {}).get("mentions") or ())


def _without(connection: Connection, body: Mapping[str, Any], gone: Set[str]) -> dict[str, Any]:
    kept = dict(body)
    mentions = _mentions(body)
    if not gone.isdisjoint(mentions):
        left = [one for one in mentions if one not in gone]
        kept["subject"] = {**body["subject"], "id": _person_of(connection, left), "mentions": left}
    if "reports" in body:
        kept["reports"] = [ref for ref in body["reports"] if ref not in gone]
    if body.get("report") in gone:
        kept["report"] = None
    return kept


def _person_of(connection: Connection, mentions: Sequence[str]) -> str:
    """Whom those who are left make up, so that no id of who is gone stays."""
    if not mentions:
        return "nobody"
    named = select(Member.entity).where(Member.kind == "person", Member.item == mentions[0])
    return connection.execute(named).scalar_one_or_none() or identity("person", mentions[0])


def _wordless(connection: Connection, rows: Collection[Any], alerts: Collection[str]) -> None:
    """Take the words from problems, tasks and reviews about these alerts, and the notes away."""
    copies = set(connection.execute(select(Told.alert).where(among(connection, Told.matter, alerts))).scalars())
    named = {*alerts, *copies}
    about = {row.id for row in rows if row.body.get("alert") in named}
    parents = dict(connection.execute(select(Work.id, Work.parent).where(among(connection, Work.parent, about))).all())
    dropped = drop_work(connection, {row.id for row in rows if row.kind == "note" and row.id in parents})
    for row in rows:
        if row.id not in dropped and row.kind in _OF_ALERTS and (row.id in about or row.id in parents):
            stand_so(connection, row.id, without_words(row.kind, row.body, stay=("team",)))


def drop_work(connection: Connection, ids: Collection[str]) -> set[str]:
    """Take things away with what belongs to them and all that they ever were; what went."""
    if not ids:
        return set()
    below = set(connection.execute(select(Work.id).where(among(connection, Work.parent, ids))).scalars())
    gone = {*ids, *below}
    for table, column in ((WorkChange, WorkChange.work), (Work, Work.id)):
        connection.execute(delete(table).where(among(connection, column, gone)))
    return gone

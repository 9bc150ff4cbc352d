"""What people wrote down about somebody who is erased: it goes, with all that it ever was."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select, update

from schemas.tables import Told, Work, WorkChange
from streams.clusters.sets import among

_OF_PEOPLE = ("step", "ban")
ERASED = "Erased."
# What people write freely, by kind: of an alert that rested on it, it may tell of them.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "problem": ("title", "place", "outcome"),
    "task": ("what", "place", "outcome"),
    "case-review": ("reference", "reason", "outcome"),
}


def forget_work(connection: Connection, items: Collection[str], alerts: Collection[str]) -> None:
    """Take away what is about mentions that are erased, and the words on alerts that rested on them.

    ``items``: mentions and reports that are no more.
    """
    gone = {*items}
    rows = connection.execute(select(Work.id, Work.kind, Work.body, Work.version)).all()
    about = [row for row in rows if row.kind in _OF_PEOPLE and gone & {*_mentions(row.body)}]
    _drop(connection, {row.id for row in about if gone >= {*_mentions(row.body)}})
    for row in rows:
        body = _without(row.body, gone)
        if body != row.body:
            _put(connection, row, body)
    _wordless(connection, rows, alerts)


def _mentions(body: Mapping[str, Any]) -> list[str]:
    return list((body.get("subject") or {}).get("mentions") or ())


def _without(body: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    kept = dict(body)
    if subject := body.get("subject"):
        kept["subject"] = {**subject, "mentions": [one for one in _mentions(body) if one not in gone]}
    if "reports" in body:
        kept["reports"] = [ref for ref in body["reports"] if ref not in gone]
    if body.get("report") in gone:
        kept["report"] = None
    return kept


def _wordless(connection: Connection, rows: Collection[Any], alerts: Collection[str]) -> None:
    """Take the words from problems, tasks and reviews about these alerts, and the notes away."""
    copies = set(connection.execute(select(Told.alert).where(among(connection, Told.matter, alerts))).scalars())
    named = {*alerts, *copies}
    about = {row.id for row in rows if row.body.get("alert") in named}
    parents = dict(connection.execute(select(Work.id, Work.parent).where(among(connection, Work.parent, about))).all())
    _drop(connection, {row.id for row in rows if row.kind == "note" and row.id in parents})
    for row in rows:
        if row.kind in _WORDS and (row.id in about or row.id in parents):
            _put(connection, row, {**row.body, **{name: ERASED for name in _WORDS[row.kind] if row.body.get(name)}})


def _put(connection: Connection, row: Any, body: Mapping[str, Any]) -> None:
    """Have it stand so, as if it had never been otherwise."""
    connection.execute(update(Work).where(Work.id == row.id).values(body=body))
    connection.execute(delete(WorkChange).where(WorkChange.work == row.id, WorkChange.version < row.version))
    begun = {"what": "made", "before": None}
    connection.execute(update(WorkChange).where(WorkChange.work == row.id).values(begun))


def _drop(connection: Connection, ids: Collection[str]) -> None:
    """Take things away, with what belongs to them."""
    if not ids:
        return
    below = set(connection.execute(select(Work.id).where(among(connection, Work.parent, ids))).scalars())
    for table, column in ((WorkChange, WorkChange.work), (Work, Work.id)):
        connection.execute(delete(table).where(among(connection, column, {*ids, *below})))

"""The words of work: what people write freely of problems, tasks, steps, bans and the rest, now and before a change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from schemas.tables import Work, WorkChange

ERASED = "Erased."
# By kind; a test holds it against the words that each kind is made of.
OF_WORK: Mapping[str, tuple[str, ...]] = {
    "problem": ("title", "place", "outcome"),
    "note": ("text",),
    "task": ("what", "team", "place", "outcome"),
    "link": (),
    "step": ("team", "record", "skipped", "outcome"),
    "ban": ("holder", "reference", "conditions", "place", "why_ended"),
    "breach": ("what", "place", "notice"),
    "premises": ("name", "licence", "address", "uprn", "note"),
    "case-review": ("reference", "reason", "outcome"),
}

Words = dict[str, str]


def flat(body: Mapping[str, Any], names: tuple[str, ...]) -> Words:
    """The words under some names, those within under ``name.within``."""
    found: Words = {}
    for name in names:
        value = body.get(name)
        if isinstance(value, Mapping):
            found |= {f"{name}.{within}": text for within, text in value.items() if isinstance(text, str) and text}
        elif isinstance(value, str) and value:
            found[name] = value
    return found


def work_words(connection: Connection) -> Iterator[tuple[str, str, str, datetime, Words]]:
    """Each thing of work: its id, kind and agency, when it was made, and its words, those from before a change too."""
    before: dict[str, Words] = {}
    changes = select(WorkChange.work, WorkChange.version, WorkChange.before, Work.kind)
    for row in connection.execute(changes.join(Work, Work.id == WorkChange.work)):
        if row.before is not None:
            was = flat(row.before["body"], OF_WORK[row.kind])
            old = before.setdefault(row.work, {})
            old |= {f"{name}, before change {row.version}": text for name, text in was.items()}
    for row in connection.execute(select(*Work.__table__.columns).order_by(Work.made_at, Work.id)):
        words = flat(row.body, OF_WORK[row.kind])
        old = {name: text for name, text in before.get(row.id, {}).items() if text not in words.values()}
        yield row.id, row.kind, row.agency, row.made_at, words | old


def without_words(kind: str, body: Mapping[str, Any], stay: tuple[str, ...] = ()) -> dict[str, Any]:
    """The body of a thing of work with none of the words that people wrote, but those that may ``stay``."""
    told = [name for name in OF_WORK[kind] if body.get(name) and name not in stay]
    return {**body, **{name: _erased(body[name]) for name in told}}


def _erased(value: Any) -> Any:
    return dict.fromkeys(value, ERASED) if isinstance(value, Mapping) else ERASED


def stand_so(connection: Connection, id: str, body: Mapping[str, Any]) -> None:
    """Have a thing of work say this, as if it had never been otherwise."""
    connection.execute(update(Work).where(Work.id == id).values(body=dict(body)))
    version = connection.execute(select(Work.version).where(Work.id == id)).scalar_one()
    connection.execute(delete(WorkChange).where(WorkChange.work == id, WorkChange.version < version))
    connection.execute(update(WorkChange).where(WorkChange.work == id).values(what="made", before=None))


def take_words_out(connection: Connection, id: str) -> bool:
    """Take all words out of a thing of work; whether there is such a thing."""
    row = connection.execute(select(Work.kind, Work.body).where(Work.id == id)).first()
    if row is not None:
        stand_so(connection, id, without_words(row.kind, row.body))
    return row is not None

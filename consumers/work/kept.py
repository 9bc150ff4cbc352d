"""What is kept of people's work, read out of the store as the words it is made of."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from schemas.tables import Work, WorkChange
from schemas.work import KINDS, Record

IS_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing as it stands: whose people made it, what it belongs to, and what it says."""

    id: str
    kind: str
    agency: str
    parent: str | None
    made_at: datetime
    version: int
    taken_back: bool
    record: Any  # of the class that ``KINDS`` gives the kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody did to it; ``before``: the body before and whether it was taken back, None where it was made."""

    version: int
    at: datetime
    by: str
    agency: str
    what: str
    before: Mapping[str, Any] | None


def kept(connection: Connection, id: str) -> Kept | None:
    """The thing of that id, taken back or not; none where the words are no id at all."""
    if IS_ID.fullmatch(id) is None:
        return None
    row = connection.execute(select(*Work.__table__.columns).where(Work.id == id)).first()
    return None if row is None else _kept(row)


def all_kept(
    connection: Connection,
    *kinds: str,
    agency: str | None = None,
    parents: Collection[str] | None = None,
) -> list[Kept]:
    """What stands of some kinds, the oldest first; of one agency, or under some parents, where they are named."""
    query = select(*Work.__table__.columns).where(Work.kind.in_(kinds), Work.taken_back.is_(False))
    if agency is not None:
        query = query.where(Work.agency == agency)
    rows = [_kept(row) for row in connection.execute(query.order_by(Work.made_at, Work.id))]
    return rows if parents is None else [one for one in rows if one.parent in parents]


def changes_of(connection: Connection, id: str) -> list[Change]:
    """All that was done to one thing, the oldest first."""
    query = select(*WorkChange.__table__.columns).where(WorkChange.work == id).order_by(WorkChange.version)
    return [_change(row) for row in connection.execute(query)]


def latest_changes(connection: Connection, ids: Collection[str], most: int) -> list[tuple[str, Change]]:
    """What was last done to some things, the newest first, each with the thing's id."""
    query = select(*WorkChange.__table__.columns).where(WorkChange.work.in_(sorted(ids)))
    rows = connection.execute(
        query.order_by(WorkChange.at.desc(), WorkChange.work, WorkChange.version.desc()).limit(most)
    )
    return [(row.work, _change(row)) for row in rows]


def _change(row: Row[Any]) -> Change:
    return Change(version=row.version, at=row.at, by=row.by, agency=row.agency, what=row.what, before=row.before)


def read(kind: str, body: Mapping[str, Any]) -> Record:
    """A body as the words of its kind."""
    return KINDS[kind].model_validate(dict(body))


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        id=row.id,
        kind=row.kind,
        agency=row.agency,
        parent=row.parent,
        made_at=row.made_at,
        version=row.version,
        taken_back=row.taken_back,
        record=read(row.kind, row.body),
    )

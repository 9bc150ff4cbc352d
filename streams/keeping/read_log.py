"""The log as people read it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Audit
from streams.keeping.log import words_of

AT_A_TIME = 1000
_WHOLE = Audit.__table__.columns


def entries(
    connection: Connection, act: str | None = None, subject: str | None = None, last: int | None = None
) -> Iterator[dict[str, Any]]:
    """Entries in the order they were written, with the reasons given, as far as they were not erased."""
    query = select(*_WHOLE).order_by(Audit.seq.desc() if last else Audit.seq)
    if act is not None:
        query = query.where(Audit.act == act)
    if subject is not None:
        query = query.where(Audit.subject == subject)
    if last is not None:
        rows = list(connection.execute(query.limit(last)))[::-1]
        yield from _with_words(connection, rows)
        return
    stream = connection.execution_options(yield_per=AT_A_TIME).execute(query)
    for some in stream.partitions():
        yield from _with_words(connection, list(some))


def _with_words(connection: Connection, rows: list[Any]) -> Iterator[dict[str, Any]]:
    words = words_of(connection, [row.why for row in rows])
    for row in rows:
        said = {name: getattr(row, name) for name in ("actor", "act", "subject", "detail", "chain", "n")}
        yield {
            "at": row.at.isoformat().replace("+00:00", "Z"),
            **said,
            "why": words.get(row.why or ""),
            "why_digest": row.why,
            "prev": row.prev,
            "hash": row.hash,
        }

"""Reports that hold no more while the stages still have what they said."""

from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, or_, select

from schemas.tables import Report, Waiting
from streams.stage import AGAIN
from streams.statements import AnyOf, Statement
from streams.store import chunks


def withdrawn(connection: Connection, stage: str, *earlier: str) -> set[str]:
    """Take the reports that stand before ``stage`` and hold no more, and name those that stand before one ``earlier``.

    What they said is gone already, so nothing that they were joined with could be judged against it. They are taken out
    with whatever is taken first, however many stand before them.
    """
    rows = _HOLD_NO_MORE(connection, stages=(stage, *earlier)).all()
    for some in chunks([row.seq for row in rows if row.stage == stage]):
        connection.execute(delete(Waiting).where(Waiting.seq.in_(some)))
    return {row.ref for row in rows}


def _hold_no_more(any_of: AnyOf) -> Select[Any]:
    ref = case((Waiting.key.startswith(AGAIN), func.substr(Waiting.key, len(AGAIN) + 1)), else_=Waiting.key)
    return (
        select(Waiting.seq, Waiting.stage, ref.label("ref"))
        .outerjoin(Report, Report.ref == ref)
        .where(any_of(Waiting.stage, "stages"), or_(Report.ref.is_(None), Report.status != "accepted"))
    )


_HOLD_NO_MORE = Statement(_hold_no_more)

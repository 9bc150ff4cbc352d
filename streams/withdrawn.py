"""Reports that hold no more while the stages still have what they said."""

from sqlalchemy import Connection, case, delete, func, or_, select

from schemas.tables import Report, Waiting
from streams.stage import AGAIN
from streams.store import chunks


def withdrawn(connection: Connection, stage: str, *earlier: str) -> set[str]:
    """Take the reports that stand before ``stage`` and hold no more, and name those that stand before one ``earlier``.

    What they said is gone already, so nothing that they were joined with could be judged against it. They are taken out
    with whatever is taken first, however many stand before them.
    """
    ref = case((Waiting.key.startswith(AGAIN), func.substr(Waiting.key, len(AGAIN) + 1)), else_=Waiting.key)
    rows = connection.execute(
        select(Waiting.seq, Waiting.stage, ref.label("ref"))
        .outerjoin(Report, Report.ref == ref)
        .where(Waiting.stage.in_((stage, *earlier)), or_(Report.ref.is_(None), Report.status != "accepted"))
    ).all()
    for some in chunks([row.seq for row in rows if row.stage == stage]):
        connection.execute(delete(Waiting).where(Waiting.seq.in_(some)))
    return {row.ref for row in rows}

"""Reports that hold no more while the stages still have what they said."""

from sqlalchemy import Connection, delete, or_, select

from schemas.tables import Report, Waiting
from streams.store import chunks


def withdrawn(connection: Connection, stage: str, *earlier: str) -> set[str]:
    """Take the reports that stand before ``stage`` and hold no more, and name those that stand before one ``earlier``.

    What they said is gone already, so nothing that they were joined with could be judged against it. They are taken out
    with whatever is taken first, however many stand before them.
    """
    rows = connection.execute(
        select(Waiting.seq, Waiting.stage, Waiting.key)
        .outerjoin(Report, Report.ref == Waiting.key)
        .where(Waiting.stage.in_((stage, *earlier)), or_(Report.ref.is_(None), Report.status != "accepted"))
    ).all()
    for some in chunks([row.seq for row in rows if row.stage == stage]):
        connection.execute(delete(Waiting).where(Waiting.seq.in_(some)))
    return {row.key for row in rows}

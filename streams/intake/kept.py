"""The reports that hold now, read from the bytes that were sent."""

from codecs import BOM_UTF8
from collections.abc import Iterable

from sqlalchemy import Connection, select

from schemas import tables
from schemas.report import Report, read_report_json
from streams.clusters.sets import among
from streams.keeping.bodies import bodies


def current_reports(connection: Connection, refs: Iterable[str]) -> dict[str, Report]:
    """The current version of each report that is held and not retracted, by ref."""
    rows = connection.execute(
        select(tables.Report.ref, tables.Report.uid).where(
            among(connection, tables.Report.ref, refs), tables.Report.status == "accepted"
        )
    )
    held = {uid: ref for ref, uid in rows if uid is not None}
    return {held[uid]: read_report_json(raw.removeprefix(BOM_UTF8)) for uid, raw in bodies(connection, held).items()}

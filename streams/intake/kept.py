"""The reports that hold now, read from the bytes that were sent."""

from codecs import BOM_UTF8
from collections.abc import Iterable

from sqlalchemy import Connection, select

from schemas import tables
from schemas.report import Report, read_report_json
from streams.clusters.sets import among


def current_reports(connection: Connection, refs: Iterable[str]) -> dict[str, Report]:
    """The current version of each report that is held and not retracted, by ref."""
    rows = connection.execute(
        select(tables.Report.ref, tables.ReportBody.raw)
        .join(tables.ReportBody, tables.ReportBody.uid == tables.Report.uid)
        .where(among(connection, tables.Report.ref, refs), tables.Report.status == "accepted")
    )
    return {ref: read_report_json(raw.removeprefix(BOM_UTF8)) for ref, raw in rows}

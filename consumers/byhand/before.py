"""Which reports an agency sent before: the same again changes nothing, and other content needs a higher version."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from consumers.words import when
from schemas.identity import ref_of
from schemas.tables import Report


def sent_before(connection: Connection, agency: str, ids: Collection[str]) -> Mapping[str, tuple[int, str]]:
    """The version held of each report that the agency sent before, and a sentence that says so."""
    refs = [ref_of(agency, id) for id in ids if id]
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(refs), 500):
        rows = connection.execute(
            select(Report.id, Report.version, Report.reported_at).where(Report.ref.in_(refs[start : start + 500]))
        )
        for row in rows:
            said = f"sent before (version {row.version}, reported {when(row.reported_at)})"
            found[row.id] = (row.version, said)
    return found

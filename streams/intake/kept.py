"""The reports that hold now, read from the bytes that were sent."""

from codecs import BOM_UTF8
from collections import OrderedDict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from schemas import tables
from schemas.report import Report, read_report_json
from streams.keeping.bodies import bodies
from streams.statements import Statement

# What was taken in is read by the next stage a moment later: a few batches' worth is kept as it was parsed.
_LATELY: "OrderedDict[str, Report]" = OrderedDict()
_MOST = 2_500


def remember(uid: str, report: Report) -> None:
    """Keep a version that was just read, for those who read it next; its uid is made from what it says."""
    _LATELY[uid] = report
    if len(_LATELY) > _MOST:
        _LATELY.popitem(last=False)


def current_reports(connection: Connection, refs: Iterable[str]) -> dict[str, Report]:
    """The current version of each report that is held and not retracted, by ref."""
    rows = _READABLE(connection, refs=set(refs)).all()
    found = {ref: report for ref, uid in rows if uid is not None and (report := _LATELY.get(uid)) is not None}
    held = {uid: ref for ref, uid in rows if uid is not None and ref not in found}
    if held:
        read = bodies(connection, held).items()
        found |= {held[uid]: read_report_json(raw.removeprefix(BOM_UTF8)) for uid, raw in read}
    return found


_READABLE = Statement(
    lambda any_of: (
        select(tables.Report.ref, tables.Report.uid)
        .join(tables.BodyKey, tables.BodyKey.uid == tables.Report.uid)  # what was erased is not remembered either
        .where(any_of(tables.Report.ref, "refs"), tables.Report.status == "accepted")
    )
)

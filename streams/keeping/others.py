"""What an erasure must leave as it was, and where it may have left something."""

import json
from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, String, Text, and_, cast, false, not_, or_, select

from schemas.tables import (
    Base,
    BodyKey,
    Judgement,
    Mention,
    Receipt,
    Rejected,
    Report,
    ReportBody,
    ReportVersion,
)
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.written import as_text

AT_A_TIME = 1000
# What became of a report on its arrival; what came of it later is derived from others too, and may change.
_OF_ITS_OWN = ("accepted", "rejected", "superseded", "retracted")


def digest_of_others(connection: Connection, refs: Collection[str]) -> str:
    """SHA-256 (hex) over all that was sent in other reports, what their people are read as, and what people decided."""
    total = sha256()
    theirs = select(ReportVersion.uid).where(among(connection, ReportVersion.ref, refs))
    refused = select(Rejected.uid).where(_is_one(refs), Rejected.uid.is_not(None))
    mentions = select(Mention.id).where(among(connection, Mention.ref, refs))
    for query in (
        select(Report.ref, Report.version, Report.uid, Report.status).where(not_(among(connection, Report.ref, refs))),
        select(ReportVersion.uid, ReportVersion.digest).where(not_(among(connection, ReportVersion.ref, refs))),
        select(ReportBody.uid, ReportBody.raw).where(ReportBody.uid.not_in(theirs), ReportBody.uid.not_in(refused)),
        select(BodyKey.uid, BodyKey.wrapped).where(BodyKey.uid.not_in(theirs), BodyKey.uid.not_in(refused)),
        select(Mention.id, Mention.body).where(not_(among(connection, Mention.ref, refs))),
        select(Receipt.id, Receipt.reasons).where(
            not_(among(connection, Receipt.ref, refs)), Receipt.status.in_(_OF_ITS_OWN)
        ),
        select(Rejected.source, Rejected.partition, Rejected.offset, Rejected.uid).where(not_(_is_one(refs))),
        select(Judgement.a, Judgement.b, Judgement.judge, Judgement.undone).where(
            Judgement.judge != PIPELINE,
            *(not_(among(connection, end, refs)) for end in (Judgement.a, Judgement.b)),
            *(end.not_in(mentions) for end in (Judgement.a, Judgement.b)),
        ),
    ):
        # rows are added up one by one, for the two databases order text differently
        lines = sorted(sha256(repr(_plain(row)).encode()).digest() for row in connection.execute(query))
        total.update(b"".join(lines) + b"|")
    return total.hexdigest()


def _plain(row: Any) -> list[Any]:
    return [json.dumps(one, sort_keys=True) if isinstance(one, dict | list) else one for one in row]


def _is_one(refs: Collection[str]) -> ColumnElement[bool]:
    named = [ref.partition(":") for ref in sorted(refs)]
    each = [and_(Rejected.agency == agency, Rejected.report_id == report) for agency, _, report in named]
    return or_(false(), *each)


def residue(connection: Connection, items: Collection[str]) -> Iterator[str]:
    """Where a ref or a mention's id still stands: ``table.column``; the log may name records and is left out."""
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("audit"):
            continue
        for column in table.columns:
            if not isinstance(column.type, String | Text | JSON):
                continue
            quoted = isinstance(column.type, JSON)
            for item in sorted(items):
                looked_for = cast(column, Text).contains(as_text(item), autoescape=True) if quoted else column == item
                if connection.execute(select(column).where(looked_for).limit(1)).first() is not None:
                    yield f"{table.name}.{column.name}"
                    break

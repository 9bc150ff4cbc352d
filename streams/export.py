"""What the store holds now as JSON lines, in an order of its own: the same reports give the same lines."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from schemas.tables import Alert, Incident, Member, Mention, PlaceValue, Receipt, Rejected, Report
from streams.clusters.likely import likely
from streams.dedupe.incidents import INCIDENTS
from streams.matching.people.kind import people
from streams.matching.places.grid import to_wgs84
from streams.matching.places.place import PlaceForm, from_body

AT_A_TIME = 1000

Line = dict[str, Any]


def export_lines(connection: Connection, what: str) -> Iterator[str]:
    """The lines of one of ``EXPORTS``, each a JSON object."""
    for line in EXPORTS[what](connection):
        yield json.dumps(line, ensure_ascii=False)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z, with no more digits than there are."""
    return moment.isoformat().replace("+00:00", "Z")


def _order(
    connection: Connection, *columns: InstrumentedAttribute[Any]
) -> list[ColumnElement[Any] | InstrumentedAttribute[Any]]:
    # PostgreSQL sorts text as its locale does, SQLite by bytes: bytes it is, or exports would differ.
    text = connection.dialect.name == "postgresql"
    return [column.collate("C") if text and column.type.python_type is str else column for column in columns]


def _reports(connection: Connection) -> Iterator[Line]:
    held = (
        select(Report.agency, Report.id, Report.version, Report.status, Member.entity)
        .outerjoin(Member, and_(Member.kind == "incident", Member.item == Report.ref))
        .order_by(*_order(connection, Report.agency, Report.id))
    )
    for row in _stream(connection, held):
        incident = row.entity if row.status == "accepted" else None
        yield {
            "agency": row.agency,
            "id": row.id,
            "version": row.version,
            "status": row.status,
            "incident": incident,
        }
    refused = select(Rejected).order_by(
        *_order(connection, Rejected.agency, Rejected.report_id),
        Rejected.version,
        *_order(connection, Rejected.source),
        Rejected.partition,
        Rejected.offset,
    )
    for row in _stream(connection, refused):
        yield _refused(row)


def _refused(row: Any) -> Line:
    line: Line = {
        "agency": row.agency,
        "id": row.report_id,
        "version": row.version,
        "status": "rejected",
        "incident": None,
        "reasons": row.reasons,
    }
    if row.report_id is None:
        if row.source.startswith("file:"):
            line |= {"file": row.source.removeprefix("file:"), "line": row.offset + 1}
        else:
            line |= {"topic": row.source, "partition": row.partition, "offset": row.offset}
    return line


def _incidents(connection: Connection) -> Iterator[Line]:
    confirmed = likely(connection, INCIDENTS)
    query = (
        select(*Incident.__table__.columns, Member.entity.label("place"))
        .outerjoin(Member, and_(Member.kind == "place", Member.item == Incident.place_item))
        .order_by(Incident.occurred_from, Incident.id)
    )
    for row in _stream(connection, query):
        yield {
            "incident": row.id,
            "reports": row.reports,
            "agencies": row.agencies,
            "occurred": {"from": iso(row.occurred_from), "to": iso(row.occurred_to)},
            "category": row.category,
            "detail": row.detail,
            "place": row.place,
            **(row.account or {}),
            "likely": confirmed.get(row.reports[0], row.id),  # if people said yes to every pair that is open to them
        }


def _people(connection: Connection) -> Iterator[Line]:
    confirmed = likely(connection, people(connection))
    query = (
        select(
            Mention.id.label("item"), Report.agency, Report.id, Mention.index, Mention.role, Member.entity, Member.state
        )
        .join(Report, Report.ref == Mention.ref)
        .outerjoin(Member, and_(Member.kind == "person", Member.item == Mention.id))
        .order_by(*_order(connection, Report.agency, Report.id), Mention.index)
    )
    for row in _stream(connection, query):
        yield {
            "agency": row.agency,
            "report": row.id,
            "index": row.index,
            "role": row.role,
            "person": row.entity,
            "state": row.state,
            "likely": confirmed.get(row.item, row.entity),  # if people said yes to every pair that is open to them
        }


def _places(connection: Connection) -> Iterator[Line]:
    query = (
        select(Report.agency, Report.id, PlaceValue.body, Member.entity)
        .join(PlaceValue, PlaceValue.id == Report.place_item)
        .outerjoin(Member, and_(Member.kind == "place", Member.item == PlaceValue.id))
        .where(Report.status == "accepted")
        .order_by(*_order(connection, Report.agency, Report.id))
    )
    for row in _stream(connection, query):
        form = from_body(row.body)
        point, metres = form.where
        lat, lon = to_wgs84(*point) if point is not None else (None, None)
        yield {
            "agency": row.agency,
            "report": row.id,
            "place": row.entity,
            "uprn": form.found_uprn or None,  # the address list's, whatever the report says
            "score": form.found_score or None,
            "precision": form.found_precision or form.precision,
            "accuracy_m": metres if point is not None else form.accuracy,
            "lat": lat,
            "lon": lon,
            "located": form.located or None,  # by what it is known where: never an address where it is a postcode
            "usrn": _usrn(form),
            "parent": form.found_parent or None,
            "runner_up": form.found_next or None,
            "behind": form.found_behind,
            "ward": form.area or None,
            "lsoa": form.found_lsoa or None,
            "institution": form.institution or None,
            "source": form.source or "place",
        }


def _usrn(form: PlaceForm) -> str | None:
    return form.found_usrn or form.usrn or None


def _alerts(connection: Connection) -> Iterator[Line]:
    query = select(Alert.body).where(Alert.withdrawn.is_(False)).order_by(Alert.raised_at, Alert.id)
    for row in _stream(connection, query):
        yield row.body


def _receipts(connection: Connection) -> Iterator[Line]:
    query = (
        select(Receipt)
        .where(Receipt.withdrawn.is_(False))
        .order_by(*_order(connection, Receipt.agency, Receipt.report), Receipt.at, Receipt.status, Receipt.id)
    )
    for row in _stream(connection, query):
        yield {
            "agency": row.agency,
            "report": row.report,
            "at": iso(row.at),
            "status": row.status,
            "reasons": row.reasons,
            "warnings": row.warnings,
        }


def _stream(connection: Connection, query: Any) -> Iterator[Any]:
    return iter(connection.execution_options(yield_per=AT_A_TIME).execute(query))


EXPORTS: dict[str, Callable[[Connection], Iterator[Line]]] = {
    "reports": _reports,
    "incidents": _incidents,
    "people": _people,
    "places": _places,
    "alerts": _alerts,
    "receipts": _receipts,
}

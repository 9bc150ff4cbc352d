"""An alert explained: what each rule found and in which incidents, the reports it rests on, and what people said."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from schemas.tables import Alert, AlertEvidence, Finding, Member, Report, Said
from streams.issues.alerts import iso

Facts = dict[str, Any]
OF_A_RULE = ("rule", "title", "why", "observed", "expected", "upper", "recurrence_days", "score", "score_parts")


def explain_alert(connection: Connection, alert: str) -> Facts | None:
    """Why an alert stands, uncut: its fields, ``found`` by each rule, ``reports`` and ``said``; None where none is.

    A withdrawn alert rests on nothing any more, and says so: nothing is ``found``.
    """
    row = connection.execute(select(Alert.body, Alert.withdrawn).where(Alert.id == alert)).one_or_none()
    if row is None:
        return None
    return {
        "alert": row.body,
        "withdrawn": row.withdrawn,
        "found": [_found(body) for body in _findings(connection, alert)],
        "reports": [_report(one) for one in _reports(connection, alert)],
        "said": [_said(one) for one in _words(connection, alert)],
    }


def _findings(connection: Connection, alert: str) -> Iterable[Mapping[str, Any]]:
    bodies = connection.execute(select(Finding.body).where(Finding.alert == alert)).scalars()
    return sorted(bodies, key=lambda body: (-float(body["score"]), body["kind"], body["key"]))


def _found(body: Mapping[str, Any]) -> Facts:
    return {name: body[name] for name in OF_A_RULE} | {"incidents": sorted(body["incidents"])}


def _reports(connection: Connection, alert: str) -> Iterable[RowMapping]:
    rows = connection.execute(
        select(Report.ref, Report.reported_at, Report.category, Report.detail, Member.entity)
        .join(AlertEvidence, AlertEvidence.ref == Report.ref)
        .outerjoin(Member, (Member.item == Report.ref) & (Member.kind == "incident"))
        .where(AlertEvidence.alert == alert)
        .order_by(Report.reported_at, Report.ref)
    )
    return rows.mappings()


def _report(row: RowMapping) -> Facts:
    return {
        "report": row["ref"],
        "reported_at": iso(row["reported_at"]),
        "category": row["category"],
        "detail": row["detail"],
        "incident": row["entity"],
    }


def _words(connection: Connection, alert: str) -> Iterable[RowMapping]:
    query = select(Said.agency, Said.at, Said.state, Said.body).where(Said.alert == alert).order_by(Said.at, Said.id)
    return connection.execute(query).mappings()


def _said(row: RowMapping) -> Facts:
    return {
        "agency": row["agency"],
        "at": iso(row["at"]),
        "said": row["state"],
        "reason": row["body"].get("reason"),
    }

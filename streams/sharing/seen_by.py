"""Who had seen it: what the log of disclosures says of a report or an alert."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, String, cast, select

from schemas.tables import Audit, Told
from streams.issues.alerts import iso

_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")  # what JSON may write otherwise


def seen_by(connection: Connection, named: str) -> list[dict[str, Any]]:
    """Each copy given that rests on the report ``agency:id``, or that is of the alert; the oldest first.

    ``held``: whether the agency still has it, as that copy or as a later one.
    """
    standing = _standing(connection)
    return [_line(row, standing) for row in _disclosures(connection, named)]


def _disclosures(connection: Connection, named: str) -> Iterable[Any]:
    query = select(Audit.at, Audit.subject, Audit.detail).where(Audit.act == "disclosure").order_by(Audit.seq)
    if ":" not in named:
        alerts = {named, *connection.execute(select(Told.alert).where(Told.matter == named)).scalars()}
        return connection.execute(query.where(Audit.subject.in_(sorted(f"alert:{alert}" for alert in alerts)))).all()
    # the store finds the lines that have its plainest letters, and here it is seen whether they are the report's name
    letters = max(_PLAIN.split(named.partition(":")[2]), key=len)
    rows = connection.execute(query.where(cast(Audit.detail, String).contains(letters, autoescape=True)))
    return [row for row in rows if named in row.detail.get("reports", ())]


def _line(row: Any, standing: Collection[tuple[str, str]]) -> dict[str, Any]:
    alert, to = row.subject.partition(":")[2], row.detail["to"]
    return {
        "at": iso(row.at),
        "to": to,
        "subject": row.subject,
        "version": row.detail.get("version"),
        "kind": row.detail.get("kind"),
        "agreements": row.detail.get("agreements", []),
        "rule": row.detail.get("rule"),
        "held": (alert, to) in standing,
    }


def _standing(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(select(Told.alert, Told.agency).where(Told.matter.is_not(None)))
    return {(row.alert, row.agency) for row in rows}

"""Telling agencies of their copies: what is new or differs is sent, what they may no longer have is pulled back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.envelope import headers_for
from schemas.tables import Audit, Told
from schemas.topics import ALERTS
from streams.clusters.sets import among
from streams.issues.alerts import Raised
from streams.sharing.copies import Copies, cut
from streams.sharing.rules import RULE
from streams.stage import Message
from streams.store import add, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The copy an agency was last given; no body: it was pulled back."""

    key: str
    version: int
    digest: str
    body: dict[str, Any] | None


def tell(
    connection: Connection, copies: Copies, before: Mapping[tuple[str, str], Before], partnership: Partnership
) -> list[Message]:
    """Bring every agency's copies up to date, and write down what each was told."""
    messages: list[Message] = []
    rows: list[dict[str, Any]] = []
    audit: list[dict[str, Any]] = []
    for agency in sorted(partnership):
        given = {raised.id: raised for raised in copies.given.get(agency, ())}
        mine = {alert: row for (name, alert), row in before.items() if name == agency}
        for raised in given.values():
            row = _copy(agency, raised, mine.get(raised.id))
            held = mine.get(raised.id)
            if row is not None:
                rows.append(row)
            if row is not None and (held is None or held.digest != row["digest"]):
                messages.append(_message(agency, row, raised.updated_at))
                audit.append(_disclosed(agency, raised, row["version"]))
        for alert, held in sorted(mine.items()):
            if alert not in given and held.body is not None:
                rows.append(_pulled_back(agency, alert, held))
                messages.append(_message(agency, rows[-1], datetime.fromisoformat(held.body["updated_at"])))
    put(connection, Told, rows)
    add(connection, Audit, audit)
    return messages


def told_before(connection: Connection, copies: Copies) -> dict[tuple[str, str], Before]:
    """What agencies were told of these matters, by agency and alert."""
    known: dict[tuple[str, str], Before] = {}
    alerts = {raised.id for given in copies.given.values() for raised in given}
    for query in (among(connection, Told.key, copies.keys), among(connection, Told.alert, alerts)):
        for row in connection.execute(select(*Told.__table__.columns).where(query)):
            known[row.agency, row.alert] = Before(key=row.key, version=row.version, digest=row.digest, body=row.body)
    return known


def _copy(agency: str, raised: Raised, held: Before | None) -> dict[str, Any] | None:
    """The row of a copy that is new or differs from the one held; None where nothing does."""
    body = cut(raised.body)
    digest = digest_of(body)
    if held is not None and (held.digest, held.key) == (digest, raised.key):
        return None
    version = raised.version
    if held is not None:
        version = held.version if held.digest == digest else max(raised.version, held.version + 1)
    return {
        "alert": raised.id,
        "agency": agency,
        "key": raised.key,
        "version": version,
        "digest": digest,
        "body": {**body, "version": version},
    }


def digest_of(body: Mapping[str, Any]) -> str:
    """What a copy says, whatever its version."""
    said = {name: value for name, value in body.items() if name != "version"}
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _pulled_back(agency: str, alert: str, held: Before) -> dict[str, Any]:
    return {
        "alert": alert,
        "agency": agency,
        "key": held.key,
        "version": held.version + 1,
        "digest": "",
        "body": None,
    }


def _message(agency: str, row: Mapping[str, Any], at: datetime) -> Message:
    alert, body = row["alert"], row["body"]
    return Message(
        topic=ALERTS.topic(agency),
        key=alert.encode(),
        value=None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=headers_for("alert", id=f"{alert}/{agency}/{row['version']}", at=at, subject=alert),
    )


def _disclosed(agency: str, raised: Raised, version: int) -> dict[str, Any]:
    """The line of the log that the Data Protection Act 2018, s.62 asks for: what went to whom, when, by which rule."""
    return {
        "at": raised.updated_at,
        "actor": "pipeline",
        "act": "disclosure",
        "subject": f"alert:{raised.id}",
        "detail": {
            "to": agency,
            "version": version,
            "kind": raised.kind,
            "reports": [one.ref for one in raised.evidence],
            "rule": RULE,
        },
    }

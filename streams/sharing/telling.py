"""Telling agencies of their copies: what is new or differs is sent, what they may no longer have is pulled back."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete

from schemas.agencies import Partnership
from schemas.envelope import headers_for
from schemas.tables import Audit, Told, ToldKey
from schemas.topics import ALERTS
from streams.issues.alerts import Raised
from streams.sharing.copies import Copies, cut
from streams.sharing.naming import Before
from streams.sharing.rules import RULE
from streams.stage import Message
from streams.store import add, put


def tell(connection: Connection, copies: Copies, partnership: Partnership) -> list[Message]:
    """Bring every agency's copies up to date, and write down what each was told."""
    messages: list[Message] = []
    rows: list[dict[str, Any]] = []
    audit: list[dict[str, Any]] = []
    keys: dict[tuple[str, str], frozenset[str]] = {}
    for agency in sorted(partnership):
        given = {raised.id: raised for raised in copies.given.get(agency, ())}
        mine, called = copies.before.get(agency, {}), copies.called.get(agency, {})
        for raised in given.values():
            name = called[raised.id]
            held = mine.get(name)
            if held is None or held.keys != raised.keys:
                keys[agency, name] = raised.keys
            row = _copy(agency, name, raised, held)
            if row is not None:
                rows.append(row)
                messages.append(_message(agency, row, raised.updated_at))
                audit.append(_disclosed(agency, raised, row))
        for alert, held in sorted(mine.items()):
            if alert not in called.values() and held.body is not None:
                keys[agency, alert] = frozenset()
                rows.append(_pulled_back(agency, alert, held))
                messages.append(_message(agency, rows[-1], datetime.fromisoformat(held.body["updated_at"])))
    put(connection, Told, rows)
    _write_keys(connection, keys)
    add(connection, Audit, audit)
    return messages


def _write_keys(connection: Connection, keys: Mapping[tuple[str, str], frozenset[str]]) -> None:
    if not keys:
        return
    connection.execute(
        delete(ToldKey).where(ToldKey.alert == bindparam("of"), ToldKey.agency == bindparam("to")),
        [{"of": alert, "to": agency} for agency, alert in sorted(keys)],
    )
    add(
        connection,
        ToldKey,
        (
            {"alert": alert, "agency": agency, "key": key}
            for (agency, alert), held in sorted(keys.items())
            for key in sorted(held)
        ),
    )


def _copy(agency: str, name: str, raised: Raised, held: Before | None) -> dict[str, Any] | None:
    """The row of a copy that is new or differs from the one held; None where it says the same."""
    body = {**cut(raised.body), "id": name}
    digest = digest_of(body)
    if held is not None and held.digest == digest and held.matter == raised.id:
        return None
    version = raised.version if held is None else max(raised.version, held.version + 1)
    return {
        "alert": name,
        "agency": agency,
        "matter": raised.id,
        "version": version,
        "digest": digest,
        "over_at": None if raised.state == "closed" else raised.over_at,
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
        "matter": None,
        "version": held.version + 1,
        "digest": "",
        "over_at": None,
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


def _disclosed(agency: str, raised: Raised, row: Mapping[str, Any]) -> dict[str, Any]:
    """The line of the log that the Data Protection Act 2018, s.62 asks for: what went to whom, when, by which rule."""
    return {
        "at": raised.updated_at,
        "actor": "pipeline",
        "act": "disclosure",
        "subject": f"alert:{row['alert']}",
        "detail": {
            "to": agency,
            "version": row["version"],
            "kind": raised.kind,
            "reports": [one.ref for one in raised.evidence],
            "rule": RULE,
        },
    }

"""Telling agencies of their copies: what is new or differs is sent, what they may no longer have is pulled back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete

from schemas.agencies import Partnership
from schemas.envelope import headers_for
from schemas.tables import Told, ToldKey
from schemas.topics import ALERTS
from streams.issues.rules import rules
from streams.keeping.log import SHARING, log
from streams.sharing.budget import FLAG, budgeted, week_of
from streams.sharing.copies import Copies
from streams.sharing.cutting import Cut
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
        mine, called = copies.before.get(agency, {}), copies.called.get(agency, {})
        given = {called[one.raised.id]: one for one in copies.given.get(agency, ())}
        fresh: list[dict[str, Any]] = []
        for name, one in given.items():
            held = mine.get(name)
            if held is None or held.keys != one.raised.keys:
                keys[agency, name] = one.raised.keys
            row = _copy(agency, name, one, held)
            if row is not None:
                fresh.append(row)
        gone = {name: held for name, held in sorted(mine.items()) if name not in given and held.body is not None}
        for name, held in gone.items():
            keys[agency, name] = frozenset()
            fresh.append(_pulled_back(agency, name, held))
        weeks = {week_of(held.body) for held in gone.values() if held.body is not None}
        for row, is_sent in budgeted(connection, agency, fresh, weeks, rules().budget):
            rows.append(row)
            if is_sent:
                messages.append(_message(agency, row, _updated_at(row, mine.get(row["alert"]))))
                if row["body"] is not None:
                    under = given[row["alert"]].under if row["alert"] in given else ()
                    audit.append(_disclosed(agency, row, under))
    put(connection, Told, rows)
    _write_keys(connection, keys)
    log(connection, SHARING, audit)
    return messages


def _updated_at(row: Mapping[str, Any], held: Before | None) -> datetime:
    body = row["body"] or (held.body if held else None) or {}
    return datetime.fromisoformat(body["updated_at"])


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


def _copy(agency: str, name: str, one: Cut, held: Before | None) -> dict[str, Any] | None:
    """The row of a copy that is new or differs from the one held; None where it says the same."""
    raised = one.raised
    body = {**one.body, "id": name}
    digest = digest_of(body)
    if held is not None and held.digest == digest and held.matter == raised.id:
        return None
    version = raised.version if held is None else max(raised.version, held.version + 1)
    return {
        "alert": name,
        "agency": agency,
        "matter": raised.id,
        "week": week_of(body),
        "version": version,
        "digest": digest,
        "over_at": _looked_at_again(one),
        "body": {**body, "version": version},
    }


def _looked_at_again(one: Cut) -> datetime | None:
    """When something becomes of a copy though nothing new comes: it is over, or may be held no longer."""
    ends = [] if one.raised.state == "closed" else [one.raised.over_at]
    return min([*ends, *([one.lapses] if one.lapses else [])], default=None)


def digest_of(body: Mapping[str, Any]) -> str:
    """What a copy says, whatever its version."""
    said = {name: value for name, value in body.items() if name not in ("version", FLAG)}
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _pulled_back(agency: str, alert: str, held: Before) -> dict[str, Any]:
    return {
        "alert": alert,
        "agency": agency,
        "matter": None,
        "week": None,
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


def _disclosed(agency: str, row: Mapping[str, Any], under: Sequence[str]) -> dict[str, Any]:
    """The line of the log that the Data Protection Act 2018, s.62 asks for: what went to whom, when, by which rule."""
    body = row["body"]
    return {
        "at": datetime.fromisoformat(body["updated_at"]),
        "actor": "pipeline",
        "act": "disclosure",
        "subject": f"alert:{row['alert']}",
        "detail": {
            "to": agency,
            "version": row["version"],
            "kind": body["kind"],
            "reports": body["evidence"],
            "rule": RULE,
            "agreements": list(under),
        },
    }

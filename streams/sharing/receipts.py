"""Receipts for what came of reports: told once, told again when they differ, taken back when no longer true."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from schemas.envelope import headers_for
from schemas.identity import identity
from schemas.tables import Receipt
from schemas.topics import RECEIPTS
from streams.issues.alerts import iso
from streams.sharing.fact import Fact
from streams.stage import Message
from streams.statements import Statement
from streams.store import put


def settle_receipts(connection: Connection, facts: Iterable[Fact], told: Mapping[str, dict[str, Any]]) -> list[Message]:
    """Let receipts say what ``facts`` say; of those ``told`` before, take back what no longer is."""
    now = {fact.id: _row(fact) for fact in facts}
    rows = [row for number, row in sorted(now.items()) if told.get(number) != row]
    rows += [
        {**row, "withdrawn": True} for number, row in sorted(told.items()) if number not in now and not row["withdrawn"]
    ]
    put(connection, Receipt, rows)
    return [_message(row) for row in rows]


def told_before(
    connection: Connection, ids: Collection[str], refs: Collection[str] = (), status: str = "linked"
) -> dict[str, dict[str, Any]]:
    """The receipts kept under ``ids``, and those of ``status`` for ``refs``."""
    found = (_BY_ID(connection, ids=ids), _OF_REPORTS(connection, refs=refs, status=status))
    return {row["id"]: dict(row) for rows in found for row in rows.mappings()}


_RECEIPTS = select(*Receipt.__table__.columns)
_BY_ID = Statement(lambda any_of: _RECEIPTS.where(any_of(Receipt.id, "ids")))
_OF_REPORTS = Statement(
    lambda any_of: _RECEIPTS.where(any_of(Receipt.ref, "refs"), Receipt.status == bindparam("status"))
)


def _row(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "ref": fact.ref,
        "agency": fact.agency,
        "report": fact.ref.partition(":")[2],
        "at": fact.at,
        "status": fact.status,
        "reasons": [fact.says],
        "warnings": [],
        "withdrawn": False,
    }


def _message(row: dict[str, Any]) -> Message:
    body = {name: row[name] for name in ("id", "agency", "report", "status", "reasons", "warnings", "withdrawn")}
    body["at"] = iso(row["at"])
    return Message(
        topic=RECEIPTS.topic(row["agency"]),
        key=row["report"].encode(),
        value=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=headers_for("receipt", id=_message_id(body), at=row["at"], subject=row["report"]),
    )


def _message_id(body: dict[str, Any]) -> str:
    """A name of its own for each thing a receipt says, so that a correction is not taken for a repeat."""
    return identity("receipt-message", json.dumps(body, sort_keys=True))

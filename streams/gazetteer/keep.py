"""The address list in the store, and its index, made once for each version of the list."""

from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from threading import Lock

from pydantic_core import to_json
from sqlalchemy import Connection, delete, select

from schemas.tables import Address, AddressList, Report
from streams.gazetteer.index import Index
from streams.gazetteer.rows import Row
from streams.stage import leave_for
from streams.store import add, chunks, only_one

_NAME = "addresses"
_KEPT: dict[str, Index] = {}  # the newest alone, by its digest
_MAKING = Lock()


def keep(connection: Connection, rows: Iterable[Row]) -> int | None:
    """Put a list in the place of the one before; how many reports are matched anew, or nothing if it is the same."""
    listed = sorted(rows, key=lambda row: row.uprn)
    bodies = [{name: value for name, value in asdict(row).items() if value not in ("", None)} for row in listed]
    digest = sha256(to_json(bodies)).hexdigest()
    only_one(connection, "matching")
    if digest == _digest(connection):
        return None
    connection.execute(delete(Address))
    connection.execute(delete(AddressList))
    for some in chunks([{"uprn": body["uprn"], "body": body} for body in bodies]):
        add(connection, Address, some)
    add(connection, AddressList, [{"name": _NAME, "digest": digest, "addresses": len(listed)}] if listed else [])
    placed = select(Report.ref).where(Report.status == "accepted", Report.place_item.is_not(None))
    refs = list(connection.execute(placed).scalars())
    leave_for(connection, "matching", refs)
    return len(refs)


def _digest(connection: Connection) -> str | None:
    return connection.execute(select(AddressList.digest).where(AddressList.name == _NAME)).scalar_one_or_none()


def address_list(connection: Connection) -> Index | None:
    """The list that is in the store, ready for looking up; nothing where none was loaded."""
    digest = _digest(connection)
    if digest is None:
        return None
    with _MAKING:
        if digest not in _KEPT:
            rows = [Row(**body) for body in connection.execute(select(Address.body)).scalars()]
            _KEPT.clear()
            _KEPT[digest] = Index(sorted(rows, key=lambda row: row.uprn))
        return _KEPT[digest]

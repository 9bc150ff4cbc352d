"""The address list and the areas in the store, and the atlas of them, made once for each version."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from hashlib import sha256
from threading import Lock
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, delete, select

from schemas.tables import Address, AddressList, Area, PostcodeArea, Report
from streams.gazetteer.areas import Areas, Boundary
from streams.gazetteer.atlas import NOTHING, Atlas
from streams.gazetteer.index import Index
from streams.gazetteer.rows import Row
from streams.stage import leave_for
from streams.statements import Statement
from streams.store import add, chunks, only_one

_ADDRESSES, _POSTCODES = "addresses", "postcodes"
_KEPT: dict[str, Atlas] = {}  # the newest alone, by its version
_INDEX: dict[str, Index] = {}  # the newest alone, by its digest: areas change without it
_MAKING = Lock()


def keep(connection: Connection, rows: Iterable[Row]) -> int | None:
    """Put a list in the place of the one before; how many reports are matched anew, or nothing if it is the same."""
    listed = sorted(rows, key=lambda row: row.uprn)
    bodies = [{name: value for name, value in asdict(row).items() if value not in ("", None)} for row in listed]
    if not _new(connection, _ADDRESSES, bodies):
        return None
    connection.execute(delete(Address))
    for some in chunks([{"uprn": body["uprn"], "body": body} for body in bodies]):
        add(connection, Address, some)
    return _all_anew(connection)


def keep_boundaries(connection: Connection, level: str, boundaries: Iterable[Boundary]) -> int | None:
    """Put the boundaries of a level in the place of those before; as above."""
    bodies = [asdict(one) for one in sorted(boundaries, key=lambda one: (one.code, one.name))]
    if not _new(connection, level, bodies):
        return None
    connection.execute(delete(Area).where(Area.level == level))
    add(connection, Area, ({"level": level, "id": f"{n:05d}", "body": body} for n, body in enumerate(bodies)))
    return _all_anew(connection)


def keep_lookup(connection: Connection, lookup: Mapping[str, Mapping[str, str]]) -> int | None:
    """Put what postcodes lie in in the place of what was said before; as above."""
    rows = [{"postcode": code, "body": dict(areas)} for code, areas in sorted(lookup.items())]
    if not _new(connection, _POSTCODES, rows):
        return None
    connection.execute(delete(PostcodeArea))
    for some in chunks(rows):
        add(connection, PostcodeArea, some)
    return _all_anew(connection)


def _new(connection: Connection, name: str, bodies: list[dict[str, Any]]) -> bool:
    """Whether this is not what the store holds under the name; the name then stands for it."""
    digest = sha256(to_json(bodies)).hexdigest()
    only_one(connection, "dedupe")
    only_one(connection, "matching")
    if digest == _digests(connection).get(name):
        return False
    connection.execute(delete(AddressList).where(AddressList.name == name))
    add(connection, AddressList, [{"name": name, "digest": digest, "addresses": len(bodies)}] if bodies else [])
    return True


def _all_anew(connection: Connection) -> int:
    """Leave every report to be read again: what it says of where is part of what it says of which incident, and who."""
    refs = list(connection.execute(select(Report.ref).where(Report.status == "accepted")).scalars())
    leave_for(connection, "dedupe", refs)
    return len(refs)


def _digests(connection: Connection) -> dict[str, str]:
    return {row.name: row.digest for row in _LISTS(connection)}


_LISTS = Statement(lambda _: select(AddressList.name, AddressList.digest))


def atlas(connection: Connection) -> Atlas:
    """What the store knows of the ground, ready for looking up."""
    digests = _digests(connection)
    if not digests:
        return NOTHING
    version = sha256(to_json(sorted(digests.items()))).hexdigest()[:16]
    with _MAKING:
        if version not in _KEPT:
            made = Atlas(version=version, addresses=_index(connection, digests), areas=_areas(connection, digests))
            _KEPT.clear()
            _KEPT[version] = made
        return _KEPT[version]


def _index(connection: Connection, digests: Mapping[str, str]) -> Index | None:
    digest = digests.get(_ADDRESSES)
    if digest is None:
        return None
    if digest not in _INDEX:
        rows = [Row(**body) for body in connection.execute(select(Address.body)).scalars()]
        _INDEX.clear()
        _INDEX[digest] = Index(sorted(rows, key=lambda row: row.uprn))
    return _INDEX[digest]


def _areas(connection: Connection, digests: Mapping[str, str]) -> Areas | None:
    if digests.keys() == {_ADDRESSES}:
        return None
    boundaries = [Boundary(**body) for body in connection.execute(select(Area.body)).scalars()]
    rows = connection.execute(select(PostcodeArea.postcode, PostcodeArea.body)).all()
    lookup = {row.postcode: row.body for row in rows}
    return Areas(boundaries, lookup)

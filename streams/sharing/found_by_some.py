"""What is found in the views of some agencies alone: no stored finding says it, so what it may meet is found by a note.

Two findings that make one alert in somebody's copy have to be looked at together, whichever of them changed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, or_, select, tuple_

from schemas.tables import Finding as Kept
from schemas.tables import FoundBySome
from streams.issues.grouping import OF_DAYS
from streams.issues.hear import incidents_of
from streams.issues.keep import resting_on, standing
from streams.issues.values import Finding
from streams.statements import Statement
from streams.store import add

Row = tuple[str, str, str]
COLUMNS = (FoundBySome.key, FoundBySome.cell, FoundBySome.ref)


def note_found_by_some(connection: Connection, keys: Collection[str], found: Iterable[Finding]) -> bool:
    """Note what cut views found under ``keys`` and no stored finding says; whether any of it was not noted before."""
    stored: dict[tuple[str, str], set[str]] = defaultdict(set)
    for finding in standing(connection, keys).findings.values():
        stored[finding.key, finding.scope] |= _refs(finding)
    more = [finding for finding in found if not _refs(finding) <= stored[finding.key, finding.scope]]
    now = {(finding.key, _cell(finding), ref) for finding in more for ref in _refs(finding)}
    before = _noted(connection, keys)
    if stale := before - now:
        connection.execute(delete(FoundBySome).where(tuple_(*COLUMNS).in_(sorted(stale))))
    add(connection, FoundBySome, ({"key": key, "cell": cell, "ref": ref} for key, cell, ref in sorted(now - before)))
    return not now <= before


def beside_found_by_some(connection: Connection, keys: Collection[str], here: Iterable[Finding]) -> set[str]:
    """The keys of what may meet, in somebody's view, what is noted under ``keys`` or stands under them (``here``)."""
    here = list(here)
    mine = _noted(connection, keys)
    refs, cells = {ref for _, _, ref in mine}, {cell for _, cell, _ in mine if cell}
    found = {
        finding.key
        for finding in resting_on(connection, set(incidents_of(connection, refs).values())).findings.values()
    }
    found |= set(_OF_CELLS(connection, cells=cells).scalars())
    refs |= {ref for finding in here for ref in _refs(finding)}
    cells |= {_cell(finding) for finding in here} - {""}
    return found | set(_MEETING(connection, refs=refs, cells=cells).scalars())


_OF_CELLS = Statement(lambda any_of: select(Kept.key).where(any_of(Kept.scope, "cells")))
_MEETING = Statement(
    lambda any_of: (
        select(FoundBySome.key)
        .where(or_(any_of(FoundBySome.ref, "refs"), any_of(FoundBySome.cell, "cells")))
        .distinct()
    )
)


def _noted(connection: Connection, keys: Collection[str]) -> set[Row]:
    return {(row.key, row.cell, row.ref) for row in _NOTED(connection, keys=keys)}


_NOTED = Statement(lambda any_of: select(*COLUMNS).where(any_of(FoundBySome.key, "keys")))


def _refs(finding: Finding) -> set[str]:
    return {one.ref for one in finding.evidence}


def _cell(finding: Finding) -> str:
    return finding.scope if finding.kind in OF_DAYS else ""

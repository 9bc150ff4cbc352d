"""What all who sit at a table may know of an alert: nothing that does not stand in every one's own copy.

A copy is what its reader's reports make, so two copies of one matter may differ, and their difference would tell.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from consumers.nameless import kind_and_matter
from schemas.tables import Told

Copy = Mapping[str, Any]


def known_to_all(connection: Connection, agencies: Collection[str]) -> list[Copy]:
    """Each matter of which every agency holds a copy, as all of them may hear it; by the matter's id."""
    held: dict[str, dict[str, Copy]] = {}
    rows = connection.execute(
        select(Told.matter, Told.agency, Told.body).where(Told.agency.in_(sorted(agencies)), Told.body.is_not(None))
    )
    for row in rows:
        if row.matter is not None and isinstance(row.body, Mapping) and not row.body.get("withdrawn"):
            held.setdefault(row.matter, {})[row.agency] = row.body
    everyone = {matter: copies for matter, copies in held.items() if copies.keys() >= set(agencies)}
    return [
        {**shared([copies[name] for name in sorted(copies)]), "matter": matter}
        for matter, copies in sorted(everyone.items())
    ]


def shared(copies: Sequence[Copy]) -> Copy:
    """What may be said of a matter to all who hold ``copies`` of it.

    The copy of whoever knows least, where all are told all that it rests on; else what stands alike in every copy.
    """
    if (least := _least(copies)) is not None:
        return least
    alike = _alike(copies)
    assert isinstance(alike, Mapping)  # noqa: S101 - copies are
    return {**alike, "title": alike.get("title") or kind_and_matter(alike)}


def _least(copies: Sequence[Copy]) -> Copy | None:
    """The copy that rests on fewest reports, if nobody is kept back anything and everyone knows each of these."""
    if len(copies) > 1 and any((copy.get("handling") or {}).get("left_out") for copy in copies):
        return None
    least = min(copies, key=lambda copy: len(copy.get("evidence") or ()))
    rests = set(least.get("evidence") or ())
    return least if all(rests <= set(copy.get("evidence") or ()) for copy in copies) else None


def _alike(values: Sequence[Any]) -> Any:
    """What the values have in common: themselves, the entries of tables and lists that all have, or nothing."""
    first, rest = values[0], values[1:]
    if all(one == first for one in rest):
        return first
    if all(isinstance(one, Mapping) for one in values):
        return {name: _alike([one.get(name) for one in values]) for name in first if all(name in one for one in rest)}
    if all(isinstance(one, list) for one in values):
        return [part for part in first if all(part in one for one in rest)]
    return None

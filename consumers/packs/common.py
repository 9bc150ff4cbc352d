"""What all who sit at a table may know of an alert: nothing that one of them does not know from a copy of their own.

A copy is what its reader's reports make, so copies of one matter may differ, and their difference would tell. So what
they rest on is asked first: a copy is heard by all where all may know each report of it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, select

from consumers.nameless import kind_and_matter
from schemas.tables import Told

Copy = Mapping[str, Any]
Held = Mapping[str, Sequence[Copy]]  # by agency; each copy with the ``matter`` that it is of
# Which agencies may know each report whole; handed in by whoever may ask the stages.
Knows = Callable[[Connection, Collection[str]], Mapping[str, frozenset[str]]]


def known_to_all(
    connection: Connection, agencies: Collection[str], knows: Knows, wanted: Callable[[Copy], bool]
) -> list[Copy]:
    """What every one of the agencies may hear, of the copies that are ``wanted``, by the matter's id."""
    held = {name: [copy for copy in copies if wanted(copy)] for name, copies in _held(connection, agencies).items()}
    rests = {ref for copies in held.values() for copy in copies for ref in _rests(copy)} if len(held) > 1 else set()
    known = knows(connection, sorted(rests))
    return heard_by_all(held, {ref for ref in rests if known.get(ref, frozenset()) >= set(agencies)})


def heard_by_all(held: Held, known: Set[str]) -> list[Copy]:
    """What all may hear who hold these copies; ``known``: the reports that each of them may know whole."""
    if len(held) == 1:
        return sorted((copy for copies in held.values() for copy in copies), key=_matter)
    heard = _resting_on(held, known)
    covered = {_matter(copy) for copy in heard}
    return sorted([*heard, *_said_alike(held, covered, [_rests(copy) for copy in heard])], key=_matter)


def _held(connection: Connection, agencies: Collection[str]) -> Held:
    held: dict[str, list[Copy]] = {name: [] for name in sorted(agencies)}
    rows = connection.execute(
        select(Told.matter, Told.agency, Told.body)
        .where(Told.agency.in_(sorted(agencies)), Told.body.is_not(None))
        .order_by(Told.alert)
    )
    for row in rows:
        if row.matter is not None and isinstance(row.body, Mapping) and not row.body.get("withdrawn"):
            held[row.agency].append({**row.body, "matter": row.matter})
    return held


def _resting_on(held: Held, known: Set[str]) -> list[Copy]:
    """The copies that rest on what all may know whole, of matters that all hold a copy of; of nested ones the largest.

    Two of one kind that rest on the same reports are one, whatever each agency calls it.
    """
    found: dict[tuple[str, frozenset[str]], Copy] = {}
    for copies in held.values():
        for copy in copies:
            if _rests(copy) and _rests(copy) <= known and _is_whole(copy):
                found.setdefault((str(copy.get("kind")), _rests(copy)), copy)
    told = [{ref for copy in copies for ref in _rests(copy)} for copies in held.values()]
    safe = {key for key in found if all(key[1] & refs for refs in told)}
    return [found[key] for key in safe if not any(key[0] == kind and key[1] < rests for kind, rests in safe)]


def _said_alike(held: Held, covered: Collection[str], heard: Sequence[frozenset[str]]) -> Iterable[Copy]:
    """Of the other matters that all hold a copy of, what stands alike in every copy, field by field."""
    by_matter: dict[str, dict[str, Copy]] = defaultdict(dict)
    for name, copies in held.items():
        for copy in copies:
            by_matter[_matter(copy)][name] = copy
    for matter, named in by_matter.items():
        told = any(rests & _rests(copy) for copy in named.values() for rests in heard)
        if len(named) == len(held) and matter not in covered and not told:
            alike = shared([named[name] for name in sorted(named)])
            yield {**alike, "title": alike.get("title") or kind_and_matter(alike)}


def shared(copies: Sequence[Copy]) -> Copy:
    """What stands alike in every one of the copies."""
    alike = _alike(copies)
    assert isinstance(alike, Mapping)  # noqa: S101 - copies are
    return alike


def _matter(copy: Copy) -> str:
    return str(copy["matter"])


def _rests(copy: Copy) -> frozenset[str]:
    return frozenset(map(str, copy.get("evidence") or ()))


def _is_whole(copy: Copy) -> bool:
    """Whether nothing of it was kept back from its reader."""
    return not (copy.get("handling") or {}).get("left_out")


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

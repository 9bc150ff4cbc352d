"""Pointers to a place: that an owner holds something at an address one has reported of.

Only where the two say the same address by themselves: a report one may not know could have brought others together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.tables import Report
from streams.clusters.sets import among
from streams.issues.hear import tellings_of
from streams.issues.values import Telling
from streams.matching.places.beside import places_at, reports_beside
from streams.sharing.fact import Fact, may_be_told, receipt_id
from streams.sharing.pointing import firsts, pointer
from streams.sharing.sight import Sight, sight

_ABOUT = "place"


@dataclass(frozen=True, kw_only=True)
class There:
    """What is told of places, and the ids of all receipts that could have been told of them before."""

    facts: tuple[Fact, ...] = ()
    asked: frozenset[str] = frozenset()


def place_pointers(
    connection: Connection, refs: Collection[str], items: Collection[str], partnership: Partnership
) -> There:
    """The pointers of ``refs``, and of all reports told to be at ``items`` or beside one of ``refs``."""
    if not any(one.pointer for one in partnership.agreements):
        return There()
    met = reports_beside(connection, {*items, *places_at(connection, refs).values()}).values()
    mine = {*refs, *_told_at(connection, items), *(ref for some in met for ref in some)}
    at = places_at(connection, mine)
    beside = reports_beside(connection, set(at.values()))
    tellings = tellings_of(connection, {*mine, *(ref for some in beside.values() for ref in some)})
    near = {ref: beside.get(item, frozenset()) - {ref} for ref, item in at.items()}
    asked = {receipt_id(ref, "linked", f"pointer:{_ABOUT}:{owner}") for ref in mine for owner in partnership}
    return There(facts=tuple(_told(near, tellings, sight(connection, partnership))), asked=frozenset(asked))


def _told_at(connection: Connection, items: Collection[str]) -> Collection[str]:
    return connection.execute(select(Report.ref).where(among(connection, Report.place_item, items))).scalars().all()


def _told(near: Mapping[str, Collection[str]], tellings: Mapping[str, Telling], seen: Sight) -> Iterator[Fact]:
    pointed: dict[str, set[str]] = defaultdict(set)
    for ref, telling in tellings.items():
        for agency in seen.pointed(telling):
            pointed[agency].add(ref)
    for ref in sorted(near.keys() & tellings.keys()):
        mine = tellings[ref]
        theirs = pointed[mine.agency] & set(near[ref])
        for owner, first in sorted(firsts(tellings[one] for one in theirs).items() if may_be_told(mine) else ()):
            yield pointer(mine, owner, first, _ABOUT, "the address in it")

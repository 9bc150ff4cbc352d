"""What a batch touches: which persons, places, chains and days have to be looked at again."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from schemas.tables import Finding, FindingIncident, Member, Mention, Receipt, Report
from streams.issues.counting import Counting, seen_as
from streams.issues.ground import Ground
from streams.issues.hear import refs_of
from streams.issues.recount import recount
from streams.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What to work on: entity ids, periods, and where incidents stood or stand that moved.

    ``keys``: the keys of findings that are to be found again or be no more.
    """

    people: frozenset[str]
    places: frozenset[str]
    periods: frozenset[str]
    closed: frozenset[str]  # weeks to be counted and judged anew
    weeks: frozenset[str]  # weeks of which something is told
    moved: tuple[Counting, ...]
    keys: frozenset[str]
    alerts: frozenset[str]


def read_keys(connection: Connection, keys: Iterable[str]) -> Touched:
    """What ``keys`` ask for, with all that hangs on the incidents among them."""
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        what, _, name = key.partition(":")
        asked[what].add(name)
    counts = recount(connection, asked["incident"])
    moved = list(counts.moved)
    moved += seen_as(connection, counts.chained - {one.incident for one in moved})
    standing = _standing_on(connection, asked["incident"])
    if any(key.startswith("near:") for key in standing):
        # what is found again has to be read again, be it that its words alone have changed, or nothing at all
        moved += seen_as(connection, asked["incident"] - {one.incident for one in moved})
    closed = counts.weeks | asked["week"]
    for key in standing:
        what, _, name = key.partition(":")
        asked[what].add(name)
    refs = refs_of(connection, asked["incident"])
    return Touched(
        people=frozenset(asked["person"] | named_in(connection, refs)),
        places=frozenset(asked["place"] | counts.places | _places_in(connection, refs)),
        periods=frozenset(asked["day"]),
        closed=closed,
        weeks=frozenset(asked["week"]),
        moved=tuple(moved),
        keys=standing,
        alerts=frozenset(asked["alert"]),
    )


def _standing_on(connection: Connection, incidents: Collection[str]) -> frozenset[str]:
    """The keys of the findings that rest on ``incidents``."""
    return frozenset(_RESTING_ON(connection, incidents=incidents).scalars())


_RESTING_ON = Statement(
    lambda any_of: (
        select(Finding.key)
        .join(FindingIncident, FindingIncident.finding == Finding.id)
        .where(any_of(FindingIncident.incident, "incidents"))
        .distinct()
    )
)


def named_in(connection: Connection, refs: Collection[str]) -> set[str]:
    """The persons that reports name."""
    return set(_PEOPLE_IN(connection, refs=refs).scalars())


_PEOPLE_IN = Statement(
    lambda any_of: (
        select(Member.entity)
        .join(Mention, Mention.id == Member.item)
        .where(Member.kind == "person", any_of(Mention.ref, "refs"))
        .distinct()
    )
)


def _places_in(connection: Connection, refs: Collection[str]) -> set[str]:
    return set(_PLACES_IN(connection, refs=refs).scalars())


_PLACES_IN = Statement(
    lambda any_of: (
        select(Member.entity)
        .join(Report, Report.place_item == Member.item)
        .where(Member.kind == "place", any_of(Report.ref, "refs"))
        .distinct()
    )
)


def facts_touched(connection: Connection, touched: Touched, ground: Ground) -> set[str]:
    """What senders may have to be told of besides alerts: incidents told by several, persons named in several reports.

    An incident now told by one, or a person now named in one report, only matters where somebody was told otherwise.
    """
    facts = {f"incident:{one.incident}" for one in touched.moved if len(one.agencies) > 1}
    facts |= {f"linked:{entity}" for entity in ground.people}
    left = refs_of(connection, {one.incident for one in touched.moved})
    facts |= {
        f"report:{ref}" for ref in _told(connection, left, "incident") | _told(connection, ground.alone, "linked")
    }
    return facts


def _told(connection: Connection, refs: Collection[str], status: str) -> set[str]:
    """Those of ``refs`` whose sender was told so, and it was not taken back."""
    return set(_TOLD_SO(connection, refs=refs, status=status).scalars())


_TOLD_SO = Statement(
    lambda any_of: (
        select(Receipt.ref)
        .where(any_of(Receipt.ref, "refs"), Receipt.status == bindparam("status"), Receipt.withdrawn.is_(False))
        .distinct()
    )
)

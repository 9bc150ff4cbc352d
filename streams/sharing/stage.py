"""The stage: the one place that everything which leaves passes through."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.tables import Finding as Kept
from streams.clusters.sets import among
from streams.sharing.copies import copies_of, look_at
from streams.sharing.fact import Fact, receipt_id
from streams.sharing.facts import SAYS, alerted, facts_of
from streams.sharing.naming import Before
from streams.sharing.pointing_there import place_pointers
from streams.sharing.receipts import settle_receipts, told_before
from streams.sharing.telling import tell
from streams.stage import Message, Stage

MATTERS = ("person", "place", "near", "day", "week")
# Each is found anew in every agency's view with all the incidents it rests on: hundreds, of a town's supermarket.
HEAVY = frozenset(("person", "place", "near", "alert"))


def share(connection: Connection, keys: Sequence[str], partnership: Partnership) -> Sequence[Message]:
    """Tell every agency what it may know of the matters, incidents, persons, reports and places that ``keys`` name."""
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        what, _, name = key.partition(":")
        asked[what].add(key if what in MATTERS else name)
    matters = {key for what in MATTERS for key in asked[what]} | _keys_of(connection, asked["alert"])
    messages: list[Message] = []
    if matters:
        copies = copies_of(connection, matters, partnership)
        messages += tell(connection, copies, partnership)
        facts = alerted(copies)
        messages += settle_receipts(connection, facts, told_before(connection, alerted_before(facts, copies.before)))
    if asked["report"] or asked["incident"] or asked["linked"] or asked["beside"]:
        now = facts_of(connection, asked["report"], asked["incident"], asked["linked"], partnership)
        there = place_pointers(connection, now.refs, asked["beside"], partnership)
        told = told_before(connection, now.asked | there.asked, now.refs)
        messages += settle_receipts(connection, (*now.facts, *there.facts), told)
    return messages


def alerted_before(facts: Iterable[Fact], before: Mapping[str, Mapping[str, Before]]) -> set[str]:
    """The ids of the receipts that senders may have been given for the copies they had, and those they have now."""
    ids = {fact.id for fact in facts}
    for agency, copies in before.items():
        for held in copies.values():
            mine = [ref for ref in held.evidence if ref.startswith(f"{agency}:")]
            ids |= {receipt_id(ref, status, held.matter) for ref in mine for status in SAYS if held.matter}
    return ids


def _keys_of(connection: Connection, alerts: set[str]) -> set[str]:
    if not alerts:
        return set()
    return set(connection.execute(select(Kept.key).where(among(connection, Kept.alert, alerts))).scalars())


def look_ahead(connection: Connection, keys: Sequence[str], partnership: Partnership) -> None:
    """Find what each agency may know of the days among ``keys``."""
    days = {key for key in keys if key.startswith("day:")}
    if days:
        look_at(connection, days, partnership)


SHARING = Stage(name="sharing", work=share, look_ahead=look_ahead, heavy=HEAVY)

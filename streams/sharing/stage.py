"""The stage: the one place that everything which leaves passes through."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.tables import Finding as Kept
from streams.clusters.sets import among
from streams.sharing.copies import copies_of
from streams.sharing.facts import Fact, alerted, facts_of, receipt_id
from streams.sharing.receipts import settle_receipts
from streams.sharing.receipts import told_before as told_receipts
from streams.sharing.telling import Before, tell
from streams.sharing.telling import told_before as told_copies
from streams.stage import Message, Stage
from streams.store import only_one

MATTERS = ("person", "place", "near", "day")


def share(connection: Connection, keys: Sequence[str], partnership: Partnership) -> Sequence[Message]:
    """Tell every agency what it may know of the matters, incidents, persons and reports that ``keys`` name."""
    only_one(connection, "sharing")
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        what, _, name = key.partition(":")
        asked[what].add(key if what in MATTERS else name)
    matters = {key for what in MATTERS for key in asked[what]} | _keys_of(connection, asked["alert"])
    messages: list[Message] = []
    if matters:
        copies = copies_of(connection, matters, partnership)
        before = told_copies(connection, copies)
        messages += tell(connection, copies, before, partnership)
        facts = alerted(copies)
        messages += settle_receipts(connection, facts, told_receipts(connection, alerted_before(facts, before)))
    if asked["report"] or asked["incident"] or asked["linked"]:
        now = facts_of(connection, asked["report"], asked["incident"], asked["linked"], partnership)
        messages += settle_receipts(connection, now.facts, told_receipts(connection, now.asked, now.refs))
    return messages


def alerted_before(facts: Iterable[Fact], before: Mapping[tuple[str, str], Before]) -> set[str]:
    """The ids of the receipts that senders may have been given for the copies they had, and those they have now."""
    ids = {fact.id for fact in facts}
    for (agency, alert), held in before.items():
        mine = [ref for ref in (held.body or {}).get("evidence", ()) if ref.startswith(f"{agency}:")]
        ids |= {receipt_id(ref, "alerted", alert) for ref in mine}
    return ids


def _keys_of(connection: Connection, alerts: set[str]) -> set[str]:
    if not alerts:
        return set()
    return set(connection.execute(select(Kept.key).where(among(connection, Kept.alert, alerts))).scalars())


SHARING = Stage(name="sharing", work=share)

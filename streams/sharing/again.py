"""Telling anew what changes without any report changing: other agreements, or a report that its owner opens."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Connection, select, union_all

from schemas.agencies import Partnership
from schemas.tables import Counted, Incident, InForce, Member, Mention, Report, Told, ToldKey
from schemas.tables import Finding as Kept
from streams.clusters.sets import among
from streams.issues.hear import incidents_of
from streams.issues.rules import rules
from streams.matching.circles import draw_anew
from streams.matching.places.beside import places_at
from streams.sharing.rules import RULE
from streams.stage import leave_for
from streams.store import put

_NAME = "sharing"


def share_anew(connection: Connection, partnership: Partnership) -> bool:
    """Have everything shared again where it was shared by other rules; whether it was."""
    digest = digest_of(partnership)
    if connection.execute(select(InForce.digest).where(InForce.name == _NAME)).scalar_one_or_none() == digest:
        return False
    put(connection, InForce, [{"name": _NAME, "digest": digest}])
    draw_anew(connection, partnership)
    # every incident, since an agency may come to see an issue where nobody saw one
    leave_for(connection, "issues", (f"incident:{one}" for one in connection.execute(select(Incident.id)).scalars()))
    keys = union_all(select(Kept.key), select(ToldKey.key).join(Told, Told.alert == ToldKey.alert))
    leave_for(connection, "sharing", connection.execute(keys).scalars())
    leave_for(connection, "sharing", (f"report:{ref}" for ref in connection.execute(select(Report.ref)).scalars()))
    return True


def digest_of(partnership: Partnership) -> str:
    """What decides who may know what: the rules, the agencies and their agreements."""
    members = [(m.name, m.statutory, sorted(m.cleared)) for m in partnership.values()]
    agreements = [
        [sorted(v) if isinstance(v, frozenset) else str(v) for v in (getattr(a, name) for name in a.__slots__)]
        for a in partnership.agreements
    ]
    return sha256(repr((RULE, sorted(members), sorted(agreements, key=repr))).encode()).hexdigest()


def share_reports(connection: Connection, refs: Collection[str]) -> None:
    """Have all that may rest on these reports shared again."""
    incidents = set(incidents_of(connection, refs).values())
    keys = {f"report:{ref}" for ref in refs} | {f"incident:{one}" for one in incidents}
    people = set(_people(connection, refs))
    keys |= {f"{what}:{one}" for one in people for what in ("person", "linked")}
    keys |= {f"place:{one}" for one in _places(connection, refs)}
    keys |= {f"near:{category}:{one}" for category in rules().near_repeat.categories for one in incidents}
    rows = connection.execute(select(Counted.period).where(among(connection, Counted.incident, incidents)))
    keys |= {f"day:{period}" for period in rows.scalars() if period}
    keys |= {f"beside:{item}" for item in places_at(connection, refs).values()}
    leave_for(connection, "sharing", keys)
    leave_for(connection, "issues", {f"incident:{one}" for one in incidents})


def _people(connection: Connection, refs: Collection[str]) -> Collection[str]:
    rows = connection.execute(
        select(Member.entity)
        .join(Mention, Mention.id == Member.item)
        .where(Member.kind == "person", among(connection, Mention.ref, refs))
    )
    return set(rows.scalars())


def _places(connection: Connection, refs: Collection[str]) -> Collection[str]:
    rows = connection.execute(
        select(Member.entity)
        .join(Report, Report.place_item == Member.item)
        .where(Member.kind == "place", among(connection, Report.ref, refs))
    )
    return set(rows.scalars())

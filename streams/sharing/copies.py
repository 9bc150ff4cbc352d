"""Each agency's copies of alerts: what the detectors say of the reports it may know, as if there were no others.

A copy is not an alert with pieces taken out. It is found anew from the visible reports alone, so nothing in it, not a
count, a version, a time or an id, can tell of one that is hidden; and where the visible ones make no issue there is no
copy. Agencies that may know the same reports share one view.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import aliased

from schemas.agencies import Partnership
from schemas.tables import Finding as Kept
from schemas.tables import ToldKey
from streams.clusters.sets import among
from streams.issues.alerts import Raised, alert_id
from streams.issues.bearing import judged_with
from streams.issues.counting import counted
from streams.issues.gather import gather
from streams.issues.ground import Ground, View, find, view_all, view_of
from streams.issues.grouping import OF_DAYS, grouped, same_matter
from streams.issues.judged import raise_all
from streams.issues.keep import resting_on, said_of, standing
from streams.issues.recount import closed_until
from streams.issues.rules import rules
from streams.issues.values import Finding
from streams.sharing.marking import Marking
from streams.sharing.naming import Before, copies_before, names_of
from streams.sharing.rules import may_know


@dataclass(frozen=True, kw_only=True)
class Copies:
    """The copies each agency is to have of some matters, what each is called, and those it had before, by name."""

    ground: Ground
    given: Mapping[str, tuple[Raised, ...]]
    called: Mapping[str, Mapping[str, str]]
    before: Mapping[str, Mapping[str, Before]]


def copies_of(connection: Connection, keys: Collection[str], partnership: Partnership) -> Copies:
    """What every agency of the partnership is to have of the matters that ``keys`` belong to."""
    whole = matters(connection, keys)
    ground = _ground(connection, whole)
    clock = closed_until(connection)
    seen = [(agencies, _by_alert(find(view, rules()))) for agencies, view in views(ground, partnership)]
    before = copies_before(connection, {alert for _, groups in seen for alert in groups}, whole)
    called = {
        agency: names_of({alert: _rests(group) for alert, group in groups.items()}, before.get(agency, {}))
        for agencies, groups in seen
        for agency in agencies
    }
    about = {(agency, name): alert for agency, names in called.items() for alert, name in names.items()}
    said = said_of(connection, set(about.values()), about)
    given: dict[str, tuple[Raised, ...]] = {}
    for agencies, groups in seen:
        raised = tuple(raise_all(groups, said, clock))
        given |= dict.fromkeys(agencies, raised)
    return Copies(ground=ground, given=given, called=called, before=before)


def _by_alert(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    return {alert_id(group): group for group in grouped(findings)}


def _rests(group: Iterable[Finding]) -> frozenset[str]:
    return frozenset(one.ref for finding in group for one in finding.evidence)


def matters(connection: Connection, keys: Collection[str]) -> set[str]:
    """``keys`` with those of all findings that may speak of the same matter, or did in a copy that was given."""
    found: set[str] = set()
    fresh = set(keys)
    while fresh:
        found |= fresh
        here = list(standing(connection, fresh).findings.values())
        met = {f.key for f in _near(connection, here) if any(_may_meet(f, one) for one in here)}
        met |= {f.key for f in judged_with(connection, here).findings.values()}
        fresh = (met | _told_with(connection, fresh)) - found
    return found


def _near(connection: Connection, findings: Collection[Finding]) -> list[Finding]:
    """The findings that share an incident or a cell with ``findings``."""
    near = resting_on(connection, {incident for finding in findings for incident in finding.incidents})
    cells = {finding.scope for finding in findings if finding.kind in OF_DAYS}
    if cells:
        near.take(
            connection.execute(select(Kept.id, Kept.alert, Kept.body).where(among(connection, Kept.scope, cells)))
        )
    return list(near.findings.values())


def _told_with(connection: Connection, keys: Collection[str]) -> set[str]:
    """The keys that stand beside ``keys`` in copies that were given."""
    mine, other = aliased(ToldKey), aliased(ToldKey)
    rows = connection.execute(
        select(other.key)
        .join(mine, and_(mine.alert == other.alert, mine.agency == other.agency))
        .where(among(connection, mine.key, keys))
        .distinct()
    )
    return set(rows.scalars())


def _may_meet(one: Finding, other: Finding) -> bool:
    """Whether two findings make one alert, or would for someone who may not know all."""
    if one.apart or other.apart:
        return one.scope == other.scope or not set(one.incidents).isdisjoint(other.incidents)
    return same_matter(one, other)


def _ground(connection: Connection, keys: Iterable[str]) -> Ground:
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        what, _, name = key.partition(":")
        asked[what].add(name)
    anchors = {name.rpartition(":")[2] for name in asked["near"]}
    return gather(
        connection,
        rules(),
        people=asked["person"],
        places=asked["place"],
        periods=asked["day"],
        moved=counted(connection, anchors),
        only=frozenset(f"near:{name}" for name in asked["near"]),
        cuttable=True,
    )


def views(ground: Ground, partnership: Partnership) -> Iterable[tuple[list[str], View]]:
    """The different views that agencies have of the ground, each with the agencies that have it."""
    tellings = ground.heard.tellings
    same: dict[tuple[str | None, frozenset[str]], list[str]] = defaultdict(list)
    alike: dict[tuple[str, Marking], list[str]] = defaultdict(list)
    for ref, telling in tellings.items():
        alike[telling.agency, telling.marking].append(ref)
    for name, member in sorted(partnership.items()):
        shut = [refs for (by, marking), refs in alike.items() if not may_know(name, by, marking, partnership)]
        hidden = frozenset(ref for refs in shut for ref in refs)
        if len(hidden) < len(tellings):
            same[None if member.statutory else name, hidden].append(name)
    for (only, hidden), agencies in sorted(same.items(), key=lambda item: item[1]):
        if not hidden and only is None:
            yield agencies, view_all(ground)
        else:
            yield agencies, view_of(ground, lambda t, hidden=hidden: t.ref not in hidden, only)  # type: ignore[misc]


def cut(body: Mapping[str, Any]) -> dict[str, Any]:
    """An alert as it leaves: of what is sensitive, neither the place nor where it lies is told."""
    if not body["handling"]["sensitive"]:
        return dict(body)
    area = body["area"] and {**body["area"], "lat": None, "lon": None, "radius_m": None}
    return {**body, "place": None, "area": area}

"""Each agency's copies of alerts: what the detectors say of the reports it may know, as if there were no others.

A copy is not an alert with pieces taken out. It is found anew from the visible reports alone, so nothing in it, not a
count, a version, a time or an id, can tell of one that is hidden; and where the visible ones make no issue there is no
copy. Agencies that may know the same reports share one view.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, and_, select
from sqlalchemy.orm import aliased

from schemas.agencies import Partnership
from schemas.tables import Finding as Kept
from schemas.tables import ToldKey
from streams.issues.alerts import Saying, alert_id
from streams.issues.bearing import judged_with
from streams.issues.counting import seen_as
from streams.issues.find import find
from streams.issues.gather import gather
from streams.issues.ground import Ground, Limits, View, view_all, view_of
from streams.issues.grouping import OF_DAYS, grouped, same_matter
from streams.issues.judged import raise_all
from streams.issues.keep import resting_on, said_of, standing
from streams.issues.recount import closed_until
from streams.issues.rules import rules
from streams.issues.tied import together
from streams.issues.values import Finding
from streams.sharing.cutting import Cut, cut
from streams.sharing.found_by_some import beside_found_by_some, note_found_by_some
from streams.sharing.naming import Before, copies_before, names_of
from streams.sharing.rules import OWN as WHOLE
from streams.sharing.rules import Grant, Grants
from streams.sharing.sight import Sight, sight
from streams.sharing.snapping import snapping
from streams.statements import Statement

Firsts = frozenset[tuple[str, date]]
Found = tuple[list[str], View, list[Finding]]  # the agencies that have a view, and what is found in it


@dataclass(frozen=True, kw_only=True)
class Copies:
    """The copies each agency is to have of some matters, what each is called, and those it had before, by name.

    ``said``: what people said of each alert, by its own id.
    """

    ground: Ground
    given: Mapping[str, tuple[Cut, ...]]
    called: Mapping[str, Mapping[str, str]]
    before: Mapping[str, Mapping[str, Before]]
    said: Mapping[str, Sequence[Saying]]


def copies_of(connection: Connection, keys: Collection[str], partnership: Partnership) -> Copies:
    """What every agency of the partnership is to have of the matters that ``keys`` belong to."""
    seen = sight(connection, partnership)
    whole, ground, everyone = _found_together(connection, keys, seen)
    clock = closed_until(connection)
    found = [(agencies, view, _by_alert(findings)) for agencies, view, findings in everyone]
    before = copies_before(connection, {alert for _, _, groups in found for alert in groups}, whole)
    called = {
        agency: names_of({alert: _rests(group) for alert, group in groups.items()}, before.get(agency, {}))
        for agencies, _, groups in found
        for agency in agencies
    }
    about = {(agency, name): alert for agency, names in called.items() for alert, name in names.items()}
    said = said_of(connection, set(about.values()), about)
    snap = snapping(connection)
    given: dict[str, tuple[Cut, ...]] = {}
    for agencies, view, groups in found:
        raised = raise_all(groups, said, clock)
        cuts = {agency: tuple(cut(one, agency, view, seen, snap) for one in raised) for agency in agencies}
        given |= cuts
    return Copies(ground=ground, given=given, called=called, before=before, said=said)


def look_at(connection: Connection, keys: Collection[str], partnership: Partnership) -> None:
    """Find in each view what ``copies_of`` will find of the matters of ``keys``; nothing is noted."""
    seen = sight(connection, partnership)
    for _, view in views(_ground_of(connection, matters(connection, keys), seen), seen):
        find(view, rules())


def _ground_of(connection: Connection, keys: Collection[str], seen: Sight) -> Ground:
    ground = _ground(connection, keys)
    return _ground(connection, keys, everything=True) if seen.sees_some(ground.since) else ground


def _found_together(connection: Connection, keys: Collection[str], seen: Sight) -> tuple[set[str], Ground, list[Found]]:
    """The keys of all that may be one matter with ``keys`` to anybody, their ground, and what is found in each view."""
    whole = matters(connection, keys)
    while True:
        ground = _ground_of(connection, whole, seen)
        found = [(agencies, view, find(view, rules())) for agencies, view in views(ground, seen)]
        of_some = [finding for _, view, findings in found if not view.as_stored for finding in findings]
        found_under = whole | ground.chained | {finding.key for finding in of_some}
        if not note_found_by_some(connection, found_under, of_some):
            return whole, ground, found
        wider = matters(connection, whole | {finding.key for finding in of_some})
        if wider == whole:
            return whole, ground, found
        whole = wider


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
        met |= beside_found_by_some(connection, fresh, here)
        fresh = (met | _told_with(connection, fresh) | _tied_to(connection, fresh)) - found
    return found


def _near(connection: Connection, findings: Collection[Finding]) -> list[Finding]:
    """The findings that share an incident or a cell with ``findings``."""
    near = resting_on(connection, {incident for finding in findings for incident in finding.incidents})
    cells = {finding.scope for finding in findings if finding.kind in OF_DAYS}
    near.take(_OF_CELLS(connection, cells=cells))
    return list(near.findings.values())


_OF_CELLS = Statement(lambda any_of: select(Kept.id, Kept.alert, Kept.body).where(any_of(Kept.scope, "cells")))


def _told_with(connection: Connection, keys: Collection[str]) -> set[str]:
    """The keys that stand beside ``keys`` in copies that were given."""
    return set(_TOLD_WITH(connection, keys=keys).scalars())


_MINE, _OTHER = aliased(ToldKey), aliased(ToldKey)
_TOLD_WITH = Statement(
    lambda any_of: (
        select(_OTHER.key)
        .join(_MINE, and_(_MINE.alert == _OTHER.alert, _MINE.agency == _OTHER.agency))
        .where(any_of(_MINE.key, "keys"))
        .distinct()
    )
)


def _tied_to(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The keys of persons and places that a report one may not know may have kept apart from those of ``keys``."""
    asked = _asked(keys)
    return {f"{kind}:{one}" for kind in ("person", "place") for one in together(connection, kind, asked[kind])}


def _asked(keys: Iterable[str]) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        what, _, name = key.partition(":")
        asked[what].add(name)
    return asked


def _may_meet(one: Finding, other: Finding) -> bool:
    """Whether two findings make one alert, or would for someone who may not know all."""
    if one.apart or other.apart:
        return one.scope == other.scope or not set(one.incidents).isdisjoint(other.incidents)
    return same_matter(one, other)


def _ground(connection: Connection, keys: Iterable[str], *, everything: bool = False) -> Ground:
    asked = _asked(keys)
    anchors = {name.rpartition(":")[2] for name in asked["near"]}
    return gather(
        connection,
        rules(),
        people=asked["person"],
        places=asked["place"],
        periods=asked["day"],
        weeks=asked["week"],
        moved=seen_as(connection, anchors),
        only=frozenset(f"near:{name}" for name in asked["near"]),
        cuttable=True,
        everything=everything,
    )


def views(ground: Ground, seen: Sight) -> Iterator[tuple[list[str], View]]:
    """The different views that agencies have of the ground, each with the agencies that have it."""
    groups = _alike(ground, seen)
    same: dict[tuple[str | None, tuple[Grant | None, ...], frozenset[str], Firsts], list[str]] = defaultdict(list)
    for name in sorted(seen.partnership):
        may = tuple(grant and (WHOLE if grant.whole else grant) for known, _ in groups for grant in (known.get(name),))
        every = seen.sees_all(name, ground.since)
        # a notice about the reporting rests on reports that are read for their days alone, and here may be none
        weeks = frozenset(week for week, since in ground.taught.items() if seen.sees_all(name, since))
        if any(grant is not None for grant in may) or (every and ground.since is not None):
            same[None if every else name, may, weeks, frozenset(seen.firsts(name, ground).items())].append(name)
    for (only, may, weeks, firsts), agencies in sorted(same.items(), key=lambda item: item[1]):
        if only is None and all(grant is not None and grant.whole for grant in may):
            yield agencies, replace(view_all(ground), weeks=weeks, firsts=dict(firsts))
        else:
            known = [(grant, refs) for grant, (_, refs) in zip(may, groups, strict=True)]
            yield agencies, replace(_view(ground, only, known), weeks=weeks, firsts=dict(firsts))


def _alike(ground: Ground, seen: Sight) -> list[tuple[Grants, list[str]]]:
    """The reports in groups that the same agencies may know the same of."""
    groups: dict[int, tuple[Grants, list[str]]] = {}
    for ref, telling in ground.heard.tellings.items():
        known = seen.of(telling)
        groups.setdefault(id(known), (known, []))[1].append(ref)
    return list(groups.values())


def _view(ground: Ground, only: str | None, may: Iterable[tuple[Grant | None, Iterable[str]]]) -> View:
    visible: set[str] = set()
    limits: dict[str, Limits] = {}
    for grant, refs in may:
        if grant is not None:
            visible.update(refs)
            if not grant.whole:
                limits |= dict.fromkeys(refs, grant)
    return view_of(ground, lambda telling: telling.ref in visible, only, limits)

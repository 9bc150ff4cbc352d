"""Writing down what was found and the alerts it makes: in place, never raised twice, withdrawn with their basis."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from schemas.tables import Alert, AlertEvidence, EntityAlias, FindingIncident, Said, Told
from schemas.tables import Finding as Kept
from streams.clusters.sets import among
from streams.issues.alerts import Raised, Saying, alert_id
from streams.issues.bearing import judged_with
from streams.issues.grouping import OF_DAYS, first_raised, grouped, same_matter
from streams.issues.judged import raise_all
from streams.issues.recount import closed_until
from streams.issues.standing import COLUMNS, Standing
from streams.issues.values import Finding
from streams.statements import Statement
from streams.store import add, put


def standing(connection: Connection, keys: Collection[str]) -> Standing:
    """The findings kept under ``keys``."""
    held = Standing()
    held.take(_UNDER(connection, keys=keys))
    return held


_UNDER = Statement(lambda any_of: select(*COLUMNS).where(any_of(Kept.key, "keys")))


def resting_on(connection: Connection, incidents: Collection[str]) -> Standing:
    """The findings that rest on any of ``incidents``."""
    held = Standing()
    if incidents:
        mine = select(FindingIncident.finding).where(among(connection, FindingIncident.incident, incidents))
        held.take(connection.execute(select(*COLUMNS).where(Kept.id.in_(mine))))
    return held


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be written: findings that are new or differ, and those that are no more."""

    changed: Mapping[str, Finding]
    gone: Mapping[str, Finding]
    alerts: frozenset[str]


def compare(old: Standing, found: Iterable[Finding]) -> Change:
    """What differs between what stood and what was found."""
    new = {finding.id: finding for finding in found}
    changed = {number: finding for number, finding in new.items() if old.findings.get(number) != finding}
    gone = {number: finding for number, finding in old.findings.items() if number not in new}
    alerts = {old.alerts[number] for number in {*gone, *(changed.keys() & old.findings.keys())}}
    return Change(changed=changed, gone=gone, alerts=frozenset(alert for alert in alerts if alert))


def write(connection: Connection, change: Change) -> None:
    """Write findings down."""
    stale = {*change.gone, *change.changed}
    if not stale:
        return
    connection.execute(delete(FindingIncident).where(among(connection, FindingIncident.finding, stale)))
    if change.gone:
        connection.execute(delete(Kept).where(among(connection, Kept.id, change.gone)))
    put(
        connection,
        Kept,
        [
            {"id": number, "kind": f.kind, "key": f.key, "scope": f.scope, "body": f.to_json()}
            for number, f in sorted(change.changed.items())
        ],
    )
    add(
        connection,
        FindingIncident,
        (
            {"finding": number, "incident": incident}
            for number, finding in sorted(change.changed.items())
            for incident in finding.incidents
        ),
    )


def regroup(connection: Connection, change: Change, alerts: Collection[str] = ()) -> set[str]:
    """Make the alerts anew that a change, or ``alerts``, reach; the keys of all findings in them."""
    touched = {*change.alerts, *alerts}
    held = _matters(connection, change, touched)
    groups = grouped(held.findings.values())
    gone = _standing_no_more(connection, held, touched, {alert_id(group) for group in groups})
    _alias(connection, gone, groups)
    said, clock = said_of(connection, {alert_id(group) for group in groups}), closed_until(connection)
    raised = raise_all({alert_id(group): group for group in groups}, said, clock)
    _write_alerts(connection, raised)
    _leave_alone(connection, held.findings.keys() - {number for alert in raised for number in alert.findings})
    _withdraw(connection, gone)
    return {finding.key for finding in held.findings.values()}


def _matters(connection: Connection, change: Change, alerts: Collection[str]) -> Standing:
    """All findings of the matters that a change reaches, closed under "of the same matter" and "judged with it"."""
    held = Standing()
    frontier = held.take(connection.execute(select(*COLUMNS).where(among(connection, Kept.id, change.changed))))
    if alerts:
        frontier |= held.take(connection.execute(select(*COLUMNS).where(among(connection, Kept.alert, alerts))))
    frontier |= held.add(judged_with(connection, (), change.gone.values(), change.alerts))
    while frontier:
        near = _near(connection, [held.findings[number] for number in frontier])
        close = {
            number
            for number, finding in near.findings.items()
            if number not in held.findings and any(same_matter(finding, held.findings[one]) for one in frontier)
        }
        old = {near.alerts[number] for number in close} - {None}
        for number in close:
            held.findings[number], held.alerts[number] = near.findings[number], near.alerts[number]
        if old:
            close |= held.take(connection.execute(select(*COLUMNS).where(among(connection, Kept.alert, old))))  # type: ignore[arg-type]
        frontier = close | held.add(judged_with(connection, [held.findings[number] for number in frontier]))
    return held


def _near(connection: Connection, findings: Sequence[Finding]) -> Standing:
    """The findings that share an incident or a cell with ``findings``."""
    near = resting_on(connection, {incident for finding in findings for incident in finding.incidents})
    cells = {finding.scope for finding in findings if finding.kind in OF_DAYS}
    if cells:
        near.take(connection.execute(select(*COLUMNS).where(among(connection, Kept.scope, cells))))
    return near


def said_of(
    connection: Connection, alerts: Collection[str], called: Mapping[tuple[str, str], str] | None = None
) -> dict[str, list[Saying]]:
    """What people said of ``alerts``, under whatever name they know them, and of alerts that these took the place of.

    ``called``: which of them an agency's copy of a name is about to be a copy of, where that is known already.
    """
    if not alerts:
        return {}
    aliases = connection.execute(
        select(EntityAlias.old, EntityAlias.new).where(
            EntityAlias.kind == "alert", among(connection, EntityAlias.new, alerts)
        )
    )
    now = {alert: alert for alert in alerts} | {row.old: row.new for row in aliases}
    called = called or {}
    names = {*now, *(name for _, name in called)}
    names |= set(connection.execute(select(Told.alert).where(among(connection, Told.matter, now))).scalars())
    rows = connection.execute(
        select(Said.alert, Said.agency, Said.at, Said.state, Said.body, Told.matter)
        .outerjoin(Told, and_(Told.alert == Said.alert, Told.agency == Said.agency))
        .where(among(connection, Said.alert, names))
        .order_by(Said.at, Said.id)
    )
    said: dict[str, list[Saying]] = defaultdict(list)
    for row in rows:
        alert = called.get((row.agency, row.alert)) or now.get(row.matter or row.alert)
        if alert is not None:
            said[alert].append(Saying(at=row.at, state=row.state, outcome=bool(row.body.get("outcome"))))
    return said


def _write_alerts(connection: Connection, raised: Sequence[Raised]) -> None:
    if not raised:
        return
    put(
        connection,
        Alert,
        [
            {
                "id": alert.id,
                "kind": alert.kind,
                "state": alert.state,
                "version": alert.version,
                "withdrawn": False,
                "raised_at": alert.raised_at,
                "updated_at": alert.updated_at,
                "over_at": None if alert.state == "closed" else alert.over_at,
                "severity": alert.severity,
                "body": alert.body,
            }
            for alert in raised
        ],
    )
    connection.execute(delete(AlertEvidence).where(among(connection, AlertEvidence.alert, {a.id for a in raised})))
    add(
        connection,
        AlertEvidence,
        ({"alert": alert.id, "ref": ref} for alert in raised for ref in sorted({e.ref for e in alert.evidence})),
    )
    connection.execute(
        update(Kept).where(Kept.id == bindparam("of")).values(alert=bindparam("to")),
        [{"of": finding, "to": alert.id} for alert in raised for finding in alert.findings],
    )


def _leave_alone(connection: Connection, findings: Collection[str]) -> None:
    """Let findings that are only faint be part of no alert."""
    if findings:
        connection.execute(update(Kept).where(among(connection, Kept.id, findings)).values(alert=None))


def _standing_no_more(
    connection: Connection, held: Standing, touched: Collection[str], now: Collection[str]
) -> set[str]:
    """The alerts that stood for these matters and are none of those that stand now."""
    before = ({alert for alert in held.alerts.values() if alert} | set(touched)) - set(now)
    if not before:
        return set()
    known = select(Alert.id).where(among(connection, Alert.id, before), Alert.withdrawn.is_(False))
    return set(connection.execute(known).scalars())


def _withdraw(connection: Connection, gone: Collection[str]) -> None:
    """Mark alerts whose basis is gone."""
    if not gone:
        return
    connection.execute(
        update(Alert).where(among(connection, Alert.id, gone)).values(withdrawn=True, state="closed", over_at=None)
    )
    connection.execute(delete(AlertEvidence).where(among(connection, AlertEvidence.alert, gone)))


def _alias(connection: Connection, gone: Collection[str], groups: Sequence[Sequence[Finding]]) -> None:
    """Let what was said of an alert that is no more hold for the one that rests on most of its reports."""
    if not gone or not groups:
        return
    rested: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(
        select(AlertEvidence.alert, AlertEvidence.ref).where(among(connection, AlertEvidence.alert, gone))
    ):
        rested[row.alert].add(row.ref)
    now = {alert_id(group): {one.ref for finding in group for one in finding.evidence} for group in groups}
    at = {alert_id(group): first_raised(group).raised_at for group in groups}
    heirs = {old: max(now, key=lambda new: (len(refs & now[new]), new)) for old, refs in sorted(rested.items())}
    heirs = {old: new for old, new in heirs.items() if len(rested[old] & now[new]) * 2 >= len(rested[old])}
    put(
        connection,
        EntityAlias,
        [{"kind": "alert", "old": old, "new": new, "at": at[new]} for old, new in heirs.items()],
    )
    if heirs:
        connection.execute(
            update(EntityAlias)
            .where(EntityAlias.kind == "alert", EntityAlias.new == bindparam("of"))
            .values(new=bindparam("to")),
            [{"of": old, "to": new} for old, new in heirs.items()],
        )

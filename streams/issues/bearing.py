"""Reading the findings that a judgement ties together: what was judged not an issue, and what is the same since."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from schemas.tables import EntityAlias, Said, Told
from schemas.tables import Finding as Kept
from streams.clusters.sets import among
from streams.issues.judged import NOT_AN_ISSUE, alike
from streams.issues.rules import rules
from streams.issues.standing import COLUMNS, Standing
from streams.issues.values import Finding


def judged_with(
    connection: Connection, findings: Collection[Finding], gone: Collection[Finding] = (), were: Collection[str] = ()
) -> Standing:
    """The findings judged not an issue that are the same as ``findings``, and all that these judgements may hold for.

    ``gone``: findings that are no more, and ``were`` the alerts they were part of: what they held for is read too.
    """
    judged = _judged(connection) if findings or gone else {}
    if not judged:
        return Standing()
    held = Standing()
    scopes = {finding.scope for finding in (*findings, *gone)}
    held.take(
        connection.execute(
            select(*COLUMNS).where(among(connection, Kept.alert, judged), among(connection, Kept.scope, scopes))
        )
    )
    last = max((judged[alert] for alert in were if alert in judged), default=None)
    judges = [(finding, judged[held.alerts[number] or ""]) for number, finding in held.findings.items()]
    judges += [(finding, last) for finding in gone if last is not None]
    return _held_for(connection, judges)


def _held_for(connection: Connection, judges: Sequence[tuple[Finding, datetime]]) -> Standing:
    same = Standing()
    if judges:
        scopes = {finding.scope for finding, _ in judges}
        same.take(connection.execute(select(*COLUMNS).where(among(connection, Kept.scope, scopes))))
    days = timedelta(days=rules().suppress.days)
    found = Standing()
    for number, finding in same.findings.items():
        if any(finding.raised_at <= at + days and alike(finding, judge) for judge, at in judges):
            found.findings[number], found.alerts[number] = finding, same.alerts[number]
    return found


def _judged(connection: Connection) -> dict[str, datetime]:
    """The alerts that somebody ever judged not an issue, by every id they go by, and when that was last."""
    rows = connection.execute(
        select(Said.alert, Told.matter, EntityAlias.new, func.max(Said.at).label("at"))
        .outerjoin(Told, and_(Told.alert == Said.alert, Told.agency == Said.agency))
        .outerjoin(
            EntityAlias, and_(EntityAlias.kind == "alert", EntityAlias.old == func.coalesce(Told.matter, Said.alert))
        )
        .where(Said.state == NOT_AN_ISSUE)
        .group_by(Said.alert, Told.matter, EntityAlias.new)
    )
    judged: dict[str, datetime] = {}
    for row in rows:
        for alert in {row.alert, row.matter, row.new} - {None}:
            judged[alert] = max(row.at, judged.get(alert, row.at))
    return judged

"""The alert budget: how many alerts a week an agency is told of as live; the rest are kept, ranked, and say so.

It is a rule over the copies an agency has, so it tells nothing of those it has not, and depends on no order: of the
alerts raised in a week those with the highest scores are live.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Told
from streams.clusters.sets import among
from streams.issues.calendar import local_day
from streams.issues.rules import BudgetRule

Row = dict[str, Any]
FLAG = "over_budget"


def week_of(body: Mapping[str, Any]) -> str:
    """The week in which an alert was raised: ``2024-W10``."""
    year, week, _ = local_day(datetime.fromisoformat(body["raised_at"])).isocalendar()
    return f"{year}-W{week:02}"


def over_budget(bodies: Collection[Mapping[str, Any]], rule: BudgetRule) -> set[str]:
    """The alerts that are not live: beyond the budget of their week by score. Some kinds always are."""
    by_week: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for body in bodies:
        if body["kind"] not in rule.always:
            by_week[week_of(body)].append(body)
    ranked = (sorted(some, key=lambda body: (-body["score"], body["id"])) for some in by_week.values())
    return {body["id"] for some in ranked for body in some[rule.week :]}


def budgeted(
    connection: Connection, agency: str, rows: Sequence[Row], gone: Collection[str], rule: BudgetRule
) -> list[Row]:
    """An agency's new rows with those of the same weeks that come over or under the budget by them, each marked.

    ``gone``: weeks in which a copy was pulled back.
    """
    if not rule.week:
        return list(rows)
    new = {row["alert"]: row for row in rows}
    weeks = {row["week"] for row in rows} | set(gone)
    held = connection.execute(
        select(*Told.__table__.columns).where(
            Told.agency == agency, among(connection, Told.week, weeks), Told.body.is_not(None)
        )
    )
    standing = {row["alert"]: dict(row) for row in held.mappings()}
    all_rows = {alert: row for alert, row in (standing | new).items() if row["body"] is not None}
    over = over_budget([row["body"] for row in all_rows.values()], rule)
    found = [row for row in rows if row["body"] is None]
    for alert, row in sorted(all_rows.items()):
        was = bool(standing[alert]["body"].get(FLAG)) if alert in standing else None
        marked = {**row["body"], FLAG: alert in over}
        if alert in new:
            found.append({**row, "body": marked})
        elif was != (alert in over):
            version = row["version"] + 1
            found.append({**row, "version": version, "body": {**marked, "version": version}})
    return found


def is_told(row: Row, before: Mapping[str, Any] | None) -> bool:
    """Whether a row is sent: not where it is over the budget and was never told as live."""
    live_before = before is not None and not before.get(FLAG, False)
    return row["body"] is None or live_before or not row["body"].get(FLAG, False)

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
) -> list[tuple[Row, bool]]:
    """An agency's new rows, and those of the same weeks that come over or under the budget by them; is each to be sent.

    ``gone``: weeks in which a copy was pulled back. What is over the budget is sent only where it was live before.
    """
    if not rule.week:
        return [(row, True) for row in rows]
    held = _standing(connection, agency, {row["week"] for row in rows if row["week"]} | set(gone))
    new = {row["alert"]: row for row in rows}
    now = {alert: row for alert, row in (held | new).items() if row["body"] is not None}
    over = over_budget([row["body"] for row in now.values()], rule)
    found = [(row, True) for row in rows if row["body"] is None]
    for alert, row in sorted(now.items()):
        live = alert in held and not held[alert]["body"].get(FLAG, False)
        marked = {**row["body"], FLAG: alert in over}
        if alert in new:
            found.append(({**row, "body": marked}, live or alert not in over))
        elif live == (alert in over):
            version = row["version"] + 1
            found.append(({**row, "version": version, "body": {**marked, "version": version}}, True))
    return found


def _standing(connection: Connection, agency: str, weeks: Collection[str]) -> dict[str, Row]:
    rows = connection.execute(
        select(*Told.__table__.columns).where(
            Told.agency == agency, among(connection, Told.week, weeks), Told.body.is_not(None)
        )
    )
    return {row["alert"]: dict(row) for row in rows.mappings() if row["body"] is not None}

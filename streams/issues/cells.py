"""Counting and judging closed weeks: each cell by itself, from the first of its weeks that changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from schemas.tables import CellWeek, OpenReport
from streams.clusters.sets import among
from streams.issues.firsts import TOLD_ALL, first_days
from streams.issues.rises import alarms_since
from streams.issues.rules import Rules
from streams.issues.tally import cells_in
from streams.issues.weekly import History, Verdict, number_of, verdicts
from streams.store import put


def judge_weeks(connection: Connection, weeks: Collection[str], rules: Rules) -> set[str]:
    """Count ``weeks`` anew and judge what that changes; the weeks of which something else may be told now."""
    if not weeks:
        return set()
    firsts = first_days(connection).get(TOLD_ALL, {})
    before = alarms_since(connection, min(weeks), firsts, rules)
    since: dict[str, str] = {}
    for week in sorted(weeks, reverse=True):
        since |= dict.fromkeys(_count(connection, week), week)
    _judge(connection, since, firsts, rules)
    after = alarms_since(connection, min(weeks), firsts, rules)
    return {*weeks, *(week for week in before.keys() | after.keys() if before.get(week) != after.get(week))}


def _count(connection: Connection, week: str) -> set[str]:
    """Count one week; the cells in which there are others than before."""
    now: dict[str, Counter[str]] = defaultdict(Counter)
    for counts in connection.execute(select(OpenReport.counts).where(OpenReport.week == week)).scalars():
        for cell in cells_in(counts):
            now[cell.scope][",".join(counts["agencies"])] += 1
    before = {
        row.cell: row.told
        for row in connection.execute(select(CellWeek.cell, CellWeek.told).where(CellWeek.week == week))
    }
    changed = {scope for scope in before.keys() | now.keys() if before.get(scope) != now.get(scope)}
    gone = changed - now.keys()
    if gone:
        connection.execute(delete(CellWeek).where(CellWeek.week == week, among(connection, CellWeek.cell, gone)))
    put(
        connection,
        CellWeek,
        [
            {"cell": scope, "week": week, "told": dict(sorted(now[scope].items())), "chance": None, "judged": None}
            for scope in sorted(changed & now.keys())
        ],
    )
    return changed


def _judge(connection: Connection, since: Mapping[str, str], firsts: Mapping[str, date], rules: Rules) -> None:
    """Judge each cell of ``since`` from its week on."""
    held = {(row.cell, row.week): row for row in _rows(connection, since, rules.spike_week.least)}
    rows: dict[str, dict[int, Mapping[str, int]]] = defaultdict(dict)
    query = select(CellWeek.cell, CellWeek.week, CellWeek.told)
    for row in connection.execute(query.where(among(connection, CellWeek.cell, {scope for scope, _ in held}))):
        rows[row.cell][number_of(row.week)] = row.told
    asked: dict[str, dict[int, str]] = defaultdict(dict)
    for scope, week in held:
        asked[scope][number_of(week)] = week
    found = verdicts(
        (History(cell=scope, told=rows[scope], asked=frozenset(some)) for scope, some in sorted(asked.items())),
        firsts,
        rules.spike_week,
    )
    judged = {(scope, week): found.get((scope, number_of(week))) for scope, week in held}
    _write(
        connection,
        {at: verdict for at, verdict in judged.items() if held[at].judged != (verdict and verdict.to_json())},
    )


def _rows(connection: Connection, since: Mapping[str, str], least: int) -> list[Any]:
    """The rows to be judged: none that holds too few, and was not judged before, can come to an alarm."""
    if not since:
        return []
    query = select(CellWeek.cell, CellWeek.week, CellWeek.told, CellWeek.judged).where(
        among(connection, CellWeek.cell, since), CellWeek.week >= min(since.values())
    )
    return [
        row
        for row in connection.execute(query)
        if row.week >= since[row.cell] and (row.judged is not None or sum(row.told.values()) >= least)
    ]


def _write(connection: Connection, changed: Mapping[tuple[str, str], Verdict | None]) -> None:
    if changed:
        connection.execute(
            update(CellWeek)
            .where(CellWeek.cell == bindparam("of"), CellWeek.week == bindparam("on"))
            .values(chance=bindparam("least"), judged=bindparam("as_judged", type_=CellWeek.judged.type)),
            [
                {"of": scope, "on": week, "least": one and one.least, "as_judged": one and one.to_json()}
                for (scope, week), one in sorted(changed.items())
            ],
        )

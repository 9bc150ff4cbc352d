"""Weeks and years of a small partnership's reporting, with a season in it, and what may rise in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import cos, pi
from random import Random

from sqlalchemy import select

from schemas.tables import Began, CellWeek, Finding, OpenReport
from streams.issues.calendar import week_of as week_of_day
from streams.issues.cells import judge_weeks
from streams.issues.firsts import TOLD_ALL, first_days
from streams.issues.marks import mark_days, said_of_open
from streams.issues.rises import WeekRise, rises_of
from streams.issues.rules import rules
from streams.store import put, writing
from tests.streams.issues.way import FIRST, Body, Way, report

AGENCIES = ("police", "council", "housing")
DAMAGE, SHOPS, NOISE = ("Larch", "criminal-damage-arson"), ("Alder", "shoplifting"), ("Larch", "public-order")
MEANS = {DAMAGE: 8.0, SHOPS: 3.0, NOISE: 3.0}
Cell = tuple[str, str]


def week_of(
    number: int, counts: Mapping[Cell, int], *, name: str = "w", agencies: Sequence[str] = AGENCIES
) -> list[Body]:
    """A week's reports: so many of each kind in each ward, each at a place of its own, over its days."""
    chance = Random(f"{name}{number}")
    found: list[Body] = []
    for (area, kind), count in counts.items():
        for _ in range(count):
            told = len(found)
            found.append(
                report(
                    agencies[told % len(agencies)],
                    f"{name}{number}-{told}",
                    7 * number + chance.random() * 6.4,
                    told=0.02,
                    category=kind,
                    place={"text": f"{1000 * number + told} {area} Road", "ward": area},
                )
            )
    return found


def season(number: int, mean: float, swing: float = 0.5) -> float:
    """What is usual in a week of the year: most half a year after the first."""
    return mean * (1 - swing * cos(2 * pi * number / 52.18))


def poisson(mean: float, chance: Random) -> int:
    """A count by chance."""
    count, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        count += 1
        passed += chance.expovariate(1.0)
    return count


def weeks_of(
    weeks: range, *, times: Mapping[int, float] | None = None, swing: float = 0.5, seed: int = 1
) -> list[Body]:
    """Ordinary weeks; ``times``: in which weeks there is so many times as much damage in Larch."""
    found: list[Body] = []
    for number in weeks:
        chance = Random(f"{seed} {number}")
        factor = (times or {}).get(number, 1.0)
        counts = {
            cell: poisson(season(number, mean, swing) * (factor if cell == DAMAGE else 1.0), chance)
            for cell, mean in MEANS.items()
        }
        found += week_of(number, counts, name=f"s{seed}-")
    return found


def surge() -> list[Body]:
    """Two weeks with three and a half times as much damage in Larch as there is."""
    return [body for week in (28, 29) for body in week_of(week, {DAMAGE: 20}, name="surge")]


def after(week: int) -> float:
    """The last day of a week, by its number."""
    return 7.0 * week + 6


def of_weeks(way: Way) -> list[Body]:
    """The findings that rest on weeks of history."""
    return [row.body for row in sorted(way.rows(Finding), key=lambda row: (row.key, row.scope)) if "week:" in row.key]


def lay(way: Way, bodies: Sequence[Body]) -> None:
    """Reports straight into what weeks are counted from, with no stage before: years of them in a moment."""
    rows = [
        {
            "ref": f"{body['agency']}:{body['id']}",
            "uid": "",
            "incident": f"{body['agency']}:{body['id']}",
            "first": f"{body['agency']}:{body['id']}",
            "agency": body["agency"],
            "reported_at": datetime.fromisoformat(body["reported_at"]),
            "reported_on": body["reported_at"][:10],
            "lag": 0.02,
            "category": body["category"],
            "terms": [],
            "names": [],
            "week": week_of_day(body["occurred"]["from"][:10]),
            "counts": {
                "areas": [body["place"]["ward"]],
                "category": body["category"],
                "detail": None,
                "agencies": [body["agency"]],
            },
        }
        for body in bodies
    ]
    with writing(way.engine) as connection:
        put(connection, OpenReport, rows)
        mark_days(connection, came=[said for row in rows for said in said_of_open({**row, "happened_on": None})])
        put(connection, Began, [{"agency": agency, "viewer": TOLD_ALL, "at": FIRST} for agency in AGENCIES])
        judge_weeks(connection, {row["week"] for row in rows}, rules())


def rises(way: Way) -> dict[str, tuple[WeekRise, ...]]:
    """What has risen, by week."""
    with way.engine.begin() as connection:
        weeks = {row.week for row in connection.execute(select(CellWeek.week).distinct())}
        found = rises_of(connection, weeks, first_days(connection)[TOLD_ALL], rules())
    return {week: some for week, some in sorted(found.items()) if some}

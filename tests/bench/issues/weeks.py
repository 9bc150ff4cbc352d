"""Weeks beside their years, at length: two years through every stage, and what a late report costs in a larger town."""

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count, islice
from random import Random
from typing import Any

from sqlalchemy import Connection

from schemas.kinds import CATEGORIES
from schemas.tables import Began, OpenReport
from streams.issues.calendar import start_of, week_of
from streams.issues.cells import judge_weeks
from streams.issues.firsts import TOLD_ALL
from streams.issues.rules import rules
from streams.store import put, writing
from tests.bench.table import table
from tests.streams.issues.way import Way
from tests.streams.issues.years import after, of_weeks, weeks_of

WEEKS = 108
RISE = 92  # the week in which the slow rise begins: a tenth more every week, up to 1.8 times the usual
BEGUN = date(2024, 1, 1)
AGENCIES = ("police", "council", "housing", "fire", "ambulance")
A_DAY = 75
LATE = (104, 26, 4, 1)


def measure_weeks() -> None:
    """Two simulated years of a small partnership, and the weeks of a town with 525 incidents in each."""
    print(f"\n{WEEKS} weeks of a small partnership with a season, through every stage:\n")
    slow = {week: min(1.8, 1.2 + 0.1 * (week - RISE)) for week in range(RISE, WEEKS)}
    print(table(("what", "weeks told of", "first of them", "s"), [_years("a season alone", {}), _years("slow", slow)]))
    print(
        f"\nA town of {7 * A_DAY} incidents a week over {WEEKS} weeks: processor time to count and judge its weeks:\n"
    )
    print(table(("what", "ms, median of five"), list(_costs())))


def _years(name: str, times: dict[int, float]) -> tuple[str, ...]:
    began = time.process_time()
    found = of_weeks(Way().take(weeks_of(range(WEEKS), times=times), batch=2000).close(after(WEEKS - 1)))
    weeks = sorted({one["episode"] for one in found})
    return name, str(len(weeks)), weeks[0] if weeks else "none", f"{time.process_time() - began:.1f}"


def _costs() -> Iterator[tuple[str, str]]:
    chance, way = Random(1), Way()
    rows = [_row(chance, number, BEGUN + timedelta(days=number // A_DAY)) for number in range(WEEKS * 7 * A_DAY)]
    weeks = sorted({row["week"] for row in rows})
    with writing(way.engine) as connection:
        put(connection, OpenReport, rows)
        put(connection, Began, [{"agency": agency, "viewer": TOLD_ALL, "at": start_of(BEGUN)} for agency in AGENCIES])
        judge_weeks(connection, weeks, rules())
    numbers = count(len(rows))
    for late in LATE:
        took = []
        for number in islice(numbers, 5):
            with writing(way.engine) as connection:
                took.append(_late(connection, chance, number, weeks[-late]))
        yield f"a report that is late by {late} weeks" if late > 1 else "one more in the last week", _ms(took)


def _late(connection: Connection, chance: Random, number: int, week: str) -> float:
    day = date.fromisocalendar(int(week[:4]), int(week[6:]), 3)
    put(connection, OpenReport, [_row(chance, number, day, often=True)])
    began = time.process_time()
    judge_weeks(connection, [week], rules())
    return time.process_time() - began


def _row(chance: Random, number: int, day: date, *, often: bool = False) -> dict[str, Any]:
    """An open report; ``often``: of the commonest kind in the busiest ward, where the most weeks are judged."""
    kinds, wards = sorted(CATEGORIES)[:14], [f"Ward {one}" for one in range(20)]
    kind = kinds[0] if often else chance.choices(kinds, [1 / (one + 1) for one in range(14)])[0]
    ward = wards[0] if often else chance.choices(wards, [(one + 1) ** -0.5 for one in range(20)])[0]
    agency, at = chance.choice(AGENCIES), datetime.combine(day, datetime.min.time()).astimezone()
    ref = f"{agency}:{number}"
    counts = {
        "areas": [ward, f"square {chance.randrange(300)}"],
        "category": kind,
        "detail": chance.choice(["a", "b", "c", None]),
        "agencies": [agency],
    }
    return {
        "ref": ref, "uid": "", "incident": ref, "first": ref, "agency": agency, "reported_at": at,
        "reported_on": day.isoformat(), "lag": 0.1, "category": kind, "terms": [], "names": [],
        "week": week_of(day.isoformat()), "counts": counts,
    }  # fmt: skip


def _ms(took: Sequence[float]) -> str:
    return f"{1000 * statistics.median(took):.0f}"

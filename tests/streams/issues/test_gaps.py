"""Days with no reports: what goes on over them stands as it would have in any order, live as in a replay."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from streams.issues.days import SETTLED, close_days
from streams.store import writing
from tests.streams.issues.test_invariant import end
from tests.streams.issues.way import FIRST, Body, Way, report

FAR = FIRST + timedelta(days=400)
SPOT = {"text": "9 Knifesmithgate", "easting": 438_200.0, "northing": 371_200.0}


def told(number: str, day: float, late: float = 0.01, **fields: Any) -> Body:
    return report("police", number, day, told=late, place=SPOT, **fields)


def spell(late: float) -> list[Body]:
    """A quiet past, a spike of some days, days on which nobody reports, and one who tells late of the days before."""
    past = [told(f"p{week}-{day}", day - 7 * week) for week in range(1, 11) for day in (0, 3)]
    spike = [told(f"s{day}-{n}", day + n / 40) for day in (0, 1) for n in range(7)]
    after = [told("a9", 9, category="drugs"), told("a20", 20, category="drugs")]
    return [*past, *spike, *after, *(told(f"l{n}", n, late) for n in (-1.5, 0.5, 1.5, 3.5))]


def live(way: Way, until: datetime = FAR) -> None:
    """What the timer does, long after all of it by the clock on the wall."""
    with writing(way.engine) as connection:
        close_days(connection, until)
    way.drain()


def settled(way: Way) -> Way:
    """Nobody reports any more, and the timer goes on."""
    live(way)
    live(way, FAR + timedelta(seconds=1))
    live(way, FAR + timedelta(seconds=2) + SETTLED)
    return way


def replayed(sent: list[Body]) -> Way:
    """All of it in one file."""
    last = max(body["reported_at"] for body in sent)
    way = Way().take(sent)
    with writing(way.engine) as connection:
        close_days(connection, datetime.fromisoformat(last), through=True)
    way.drain()
    return way


@pytest.mark.parametrize("seed", range(6))
def test_an_empty_day_is_judged_alike_in_every_order(seed: int) -> None:
    chance = random.Random(seed)
    sent = spell(late=chance.choice((4.2, 9.0, 17.0)))
    whole = replayed(sent)
    assert any(alert["kind"] == "spike" and alert["version"] > 1 for alert in whole.alerts())
    way, left = Way(), chance.sample(sent, len(sent)) if seed % 2 else sorted(sent, key=lambda one: one["reported_at"])
    while left:
        many = chance.choice((1, 3, 8, 20))
        way.take(left[:many])
        left = left[many:]
        if chance.random() < 0.6:
            live(way)
    assert end(settled(way)) == end(whole)


def test_the_last_report_taken_back_closes_the_same_days_whichever_came_first(store_url: str) -> None:
    sent = [one for one in spell(late=4.2) if one["id"] != "a20"]  # the spike is not over by the ninth day
    gone = told("z", 30, action="retract", version=2)
    after, before = Way(store_url).take([*sent, told("z", 30)]).take([gone]), Way().take([gone]).take([*sent])
    assert end(settled(after)) == end(settled(before))


def test_a_late_report_of_an_old_day_leaves_what_an_empty_day_says(store_url: str) -> None:
    sent = spell(late=17.0)
    way = Way(store_url).take([one for one in sent if not one["id"].startswith("l")])
    settled(way)
    way.take([one for one in sent if one["id"].startswith("l")])
    assert end(settled(way)) == end(replayed(sent))

"""Weeks of a small partnership's reporting, each agency with habits of its own, and what can go wrong with it."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from tests.streams.issues.way import OPENED, Body, Way, report

KINDS = (
    {"category": "anti-social-behaviour", "detail": "noise"},
    {"category": "shoplifting"},
    {"category": "criminal-damage-arson"},
    {"category": "public-order"},
    {"category": "drugs"},
)
# Words that every day has, so that no word of them is news.
SAID = "something usual was told of and looked into here"


def spot(number: int) -> Body:
    """A place of its own, so that nothing is told twice."""
    return {
        "text": f"{number} Larch Road",
        "easting": 436_000.0 + 1_100 * (number % 7),
        "northing": 371_000.0 + 1_100 * (number % 5),
    }


def feed(agency: str, days: Iterable[float], many: int = 4, *, start: int = 0, **fields: Any) -> list[Body]:
    """So many ordinary reports a day, each of another kind and place."""
    found = []
    for day in days:
        for n in range(many):
            number = start + len(found)
            kind = KINDS[(int(day) + n) % len(KINDS)]
            body = {"place": spot(number), "summary": SAID, **kind, **fields}
            found.append(report(agency, f"{agency[:2]}{number}", day + n / 24, told=0.02, **body))
    return found


def everyday(until: int = 0, agencies: Sequence[str] = ("police", "council", "housing"), weeks: int = 10) -> list[Body]:
    """Some weeks of everyday reporting by each agency, up to a day."""
    return [body for agency in agencies for body in feed(agency, range(until - 7 * weeks, until + 1))]


def town(until: int = 0) -> Way:
    """A store that holds those weeks up to a day, and has judged them; made once, and copied for each who asks."""
    way = Way()
    held = _judged(until)
    with held.engine.begin() as source, way.engine.begin() as target:
        source.connection.driver_connection.backup(target.connection.driver_connection)  # type: ignore[union-attr]
    way.told = list(held.told)
    return way


@cache
def _judged(until: int) -> Way:
    way = Way().take(everyday(until)).close(until)
    OPENED.remove(way.engine)  # it is kept for the whole run
    return way

"""Where and when much happens: places by harm and by number, and the hours of the week; a pure reading of reports."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from consumers.words import UK

FEWEST = 3  # reports: fewer at one spot are no hot spot, and might show a home
MOST = 15
METRES_LAT, METRES_LON = 0.001, 0.0016  # about 110 m here: near enough for one patrol, and for one problem
CLOSE = timedelta(hours=4)  # a time known no better than this says nothing of an hour
STEP = 2  # hours a cell of the week holds
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NIGHT = frozenset({20, 22, 0, 2, 4})  # the night-time economy: from eight in the evening to six
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where several reports lie: how many, what harm they come to, of what most of them are, and the newest."""

    label: str
    lat: float
    lon: float
    reports: int
    harm: float
    matters: Sequence[tuple[str, int]]
    newest: datetime


def spots(reports: Iterable[Facts], by: str) -> list[Spot]:
    """The places with most harm, or most reports (``by``: ``harm`` or ``demand``), the first of them first."""
    cells: dict[tuple[int, int], list[Facts]] = defaultdict(list)
    for one in reports:
        if one["lat"] is not None:
            cells[round(one["lat"] / METRES_LAT), round(one["lon"] / METRES_LON)].append(one)
    found = [_spot(held) for held in cells.values() if len(held) >= FEWEST]
    return sorted(found, key=lambda spot: (*_rank(spot, by), spot.lat, spot.lon))[:MOST]


def _rank(spot: Spot, by: str) -> tuple[float, float]:
    return (-spot.harm, -spot.reports) if by == "harm" else (-spot.reports, -spot.harm)


def _spot(held: Sequence[Facts]) -> Spot:
    labels = Counter(str(one["label"]) for one in held if one["label"])
    matters = Counter(str(one["detail"] or one["category"]) for one in held)
    return Spot(
        label=min(labels, key=lambda label: (-labels[label], label)) if labels else "no name",
        lat=sum(one["lat"] for one in held) / len(held),
        lon=sum(one["lon"] for one in held) / len(held),
        reports=len(held),
        harm=sum(one["harm"] for one in held),
        matters=sorted(matters.items(), key=lambda item: (-item[1], item[0]))[:3],
        newest=max(one["from"] for one in held),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """How many reports tell of each stretch of each day of the week; ``loose``: whose time is not known so closely."""

    rows: Sequence[tuple[str, Sequence[tuple[int, int]]]]  # day, and for each stretch its number and shade (0 to 5)
    heads: Sequence[str]
    night: int
    close: int
    loose: int


def hours_of(reports: Sequence[Facts]) -> Hours:
    """The week of ``reports``, by when they began."""
    close = [one["from"].astimezone(UK) for one in reports if one["to"] - one["from"] <= CLOSE]
    counted = Counter((at.weekday(), at.hour // STEP * STEP) for at in close)
    most = max(counted.values(), default=1)
    stretches = range(0, 24, STEP)
    return Hours(
        rows=[
            (day, [(counted[number, hour], -(-counted[number, hour] * 5 // most)) for hour in stretches])
            for number, day in enumerate(DAYS)
        ],
        heads=[f"{hour:02}–{hour + STEP:02}" for hour in stretches],
        night=sum(number for (_, hour), number in counted.items() if hour in NIGHT),
        close=len(close),
        loose=len(reports) - len(close),
    )

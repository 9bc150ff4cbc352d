"""Counts drawn as a picture that needs no script, with the figures beside it for whoever does not see it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from consumers.words import UK, why_of

WIDE, HIGH, LEFT, TOP, BELOW = 720, 240, 44, 14, 44
MOST_BARS = 60
# How a spike's own sentences give what was counted before: the copy is all that the page may read.
_BEFORE = re.compile(r"Before, the latest first, these (weeks|months) had ([\d, and]+)\.")
_BOUND = re.compile(r"expect [\w. ]+ and up to (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A count of one stretch of time; ``above``: more than is usual."""

    label: str
    count: float
    above: bool = False
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A height that counts are held against."""

    name: str
    value: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars laid out, with the lines they are held against and the marks of the scale (value and height)."""

    title: str
    bars: Sequence[Bar]
    lines: Sequence[Line]
    marks: Sequence[tuple[int, float]]
    each: int  # every so many bars one is labelled
    wide: int = WIDE
    high: int = HIGH
    left: int = LEFT
    floor: float = HIGH - BELOW


def drawn(title: str, counts: Sequence[tuple[str, float]], lines: Mapping[str, float]) -> Chart:
    """The chart of labelled counts; ``lines`` names what they are held against: ``expected``, ``upper``."""
    top = max([*(count for _, count in counts), *lines.values(), 1.0])
    step = max(1, ceil(top / 5))
    top = step * ceil(top / step)
    wide = (WIDE - LEFT) / max(1, len(counts))
    upper = lines.get("upper")

    def height(value: float) -> float:
        return round((HIGH - TOP - BELOW) * value / top, 1)

    def at(value: float) -> float:
        return round(HIGH - BELOW - height(value), 1)

    return Chart(
        title=title,
        bars=[
            Bar(
                label=label,
                count=count,
                above=upper is not None and count > upper,
                x=round(LEFT + number * wide + wide * 0.12, 1),
                y=at(count),
                width=round(wide * 0.76, 1),
                height=height(count),
            )
            for number, (label, count) in enumerate(counts)
        ],
        lines=[Line(name=_NAMES[kind], value=value, y=at(value), kind=kind) for kind, value in lines.items()],
        marks=[(mark, at(mark)) for mark in range(0, int(top) + 1, step)],
        each=max(1, ceil(len(counts) / 8)),
    )


_NAMES = {"expected": "expected", "upper": "most that is usual"}


def chart_of(copy: Mapping[str, Any], days: Sequence[datetime]) -> Chart | None:
    """The chart of a copy: a spike's counts before and now with its bound, else its reports by the day they tell of."""
    said = " ".join(why_of(copy))
    before, bound = _BEFORE.search(said), _BOUND.search(said)
    expected = copy.get("expected")
    if copy.get("kind") == "spike" and before and bound and isinstance(expected, int | float):
        past = [float(number) for number in re.findall(r"\d+", before[2])][::-1]
        unit = before[1].removesuffix("s")
        labels = [
            f"{len(past) - number} {unit}{'s' if len(past) - number > 1 else ''} before" for number in range(len(past))
        ]
        counts = [*zip(labels, past, strict=True), ("now", float(copy.get("observed") or 0))]
        return drawn("Incidents now and before", counts, {"expected": float(expected), "upper": float(bound[1])})
    return by_day(days)


def by_day(moments: Sequence[datetime]) -> Chart | None:
    """Reports by the day of what they tell; by the week where that is too many days; none where it is one day."""
    days = sorted(moment.astimezone(UK).date() for moment in moments)
    if not days or days[0] == days[-1]:
        return None
    step = 1 if (days[-1] - days[0]).days < MOST_BARS else 7
    first = days[0] if step == 1 else days[0] - timedelta(days=days[0].weekday())
    counted = Counter(first + timedelta(days=(day - first).days // step * step) for day in days)
    stretch = [first + timedelta(days=number) for number in range(0, (days[-1] - first).days + 1, step)]
    title = "Reports by the day of what they tell" if step == 1 else "Reports by the week of what they tell"
    return drawn(title, [(_said(day), float(counted[day])) for day in stretch[-MOST_BARS:]], {})


def _said(day: date) -> str:
    return f"{day.day} {day:%b}"

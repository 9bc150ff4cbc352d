"""Spikes: more of one kind in one area on one day than the same weekday of the past weeks lets one expect.

A gamma–Poisson bound: the area's own past weekdays, shrunk to the partnership's mean for that kind. More reporting is
not more crime: what a publisher sends beyond its usual over everything else raises what is expected of it, and a new
publisher learns before it is judged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from streams.issues.chance import tail, upper_bound
from streams.issues.draft import LONGEST_DAYS, draft, most_common
from streams.issues.near import area_of
from streams.issues.rules import Rules
from streams.issues.values import Finding, Happening
from streams.issues.words import kinds, matter, number, several, span, told_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """An incident as the counts see it: the areas it lies in, what it is, and the publisher it is counted under."""

    incident: str
    areas: tuple[str, ...]
    category: str
    detail: str | None
    publisher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An area and a category, or a finer kind within it."""

    area: str
    category: str
    detail: str | None

    @property
    def scope(self) -> str:
        """Its name as a finding's scope."""
        return f"cell:{self.area[:100]}|{self.category}|{self.detail or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A closed stretch of days with those it is judged by, and how much of its length each of those had.

    ``shrink``: how many days the partnership-wide mean weighs; ``seldom``: how many days apart chance alone may bring
    one alarm anywhere on the day's ``boards``.
    """

    today: tuple[Count, ...]
    past: tuple[tuple[Count, ...], ...]
    lengths: tuple[float, ...]
    shrink: float
    least: int
    seldom: float
    boards: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A cell above its bound. ``recurrence``: how many days (or months) apart chance alone would do this somewhere."""

    cell: Cell
    incidents: tuple[str, ...]
    expected: float
    upper: int
    recurrence: float


def cells_of(count: Count) -> Iterable[Cell]:
    """The cells an incident is counted in: its category's in each of its areas, and its detail's."""
    for area in count.areas:
        yield Cell(area=area, category=count.category, detail=None)
        if count.detail:
            yield Cell(area=area, category=count.category, detail=count.detail)


def spikes(board: Board) -> list[Spike]:
    """The cells of a board that are above what was to be expected, once the publishers' own volume is allowed for."""
    now: dict[Cell, list[Count]] = defaultdict(list)
    for count in board.today:
        for cell in cells_of(count):
            now[cell].append(count)
    large = {cell: counts for cell, counts in now.items() if len(counts) >= board.least}
    if not large or not board.past:
        return []
    before = [Counter(cell for count in past for cell in cells_of(count)) for past in board.past]
    seen = {cell for past in before for cell in past} | now.keys()
    volume, volumes = Volume.of(board.today), [Volume.of(past) for past in board.past]
    areas, tests = len({cell.area for cell in seen}), len(seen) * board.boards
    found = []
    for cell, counts in sorted(large.items(), key=lambda item: item[0].scope):
        shape, mean = _belief(cell, before, board, areas)
        mean *= _growth(cell, counts, volume, volumes, sum(board.lengths))
        chance = tail(len(counts), shape, mean)
        limit = upper_bound(1 / (board.seldom * tests), shape, mean)
        if len(counts) > limit:
            found.append(
                Spike(
                    cell=cell,
                    incidents=tuple(sorted(count.incident for count in counts)),
                    expected=mean,
                    upper=limit,
                    recurrence=1 / (chance * tests) if chance > 0 else inf,
                )
            )
    return found


def _belief(cell: Cell, before: Sequence[Counter[Cell]], board: Board, areas: int) -> tuple[float, float]:
    """The cell's rate by its own past, shrunk to the mean over all areas; wider where its past is uneven."""
    length = sum(board.lengths)
    alike = sum(
        count
        for past in before
        for other, count in past.items()
        if (other.category, other.detail) == (cell.category, cell.detail)
    )
    prior = max(alike / (length * areas), 0.01)
    own = [past[cell] for past in before]
    shape = sum(own) + prior * board.shrink
    mean = shape / (length + board.shrink)
    uneven = unevenness(own, board.lengths)
    return (min(shape, mean / (uneven - 1)) if uneven > 1 else shape), mean


def unevenness(own: Sequence[int], lengths: Sequence[float]) -> float:
    """Variance over mean of the past counts; 1 for a Poisson count, and where there is too little to tell."""
    rates = [count / length for count, length in zip(own, lengths, strict=True)]
    if len(rates) < 3 or sum(own) < 3:
        return 1.0
    mean = sum(rates) / len(rates)
    return sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1) / mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much each publisher sent in a stretch: altogether, and of each category in each area."""

    whole: Counter[str]
    part: Counter[tuple[str, str, str]]

    @classmethod
    def of(cls, counts: Iterable[Count]) -> "Volume":
        """The volumes of a stretch."""
        listed = list(counts)
        return cls(
            whole=Counter(count.publisher for count in listed),
            part=Counter((count.publisher, area, count.category) for count in listed for area in count.areas),
        )

    def besides(self, publisher: str, cell: Cell) -> int:
        """What a publisher sent of everything but the cell's category in its area."""
        return self.whole[publisher] - self.part[publisher, cell.area, cell.category]


def _growth(cell: Cell, counts: Sequence[Count], now: Volume, past: Sequence[Volume], length: float) -> float:
    """How much more than usual the cell's publishers sent now of everything else; never less than 1."""
    factor = 0.0
    for publisher, share in Counter(count.publisher for count in counts).items():
        usual = sum(volume.besides(publisher, cell) for volume in past) / length
        factor += share / len(counts) * max(1.0, (now.besides(publisher, cell) + 1) / (usual + 1))
    return factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What was judged: a day, so many days up to one, or a month; ``by`` says in words what it was judged by."""

    name: str
    first: datetime
    end: datetime
    days: float
    gap: timedelta
    by: str

    @property
    def said(self) -> str:
        """``on 4 March 2024``, ``from 2 to 4 March 2024``, ``in March 2024``."""
        last = self.end - timedelta(hours=1)
        return f"in {last:%B %Y}" if len(self.name) == 7 else span(self.first, last)


def spike_finding(spike: Spike, incidents: Sequence[Happening], period: Period, key: str, rules: Rules) -> Finding:
    """The finding a spike makes."""
    heard = sorted(i.sound[0].reported_at for i in incidents if i.sound)
    enough = spike.upper + 1
    due = heard[enough - 1] if len(heard) >= enough else heard[-1]
    tellings = [telling for incident in incidents for telling in incident.tellings]
    what = matter(spike.cell.category, spike.cell.detail)
    seldom = min(spike.recurrence * (period.days if len(period.name) == 7 else 1.0), LONGEST_DAYS)
    area = area_of(incidents) or {"lat": None, "lon": None, "radius_m": None}
    where = most_common([i.area for i in incidents]) or spike.cell.area
    return draft(
        rules,
        kind="spike",
        key=key,
        scope=spike.cell.scope,
        episode=period.name,
        incidents=incidents,
        raised_at=max(period.end, due),
        window=period.gap,
        needed=enough,
        title=f"{several(len(incidents), 'incident')} of {what} in {where} {period.said}: "
        f"{number(spike.expected)} expected",
        why=[
            f"{several(len(incidents), 'incident')} {period.said}; {period.by} "
            f"one expect {number(spike.expected)} and up to {spike.upper}; chance alone would do this somewhere in the "
            f"partnership once in {'100 years or more' if seldom >= LONGEST_DAYS else f'{number(seldom)} days'}.",
            told_by((telling.agency for telling in tellings), len(tellings)),
            kinds((incident.category, incident.detail) for incident in incidents),
        ],
        agencies=len({telling.agency for telling in tellings}),
        area={**area, "name": where},
        expected=spike.expected,
        upper=float(spike.upper),
        recurrence_days=seldom,
    )

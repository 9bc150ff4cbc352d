"""Closed days and months laid out for the detectors of areas: what counts on them, and who may be judged yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

from streams.issues.calendar import days_in, first_of, period_end, start_of
from streams.issues.counts import Board, Spike, spikes_on
from streams.issues.harm import Rise, rise_finding, rises
from streams.issues.periods import alike, is_holiday, is_month, judged_by, period_of, shifted
from streams.issues.rules import Rules
from streams.issues.scans import Crowd, crowd_finding, crowds
from streams.issues.spikes import Period, spike_finding
from streams.issues.tally import Count, Laid, Numbers, Tally
from streams.issues.values import Finding, Happening
from streams.matching.places.grid import square
from streams.remembering import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """An incident as it is counted: when, in which areas, what, and the agencies whose telling is not doubtful."""

    incident: str
    period: str
    areas: tuple[str, ...]
    category: str
    detail: str | None
    agencies: tuple[str, ...]
    at: tuple[float, float] | None = None  # in metres

    @classmethod
    def of(cls, incident: Happening) -> "Counts | None":
        """How ``incident`` counts; None where it does not."""
        period = period_of(incident.occurred_from, incident.occurred_to)
        agencies = tuple(sorted({telling.agency for telling in incident.sound}))
        if period is None or not agencies:
            return None
        return cls(
            incident=incident.id,
            period=period,
            areas=areas_of(incident.area, incident.easting, incident.northing),
            category=incident.category,
            detail=incident.detail,
            agencies=agencies,
            at=point_of(incident.easting, incident.northing),
        )


def point_of(easting: float | None, northing: float | None) -> tuple[float, float] | None:
    """A point, if both of its coordinates are known."""
    return None if easting is None or northing is None else (easting, northing)


def areas_of(area: str | None, easting: float | None, northing: float | None) -> tuple[str, ...]:
    """The areas an incident is counted in: its square of the grid, and its ward if it has one.

    Agencies name a ward or give a point as they please; counting in both, neither hides the other's.
    """
    here = square(easting, northing) if easting is not None and northing is not None else None
    return tuple(dict.fromkeys(name for name in (here, area) if name))


class Days:
    """What counts on each day or month; each day is laid out, and each stretch added up, once.

    ``like``: the same days as all see them, from which this takes what is the same. ``marks``: what each day adds up to
    in the store; what was found of days of the same marks is not looked for again.
    """

    def __init__(
        self,
        rows: Callable[[str], Sequence[Counts]],
        like: "Days | None" = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        self._rows, self._like = rows, like
        self._marks: Mapping[str, str] | None = like._marks if like else marks
        self._numbers: Numbers = like._numbers if like else Numbers()
        self._laid: dict[frozenset[str], dict[int, tuple[Counts, Laid | None]]] = like._laid if like else {}
        self._tallies: dict[tuple[str, int, frozenset[str]], Tally] = {}
        self._held: dict[str, Sequence[Counts]] = {}
        self._others: dict[str, bytes] = {}

    def rows(self, period: str) -> Sequence[Counts]:
        """The incidents of a day or month."""
        if period not in self._held:
            rows = self._rows(period)
            same = self._like is not None and list(rows) == list(self._like.rows(period))
            self._held[period] = self._like.rows(period) if self._like is not None and same else rows
        return self._held[period]

    def tally(self, last: str, days: int, known: frozenset[str]) -> Tally:
        """What the publishers ``known`` told of in so many days up to ``last``, or in the month ``last``."""
        name = (last, days, known)
        if name not in self._tallies:
            self._tallies[name] = self._one(last, known) if days == 1 else self._stretch(last, days, known)
        return self._tallies[name]

    def _stretch(self, last: str, days: int, known: frozenset[str]) -> Tally:
        return Tally.together([self.tally(shifted(last, -back), 1, known) for back in range(days)])

    def _one(self, day: str, known: frozenset[str]) -> Tally:
        rows = self.rows(day)
        if self._like is not None and rows is self._like.rows(day):
            return self._like.tally(day, 1, known)
        laid = [one for row in rows if (one := self._lay(row, known)) is not None]
        return Tally.laid_out(laid, self._numbers)

    def _lay(self, row: Counts, known: frozenset[str]) -> Laid | None:
        """An incident by number, once for all who see it so; None where none of ``known`` told of it."""
        held = self._laid.setdefault(known, {})
        if id(row) not in held:
            count = _count(row, known)
            held[id(row)] = (
                row,
                None if count is None else self._numbers.lay(count),
            )  # the row too, or another might get its id
        return held[id(row)][1]

    def found(self, period: str, firsts: Mapping[str, date], rules: Rules) -> "Found":
        """What is found on a closed day or month."""
        known = frozenset() if is_month(period) else known_by(period, firsts, rules)
        if self._marks is None:
            return _find(period, self, known, rules)
        thresholds = (rules.version, rules.spike, rules.spike_month, rules.cluster, rules.risk_rising)
        key = (period, thresholds, self._made_of(period, known, self._marks))
        return _FOUND.of(key, lambda: _find(period, self, known, rules))

    def _made_of(self, period: str, known: frozenset[str], marks: Mapping[str, str]) -> bytes:
        """What is alike where the same is found on a period: a digest, for nine weeks are a tenth of a megabyte."""
        window = (period, *judged_by(period))
        others = [(day, other) for day in window if (other := self._otherwise(day)) is not None]
        return _digest(sorted(known), [marks.get(day) for day in window], others)

    def _otherwise(self, day: str) -> bytes | None:
        """What is not as all see it: who is not there, and who is besides; None where all is."""
        if self._like is None or (rows := self.rows(day)) is (as_all := self._like.rows(day)):
            return None
        if day not in self._others:
            here, there = {id(row) for row in rows}, {id(row) for row in as_all}
            self._others[day] = _digest(
                [row.incident for row in as_all if id(row) not in here], [row for row in rows if id(row) not in there]
            )
        return self._others[day]


def _digest(*of: object) -> bytes:
    return blake2b(repr(of).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The spikes of a closed day or month, each with the days it covers up to its end; its clusters; where harm rises.

    There are no clusters of months.
    """

    spikes: tuple[tuple[int, Spike], ...]
    crowds: tuple[Crowd, ...]
    rises: tuple[Rise, ...]


# A day is looked at by all, then as each agency sees it, and again in every batch that touches what was found on it.
_FOUND: Remembered[Found] = Remembered(2048)


def _find(period: str, days: Days, known: frozenset[str], rules: Rules) -> Found:
    laid = boards(period, days, known, rules)
    spikes = zip(laid, spikes_on([board for _, board in laid]), strict=True)
    back = range(rules.cluster.past) if known else ()
    return Found(
        spikes=tuple((length, spike) for (length, _), some in spikes for spike in some),
        crowds=tuple(crowds([days.tally(shifted(period, -n), 1, known) for n in back], rules)),
        rises=tuple(risings(period, days, known, rules)),
    )


def find_day(
    period: str, days: Days, firsts: Mapping[str, date], incidents: Mapping[str, Happening], rules: Rules
) -> list[Finding]:
    """The spikes of one closed period, its clusters, and where harm is rising."""
    found = days.found(period, firsts, rules)
    spikes = ((spike, length, _told(spike.incidents, incidents)) for length, spike in found.spikes)
    crowds = ((crowd, _told(crowd.incidents, incidents)) for crowd in found.crowds)
    rising = ((rise, _told(rise.incidents, incidents)) for rise in found.rises)
    return [
        *(_finding(spike, told, length, period, rules) for spike, length, told in spikes if told),
        *(crowd_finding(crowd, told, period, rules) for crowd, told in crowds if told),
        *(rise_finding(rise, told, period, rules) for rise, told in rising if told),
    ]


def rests_on(period: str, days: Days, firsts: Mapping[str, date], rules: Rules) -> set[str]:
    """The incidents that the findings of a period rest on."""
    found = days.found(period, firsts, rules)
    rest = {incident for crowd in found.crowds for incident in crowd.incidents}
    rest |= {incident for rise in found.rises for incident in rise.incidents}
    return rest | {incident for _, spike in found.spikes for incident in spike.incidents}


def boards(period: str, days: Days, known: frozenset[str], rules: Rules) -> list[tuple[int, Board]]:
    """The boards of a period, each with the days it covers up to the period's end."""
    if is_month(period):
        return [(days_in(period), month_board(period, days, rules))]
    return [(length, day_board(period, length, days, known, rules)) for length in rules.spike.windows]


def known_by(period: str, firsts: Mapping[str, date], rules: Rules) -> frozenset[str]:
    """The publishers who have reported long enough to be judged."""
    learnt = date.fromisoformat(period) - timedelta(days=rules.spike.learning)
    return frozenset(agency for agency, first in firsts.items() if first <= learnt)


def day_board(period: str, length: int, days: Days, known: frozenset[str], rules: Rules) -> Board:
    """Some days beside the same weekdays of the weeks before, by publishers who have reported long enough."""
    past = alike(period, length, rules.spike.weeks) if known else []
    return Board(
        today=days.tally(period, length, known),
        past=tuple(days.tally(day, length, known) for day in past),
        lengths=(1.0,) * len(past),
        shrink=rules.spike.prior_days,
        least=rules.spike.least,
        seldom=rules.spike.seldom,
        stays=rules.spike.stays,
    )


def month_board(period: str, days: Days, rules: Rules) -> Board:
    """A month beside the months before it in which its publishers reported."""
    seen: dict[str, set[str]] = defaultdict(set)
    for month in judged_by(period):
        for row in days.rows(month):
            for agency in row.agencies:
                seen[agency].add(month)
    known = frozenset(agency for agency, months in seen.items() if len(months) >= rules.spike_month.least_months)
    past = [month for month in judged_by(period) if any(month in seen[agency] for agency in known)]
    return Board(
        today=days.tally(period, 1, known),
        past=tuple(days.tally(month, 1, known) for month in past),
        lengths=tuple(days_in(month) / days_in(period) for month in past),
        shrink=rules.spike_month.prior_months,
        least=rules.spike_month.least,
        seldom=rules.spike_month.seldom,
        stays=rules.spike_month.stays,
    )


def risings(period: str, days: Days, known: frozenset[str], rules: Rules) -> list[Rise]:
    """The areas whose harm has risen by the end of a closed day."""
    if not known:
        return []
    rule = rules.risk_rising
    past = days.tally(shifted(period, -rule.window), rule.past, known)
    return rises(days.tally(period, rule.window, known), past, rules)


def _count(row: Counts, known: frozenset[str]) -> Count | None:
    """An incident under the first of its publishers that may be judged, if it counts."""
    mine = [agency for agency in row.agencies if agency in known]
    if not row.areas or not mine:
        return None
    return Count(
        incident=row.incident,
        areas=row.areas,
        category=row.category,
        detail=row.detail,
        publisher=mine[0],
        at=row.at,
    )


def _finding(spike: Spike, told: Sequence[Happening], days: int, period: str, rules: Rules) -> Finding:
    return spike_finding(spike, told, _period(period, days, rules), f"day:{period}", rules)


def _told(names: Iterable[str], incidents: Mapping[str, Happening]) -> list[Happening]:
    """The incidents by these names, in order. One that is gone was counted before dedupe took it apart or away.

    That stands before this stage too, and the day is counted anew when it is come to.
    """
    held = []
    for one in names:
        with suppress(KeyError):
            held.append(incidents[one])
    return sorted(held, key=lambda i: (i.occurred_from, i.id))


def _period(period: str, days: int, rules: Rules) -> Period:
    if is_month(period):
        first, name, gap, by = start_of(first_of(period)), period, 31, "the months before let"
    else:
        last = date.fromisoformat(period)
        first, gap = start_of(last - timedelta(days=days - 1)), rules.spike.gap
        name = period if days == 1 else f"{period}/{days}"
        like = "Sunday" if is_holiday(period) else f"{last:%A}"
        by = f"the past {like}s let" if days == 1 else "the same days of the past weeks let"
    return Period(name=name, first=first, end=period_end(period), days=float(days), gap=timedelta(days=gap), by=by)

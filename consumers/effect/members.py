"""The tables that members read: this period beside the one before and the same a year ago, small counts left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consumers.effect.counts import Area, Category, Counter, Counts
from consumers.effect.ratio import Ratio, change
from schemas.cells import WHOLE
from schemas.kinds import CATEGORIES, vocabulary

SMALL = int(vocabulary("sharing")["small_count"])
YEAR = 52  # weeks: the same weekdays; of the 53rd week of some years nothing is the same a year before
LENGTHS = {4: "4 weeks", 13: "13 weeks", 26: "26 weeks", 52: "52 weeks"}
SILENT = 2  # weeks without a report, at the end of a period, from which an agency is said to have stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A run of whole weeks, by their Mondays."""

    name: str
    mondays: tuple[date, ...]

    @property
    def first(self) -> date:
        """Its first day."""
        return self.mondays[0]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.mondays[-1] + timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table: counts of each period, None where one is too small to be told, and what has changed."""

    name: str
    counts: tuple[int | None, ...]
    changes: tuple[Ratio | None, ...]  # of the first against each other; None: not told, or nothing to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The tables by category and by area, and what must be known to read them."""

    periods: tuple[Period, ...]
    by_category: tuple[Line, ...]
    by_area: tuple[Line, ...]
    category: Category
    caveats: tuple[str, ...]


def periods(last: date, weeks: int) -> tuple[Period, ...]:
    """The weeks up to that of ``last`` (a Monday), the as many before, and the same a year ago."""
    return (
        _period("This period", last, weeks),
        _period("Period before", last - timedelta(weeks=weeks), weeks),
        _period("Same weeks a year ago", last - timedelta(weeks=YEAR), weeks),
    )


def members(counter: Counter, last: date, weeks: int, category: Category) -> Members:
    """The tables for a length and a category, or all of them ("")."""
    spans = periods(last, weeks)
    named = counter.areas(spans[-1].first)
    counts = counter.count({monday for span in spans for monday in span.mondays}, [WHOLE, *named])
    empty = [span for span in spans[1:] if not counts.anything(span.mondays)]
    spans = tuple(span for span in spans if span not in empty)
    kinds = [category] if category else list(CATEGORIES)
    areas = sorted({area for area, _ in counts.cells} & {*named})
    by_category = {CATEGORIES[kind]: _totals(counts, WHOLE, [kind], spans) for kind in CATEGORIES}
    by_area = {area: _totals(counts, area, kinds, spans) for area in areas}
    return Members(
        periods=spans,
        by_category=_lines({name: some for name, some in by_category.items() if any(some)}),
        by_area=_lines(by_area),
        category=category,
        caveats=(
            *(f"Nothing was reported in the {span.name.lower()}: there is nothing to compare with." for span in empty),
            *caveats(counts, spans, {name: one.title for name, one in counter.partnership.items()}),
        ),
    )


def caveats(counts: Counts, spans: Sequence[Period], titles: Mapping[str, str]) -> Iterable[str]:
    """What changed in who reports, so that a rise is not taken for more trouble, nor a fall for less."""
    now, *before = spans
    for agency, mondays in sorted(counts.reporting.items()):
        title, here = titles.get(agency, agency), mondays.intersection(now.mondays)
        for span in before:
            if here and not mondays.intersection(span.mondays):
                yield f"{title} reported in this period, and not in the {span.name.lower()}: do not compare its part."
            if not here and mondays.intersection(span.mondays):
                yield f"{title} reported in the {span.name.lower()}, and not in this one: a fall may be its silence."
        if here and max(here) <= now.mondays[-1] - timedelta(weeks=SILENT):
            yield f"{title} has reported nothing since the week of {max(here):%-d %B %Y}: its last weeks are missing."


def not_small(counts: Mapping[str, int], small: int = SMALL) -> dict[str, int | None]:
    """Each count, or None where it is small, or where another small one could be worked out from it and the sum.

    Nought is told. Where what is left out adds up to less than ``small``, the next smallest goes with it.
    """
    left_out = {name for name, count in counts.items() if 0 < count < small}
    if left_out and sum(counts[name] for name in left_out) < small:
        rest = sorted((count, name) for name, count in counts.items() if name not in left_out and count)
        left_out |= {name for _, name in rest[:1]}
    return {name: None if name in left_out else count for name, count in counts.items()}


def _period(name: str, last: date, weeks: int) -> Period:
    return Period(name=name, mondays=tuple(last - timedelta(weeks=weeks - 1 - number) for number in range(weeks)))


def _totals(counts: Counts, area: Area, kinds: Sequence[Category], spans: Sequence[Period]) -> list[int]:
    return [counts.total(area, kinds, span.mondays) for span in spans]


def _lines(rows: Mapping[str, Sequence[int]]) -> tuple[Line, ...]:
    if not rows:
        return ()
    columns = [not_small(dict(zip(rows, column, strict=True))) for column in zip(*rows.values(), strict=True)]
    return tuple(_line(name, tuple(column[name] for column in columns)) for name in sorted(rows))


def _line(name: str, counts: tuple[int | None, ...]) -> Line:
    now, *others = counts
    compared = (None if now is None or other is None else change(now, other) for other in others)
    return Line(name=name, counts=counts, changes=tuple(compared))

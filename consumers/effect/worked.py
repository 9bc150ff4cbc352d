"""Whether something that was done on a day made a difference where it was done, as far as counts can say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consumers.effect.counts import Area, Category, Counter
from consumers.effect.members import SMALL
from consumers.effect.ratio import Ratio, displaced, effect
from schemas.kinds import CATEGORIES

MOST_WEEKS, LEAST_WEEKS = 52, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: something began on ``day`` in ``area``; ``others`` are compared, ``ring`` is next to it."""

    day: date
    weeks: int
    area: Area
    category: Category
    others: tuple[Area, ...]
    ring: tuple[Area, ...] = ()

    @property
    def before(self) -> tuple[date, ...]:
        """The Mondays of the whole weeks before the week of the day, which counts on neither side."""
        here = self.day - timedelta(days=self.day.weekday())
        return tuple(here - timedelta(weeks=self.weeks - number) for number in range(self.weeks))

    @property
    def after(self) -> tuple[date, ...]:
        """The Mondays of as many weeks after it."""
        here = self.day - timedelta(days=self.day.weekday())
        return tuple(here + timedelta(weeks=number + 1) for number in range(self.weeks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Counts before and after, here and elsewhere, and what they come to; ``ratio`` None: too few to say.

    ``moved``: the weighted displacement quotient. ``weeks``: counts by week of the area, for a chart.
    """

    question: Question
    here: tuple[int, int]
    elsewhere: tuple[int, int]
    ring: tuple[int, int] | None
    ratio: Ratio | None
    moved: float | None
    weeks: tuple[int, ...]
    cut_short: int  # weeks after that are not over yet, and left out on both sides

    @property
    def says(self) -> str:
        """The answer in a sentence, no surer than the counts are."""
        if self.ratio is None:
            return f"There are fewer than {SMALL} incidents in one of the four counts: too few to say anything."
        by = abs(1 - self.ratio.value)
        low, high = sorted((1 - self.ratio.low, 1 - self.ratio.high))
        way = "fewer" if self.ratio.value < 1 else "more"
        if not self.ratio.told_apart:
            return (
                f"{by:.0%} {way} than the comparison areas would let one expect, and chance alone does as much: "
                f"anything from {_side(low)} to {_side(high)} fits these counts."
            )
        return (
            f"{by:.0%} {way} than the comparison areas would let one expect, between {_side(low)} and {_side(high)}. "
            "That is more than chance usually does; it does not say what caused it."
        )


def answer(counter: Counter, question: Question, last: date) -> Answer:
    """What the counts say, up to the week of ``last``."""
    after = [monday for monday in question.after if monday <= last]
    before = question.before[len(question.before) - len(after) :] if after else ()
    areas = {question.area, *question.others, *question.ring}
    counts = counter.count({*before, *after}, areas)
    kinds = [question.category] if question.category else list(CATEGORIES)

    def weeks(some: Sequence[Area], mondays: Sequence[date]) -> list[int]:
        return [sum(column) for column in zip(*(counts.weeks(area, kinds, mondays) for area in some), strict=True)]

    four = [weeks(some, mondays) for some in ((question.area,), question.others) for mondays in (before, after)]
    here, elsewhere = (sum(four[0]), sum(four[1])), (sum(four[2]), sum(four[3]))
    ring = (sum(weeks(question.ring, before)), sum(weeks(question.ring, after))) if question.ring else None
    enough = min(*here, *elsewhere) >= SMALL and len(after) >= LEAST_WEEKS
    found = effect(*four) if enough else None
    fell = found is not None and found.high < 1  # else there is nothing that could have moved
    return Answer(
        question=question,
        here=here,
        elsewhere=elsewhere,
        ring=ring,
        ratio=found,
        moved=displaced(here, ring, elsewhere) if fell and ring is not None and min(ring) >= SMALL else None,
        weeks=(*four[0], *four[1]),
        cut_short=question.weeks - len(after),
    )


def _side(part: float) -> str:
    return f"{abs(part):.0%} {'fewer' if part >= 0 else 'more'}"

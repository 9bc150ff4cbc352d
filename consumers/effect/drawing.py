"""The weeks before and after as bars, where the page and a pack can draw them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consumers.effect.worked import Answer

WIDTH, HEIGHT, LEFT, FOOT = 700, 220, 40, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A week's bar, in the drawing's own units, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    after: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Bars, the line of each side's mean, the heights that are written beside the axis, and where the day lies."""

    bars: tuple[Bar, ...]
    means: tuple[tuple[float, float, float], ...]  # from x, to x, y
    marks: tuple[tuple[float, int], ...]  # y, count
    middle: float


def drawn(answer: Answer) -> Drawing | None:
    """The weeks of an answer as a drawing; None where there are none."""
    half = len(answer.weeks) // 2
    if not half:
        return None
    top = max(4, *answer.weeks)
    step = (WIDTH - LEFT) / (2 * half + 1)  # one place is left for the week of the day

    def height(count: float) -> float:
        return (HEIGHT - FOOT - 10) * count / top

    days = (*answer.question.before[-half:], *answer.question.after[:half])
    bars = tuple(
        Bar(
            x=round(LEFT + step * (number + (number >= half)) + 1, 1),
            y=round(HEIGHT - FOOT - height(count), 1),
            width=round(step - 2, 1),
            height=round(height(count), 1),
            after=number >= half,
            says=f"week of {day:%-d %B %Y}: {count}",
        )
        for number, (count, day) in enumerate(zip(answer.weeks, days, strict=True))
    )
    means = tuple(
        (round(LEFT + step * first, 1), round(LEFT + step * (first + half), 1), _level(weeks, height))
        for first, weeks in ((0, answer.weeks[:half]), (half + 1, answer.weeks[half:]))
    )
    marks = tuple((round(HEIGHT - FOOT - height(count), 1), count) for count in (0, top // 2, top))
    return Drawing(bars=bars, means=means, marks=marks, middle=round(LEFT + step * (half + 0.5), 1))


def _level(weeks: Sequence[int], height: Callable[[float], float]) -> float:
    return round(HEIGHT - FOOT - height(sum(weeks) / len(weeks)), 1)

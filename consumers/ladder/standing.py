"""Where a person or premises stands on the ladder: what was done, what runs, and which rung could be next.

It proposes the next rung and says what would have to be recorded for it. It takes none, and scores nobody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.ladder.asked import asked_of
from consumers.ladder.rungs import Check, Ladder, Rung
from schemas.work import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A rung that could be next: what must be answered for it, which checks made, which rungs it passes over."""

    rung: Rung
    questions: tuple[str, ...]
    checks: tuple[Check, ...]
    over: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The steps taken, those that still run, whether help was offered, and what could be next; None: the top."""

    taken: tuple[Step, ...]
    running: tuple[Step, ...]
    helped: bool
    next: Next | None


def standing(kind: str, taken: Collection[Step], today: date, ladder: Ladder) -> Standing:
    """Where a person or premises with these steps stands on ``today``."""
    ordered = sorted(taken, key=lambda step: (step.on, ladder.place(step.rung)))
    helps = {rung.name for rung in ladder.helps(kind)}
    return Standing(
        taken=tuple(ordered),
        running=tuple(step for step in ordered if step.until is not None and step.on <= today <= step.until),
        helped=any(step.rung in helps for step in ordered),
        next=_next(kind, ordered, ladder),
    )


def what_for(rung: Rung, kind: str, age: str | None, taken: Collection[Step], ladder: Ladder) -> Next:
    """What taking a rung now would ask for."""
    return Next(
        rung=rung,
        questions=tuple(ladder.questions[name] for name in ladder.asks[rung.what]),
        checks=tuple(ladder.checks_for(rung, kind)),
        over=tuple(asked_of(rung, kind, age, taken, ladder)),
    )


def age_of(taken: Sequence[Step]) -> str | None:
    """The last answer to how old they are; None: nobody said."""
    return next((step.checks["age"] for step in reversed(taken) if "age" in step.checks), None)


def _next(kind: str, taken: Sequence[Step], ladder: Ladder) -> Next | None:
    """The lowest rung above the highest one taken that is open to them."""
    had = {step.rung for step in taken}
    age = age_of(taken)
    highest = max((ladder.place(name) for name in had if not ladder.is_help(name)), default=-1)
    for rung in ladder.of(kind):
        if rung.beside or rung.place <= highest or not rung.open_to(age):
            continue
        if rung.after is None or rung.after in had:
            return what_for(rung, kind, age, taken, ladder)
    return None

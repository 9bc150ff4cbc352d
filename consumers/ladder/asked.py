"""What must be on record before a rung is taken: no step without it, whoever proposes it."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from consumers.ladder.rungs import OF_AGE, YOUNGEST, Ladder, Rung
from schemas.work import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that is not on record yet: the part of the step it is about, and what is to be done, as a sentence."""

    at: str
    says: str


def missing(step: Step, taken: Collection[Step], ladder: Ladder) -> list[Gap]:
    """What is still missing; nothing: the step may be taken. ``taken``: the steps taken before it."""
    rung = ladder.rungs.get(step.rung)
    if rung is None or step.subject.kind not in rung.of:
        return [Gap(at="rung", says="Choose a step of this ladder.")]
    return [
        *_unanswered(step, rung, ladder),
        *_unchecked(step, rung, ladder),
        *_skipped(step, rung, taken, ladder),
        *_too_long(step, rung),
    ]


def asked_of(rung: Rung, kind: str, age: str | None, taken: Collection[Step], ladder: Ladder) -> list[Rung]:
    """The rungs that are passed over by taking this one now: each needs a reason."""
    had = {step.rung for step in taken}
    over = [
        lower
        for lower in ladder.of(kind)
        if not lower.beside and lower.place < rung.place and lower.name not in had and lower.open_to(age)
    ]
    helps = ladder.helps(kind) if rung.what in ladder.help_first else []
    offered = any(one.name in had for one in helps)
    return ([] if rung.beside else over) + ([] if offered else helps)


def _unanswered(step: Step, rung: Rung, ladder: Ladder) -> Iterator[Gap]:
    for question in ladder.asks[rung.what]:
        if not step.record.get(question, "").strip():
            yield Gap(at=f"record-{question}", says=f"Answer: {ladder.questions[question]}")


def _unchecked(step: Step, rung: Rung, ladder: Ladder) -> Iterator[Gap]:
    explain = rung.child and step.checks.get("age") in ("child", "youth")
    wanted = ladder.checks_for(rung, step.subject.kind)
    given = [check for check in ladder.checks.values() if step.checks.get(check.name) and check not in wanted]
    for check in (*wanted, *given):
        answer = step.checks.get(check.name)
        if answer not in check.answers:
            yield Gap(at=f"checks-{check.name}", says=f"Answer: {check.asks}")
        elif check in wanted and answer in check.stops:
            yield Gap(at=f"checks-{check.name}", says=f"{check.asks} This has to be found out first.")
        explain = explain or (check in wanted and answer in check.explain)
    if explain and not step.record.get("consulted", "").strip():
        yield Gap(at="record-consulted", says=f"Because of what you answered: {ladder.questions['consulted']}")
    if step.subject.kind == "person" and rung.youngest:
        yield from _too_young(step.checks.get("age"), rung)


def _too_young(age: str | None, rung: Rung) -> Iterator[Gap]:
    if age == "unknown":
        says = f"{rung.title}: find out their age first; it is for those of {rung.youngest} and over."
        yield Gap(at="checks-age", says=says)
    elif age is not None and YOUNGEST.get(age, OF_AGE) < rung.youngest:
        yield Gap(at="checks-age", says=f"{rung.title} is for those of {rung.youngest} and over.")


def _skipped(step: Step, rung: Rung, taken: Collection[Step], ladder: Ladder) -> Iterator[Gap]:
    if rung.after is not None and rung.after not in {one.rung for one in taken}:
        yield Gap(at="rung", says=f"{rung.title} can only follow: {ladder.rungs[rung.after].title.lower()}.")
    for lower in asked_of(rung, step.subject.kind, step.checks.get("age"), taken, ladder):
        if lower.name != rung.after and not step.skipped.get(lower.name, "").strip():
            yield Gap(at=f"skipped-{lower.name}", says=f"Say why this was not tried: {lower.title.lower()}.")


def _too_long(step: Step, rung: Rung) -> Iterator[Gap]:
    months = rung.longest(step.checks.get("age"))
    if months is None:
        return
    latest = months_after(step.on, months)
    if step.until is None:
        yield Gap(at="until", says=f"Say until when it lasts, {latest:%-d %B %Y} at the latest.")
    elif step.until > latest:
        yield Gap(at="until", says=f"It lasts until {latest:%-d %B %Y} at the latest.")


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

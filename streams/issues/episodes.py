"""Spells of a matter: when enough came together within a window, when that became known, and when it was over.

A pure function of the incidents: sorted by when they happened, while the moment it was due is read off the order in
which reports came, so that a replay of a year says what the year would have said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from streams.issues.values import Involved, Telling, in_order

Due = Callable[[Sequence[Involved]], datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One spell: its incidents in the order they happened, and when the report came that made it due."""

    items: tuple[Involved, ...]
    raised_at: datetime


def episodes(items: Sequence[Involved], window: timedelta, due: Due, *, lingers: bool = True) -> list[Episode]:
    """The spells in ``items``; within one, no whole ``window`` passes with nothing new.

    ``due`` says of the incidents of one window when, if ever, they were enough. A spell that does not linger takes in
    only windows that are due themselves: where the threshold is what is usual, the usual must not keep it alive.
    """
    ordered = sorted(items, key=lambda item: (item.at, item.id))
    spells: list[tuple[int, int, datetime]] = []
    end = 0
    for start, first in enumerate(ordered):
        while end < len(ordered) and ordered[end].at - first.at <= window:
            end += 1
        moment = due(ordered[start:end])
        if moment is not None:
            _add(spells, ordered, (start, end if not lingers else _reach(ordered, end, window), moment), window)
    return [Episode(items=tuple(ordered[first:last]), raised_at=moment) for first, last, moment in spells]


def _add(
    spells: list[tuple[int, int, datetime]],
    ordered: Sequence[Involved],
    found: tuple[int, int, datetime],
    window: timedelta,
) -> None:
    first, last, moment = found
    if spells and ordered[first].at - ordered[spells[-1][1] - 1].at <= window:
        began, ended, raised = spells[-1]
        spells[-1] = (began, max(ended, last), min(raised, moment))
    else:
        spells.append((first, last, moment))


def _reach(ordered: Sequence[Involved], last: int, window: timedelta) -> int:
    """How far a spell goes on from ``last`` while no whole window passes with nothing new."""
    while last < len(ordered) and ordered[last].at - ordered[last - 1].at <= window:
        last += 1
    return last


def first_due(items: Sequence[Involved], enough: Callable[[Sequence[tuple[str, Telling]]], bool]) -> datetime | None:
    """When, report after report, the tellings of ``items`` were first enough; None if they are not."""
    incident = {telling.ref: item.id for item in items for telling in item.sound}
    heard: list[tuple[str, Telling]] = []
    for telling in in_order(telling for item in items for telling in item.sound):
        heard.append((incident[telling.ref], telling))
        if enough(heard):
            return telling.reported_at
    return None


def at_least(count: int) -> Due:
    """Due when ``count`` incidents were told of."""

    def due(items: Sequence[Involved]) -> datetime | None:
        heard = sorted(item.sound[0].reported_at for item in items if item.sound)
        return heard[count - 1] if len(heard) >= count else None

    return due


def occasions(items: Sequence[Involved], within: timedelta) -> list[Involved]:
    """``items`` with those counted once that may be one incident told twice and not known for it.

    That is: told by different agencies, none of them telling both, and no further apart than ``within``. What one
    agency tells of as two is two.
    """
    found: list[Involved] = []
    for item in sorted(items, key=lambda item: (item.at, item.id)):
        place = next((n for n, one in enumerate(found) if _one_occasion(one, item, within)), None)
        if place is None:
            found.append(item)
        else:
            found[place] = _together(found[place], item)
    return found


def _one_occasion(one: Involved, other: Involved, within: timedelta) -> bool:
    if other.happening.occurred_from - one.happening.occurred_to > within:
        return False
    return {t.agency for t in one.happening.tellings}.isdisjoint(t.agency for t in other.happening.tellings)


def _together(one: Involved, other: Involved) -> Involved:
    first, second = one.happening, other.happening
    both = replace(
        first,
        occurred_to=max(first.occurred_to, second.occurred_to),
        detail=first.detail or second.detail,
        tellings=in_order((*first.tellings, *second.tellings)),
        also=tuple(sorted({*first.also, second.id, *second.also})),
    )
    return Involved(happening=both, tellings=in_order((*one.tellings, *other.tellings)))

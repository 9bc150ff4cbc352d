"""What a set of keys rests on, read once; and views of it: all that is known, or what one may know.

A view is a choice of reports. Where it leaves some out, persons, places and incidents are clustered anew from the pairs
between what remains, so that a report one may not know moves nothing that one sees: no count, no date, no id.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from schemas.tables import to_micros
from streams.issues.account import Ties
from streams.issues.boards import Counts, Days
from streams.issues.calendar import local_day
from streams.issues.hear import Heard
from streams.issues.near import Point
from streams.issues.openly import OpenDay
from streams.issues.rises import WeekRise
from streams.issues.themes import Lexicon
from streams.issues.tied import Together
from streams.issues.values import Happening, Telling

Visible = Callable[[Telling], bool]


class Limits(Protocol):
    """What of a report one may know."""

    @property
    def places(self) -> bool:
        """Whether its exact place."""

    @property
    def agencies(self) -> bool:
        """Whether who made it, by name."""

    def names(self, role: str) -> bool:
        """Whether the persons in that role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A report's mention of a person: the role it gives them, and what it calls them."""

    item: str
    ref: str
    index: int
    role: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A chain of incidents that are of a category, or look so to some, and the points of that category around it."""

    category: str
    chain: tuple[Point, ...]
    around: tuple[Point, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The incidents in the chain."""
        return frozenset(point.id for point in self.chain)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the keys rest on. ``ties``: how to see it without some of the reports."""

    heard: Heard
    people: Mapping[str, tuple[Naming, ...]] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()  # the reports naming a person whom no other report names
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    chained: frozenset[str] = frozenset()  # the keys that the chains touched have, or may have had
    periods: frozenset[str] = frozenset()  # the closed days and months that are judged
    days: Mapping[str, tuple[Counts, ...]] = field(default_factory=dict)  # what counts on these and on their pasts
    firsts: Mapping[str, date] = field(default_factory=dict)  # since when agencies report, to those who are told all
    firsts_of: Mapping[str, Mapping[str, date]] = field(default_factory=dict)  # and to each of the others
    laid: Days | None = None  # the same laid out, uncut
    together: Mapping[str, Together] = field(default_factory=dict)  # by kind, what a hidden item may have kept apart
    openly: Mapping[str, OpenDay] = field(default_factory=dict)  # the days' open reports
    lexicon: Lexicon | None = None  # of the same, as the store has the incidents
    rises: Mapping[str, tuple[WeekRise, ...]] = field(default_factory=dict)  # by the weeks asked for
    taught: Mapping[str, date] = field(default_factory=dict)  # since when there is what each week's rises rest on
    more: Callable[[Collection[str]], Heard] = lambda _: Heard(tellings={}, incident_of={}, incidents={})
    ties: Ties = field(default_factory=Ties)
    as_stored: dict[str, Counts | None] = field(default_factory=dict)  # how incidents count, as far as was asked

    def counts(self, one: Happening) -> Counts | None:
        """How an incident counts; one that the store has, and most views see as it is, is looked at once."""
        if one is not self.heard.incidents.get(one.id):
            return Counts.of(one)
        if one.id not in self.as_stored:
            self.as_stored[one.id] = Counts.of(one)
        return self.as_stored[one.id]

    @cached_property
    def since(self) -> date | None:
        """The first day on which something counts that may not have been read; None where nothing is so."""
        days = [date.fromisoformat(f"{period}-01"[:10]) for period, rows in self.days.items() if rows]
        days += [local_day(min(p.at for p in (*run.chain, *run.around))) for run in self.runs.values()]
        return min(days, default=None)


@dataclass(frozen=True, kw_only=True)
class View:
    """The ground as one may know it: the tellings visible, and the incidents they make."""

    ground: Ground
    whole: bool
    tellings: Mapping[str, Telling]
    incidents: Mapping[str, Happening]
    incident_of: Mapping[str, str]
    agency: str | None = None  # set where the agency may not know all plain reports, so that those unread are not its
    limits: Mapping[str, Limits] = field(default_factory=dict)  # of reports that it may know a part of
    weeks: frozenset[str] = frozenset()  # whose rises may be told of
    firsts: Mapping[str, date] = field(default_factory=dict)  # since when agencies report, as may be known

    @property
    def as_stored(self) -> bool:
        """Whether what is found in it is what the store has."""
        return self.whole and self.firsts == self.ground.firsts

    def names(self, naming: Naming) -> bool:
        """Whether a mention of a person may be known."""
        limits = self.limits.get(naming.ref)
        return naming.ref in self.tellings and (limits is None or limits.names(naming.role))

    def places(self, ref: str) -> bool:
        """Whether it may be known at which place a report tells it was."""
        return ref in self.tellings and (ref not in self.limits or self.limits[ref].places)

    def those(self, refs: Iterable[str]) -> tuple[Happening, ...]:
        """The incidents that some reports tell of, as they are seen."""
        held = {self.incident_of[ref] for ref in refs if ref in self.incident_of}
        return tuple(self.incidents[incident] for incident in sorted(held))

    @cached_property
    def counted(self) -> Mapping[str, Sequence[Counts]]:
        """The incidents that were read, by the day or month on which they count as they are seen."""
        found: dict[str, list[Counts]] = defaultdict(list)
        for one in sorted(self.incidents):
            if (counts := self.ground.counts(self.incidents[one])) is not None:
                found[counts.period].append(counts)
        return found


def view_all(ground: Ground) -> View:
    """The ground uncut."""
    heard = ground.heard
    return View(
        ground=ground,
        whole=True,
        tellings=heard.tellings,
        incidents=heard.incidents,
        incident_of=heard.incident_of,
        weeks=frozenset(ground.rises),
        firsts=ground.firsts,
    )


def view_of(
    ground: Ground, visible: Visible, only: str | None = None, limits: Mapping[str, Limits] | None = None
) -> View:
    """The ground cut to the visible tellings; incidents that lose one are told anew by those that remain."""
    heard = ground.heard
    seen = {ref: telling for ref, telling in heard.tellings.items() if visible(telling)}
    touched = {heard.incident_of[ref] for ref in heard.tellings.keys() - seen.keys()}
    tied = ground.together.get("incident", {})
    touched |= {other for one in touched & tied.keys() for other in tied[one] if other in heard.incidents}
    incidents = {one: known for one, known in heard.incidents.items() if one not in touched}
    incident_of = {ref: one for ref, one in heard.incident_of.items() if one not in touched}
    groups = [
        {t.ref: to_micros(t.reported_at) for one in known for t in heard.incidents[one].tellings if t.ref in seen}
        for known in hanging_together(ground, "incident", touched)
    ]
    for parts in ground.ties.split("incident", groups):
        for one, part in parts.items():
            incidents[one] = _as_it_is(heard, one, part) or ground.ties.account(one, [seen[ref] for ref in part])
            incident_of |= dict.fromkeys(part, one)
    return View(
        ground=ground,
        whole=len(seen) == len(heard.tellings) and only is None,
        tellings=seen,
        incidents=incidents,
        incident_of=incident_of,
        agency=only,
        limits=limits or {},
    )


def _as_it_is(heard: Heard, incident: str, refs: Collection[str]) -> Happening | None:
    """The incident as the store has it, where these reports are all of it; of those that hang together few lose one."""
    known = heard.incidents.get(incident)
    return known if known is not None and {one.ref for one in known.tellings} == set(refs) else None


def hanging_together(ground: Ground, kind: str, entities: Iterable[str]) -> Iterator[list[str]]:
    """The entities in sets that are clustered together where one item of any of them is hidden."""
    tied, held, seen = ground.together.get(kind, {}), set(entities), set[str]()
    for entity in sorted(held):
        if entity not in seen:
            component = sorted(tied.get(entity, frozenset((entity,))) & held)
            seen.update(component)
            yield component

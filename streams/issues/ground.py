"""What a set of keys rests on, read once; and the findings in it, for all that is known or for what one may know.

A view is a choice of reports. Where it leaves some out, persons, places and incidents are clustered anew from the pairs
between what remains, so that a report one may not know moves nothing that one sees: no count, no date, no id.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any, Protocol

from schemas.tables import to_micros
from streams.issues.account import Ties
from streams.issues.boards import Counts, Days, find_day
from streams.issues.calendar import local_day, start_of
from streams.issues.draft import most_common
from streams.issues.hear import Heard
from streams.issues.near import Point, chains, find_near
from streams.issues.notices import find_notices
from streams.issues.openly import Openly
from streams.issues.people import Person, find_person
from streams.issues.periods import is_month
from streams.issues.places import Place, find_place
from streams.issues.rise_finding import rise_of_week
from streams.issues.rises import WeekRise
from streams.issues.rules import Rules
from streams.issues.themes import Lexicon, Themes, theme_finding
from streams.issues.tied import Together
from streams.issues.values import Finding, Happening, Telling, in_order

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
    firsts: Mapping[str, date] = field(default_factory=dict)
    laid: Days | None = None  # the same laid out, uncut
    together: Mapping[str, Together] = field(default_factory=dict)  # by kind, what a hidden item may have kept apart
    openly: Openly = field(default_factory=Openly)
    themes: Themes | None = None  # as the store has the incidents; None where no day is judged
    rises: Mapping[str, tuple[WeekRise, ...]] = field(default_factory=dict)  # by the weeks asked for
    more: Callable[[Collection[str]], Heard] = lambda _: Heard(tellings={}, incident_of={}, incidents={})
    ties: Callable[[], Ties] = Ties  # read when first asked for: most views leave nothing out

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

    def names(self, naming: Naming) -> bool:
        """Whether a mention of a person may be known."""
        limits = self.limits.get(naming.ref)
        return naming.ref in self.tellings and (limits is None or limits.names(naming.role))

    def places(self, ref: str) -> bool:
        """Whether it may be known at which place a report tells it was."""
        return ref in self.tellings and (ref not in self.limits or self.limits[ref].places)

    @cached_property
    def counted(self) -> Mapping[str, Sequence[Counts]]:
        """The incidents that were read, by the day or month on which they count as they are seen."""
        found: dict[str, list[Counts]] = defaultdict(list)
        for one in sorted(self.incidents):
            if (counts := Counts.of(self.incidents[one])) is not None:
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
    for known in _hanging_together(ground, "incident", touched):
        refs = [t.ref for one in known for t in heard.incidents[one].tellings if t.ref in seen]
        if refs:
            at = {ref: to_micros(seen[ref].reported_at) for ref in refs}
            for one, part in ground.ties().split("incident", refs, at).items():
                incidents[one] = ground.ties().account(one, [seen[ref] for ref in part])
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


def _hanging_together(ground: Ground, kind: str, entities: Iterable[str]) -> Iterator[list[str]]:
    """The entities in sets that are clustered together where one item of any of them is hidden."""
    tied, held, seen = ground.together.get(kind, {}), set(entities), set[str]()
    for entity in sorted(held):
        if entity not in seen:
            component = sorted(tied.get(entity, frozenset((entity,))) & held)
            seen.update(component)
            yield component


def find(view: View, rules: Rules, apart: Collection[str] = ()) -> list[Finding]:
    """Every finding of the view, for every key of its ground; those under the keys ``apart`` say that they are."""
    found = [f for person in people_in(view) for f in find_person(person, rules)]
    found += [f for place in _places(view, rules) for f in find_place(place, rules)]
    found += [f for key in sorted(view.ground.runs) for f in _near(view, key, rules)]
    days = view.ground.laid if view.whole and view.ground.laid else Days(partial(_rows, view))
    told = _Told(view)
    for period in sorted(view.ground.periods):
        found += find_day(period, days, view.ground.firsts, told, rules)
    found += [f for period in _closed_days(view) for f in _of_all_reports(view, period, rules)]
    if view.agency is None:
        found += [f for week in sorted(view.ground.rises) for f in _of_weeks(view, week, rules)]
    return [replace(f, apart=True) if f.key in apart else f for f in found]


def _closed_days(view: View) -> list[str]:
    """The days judged, for those who may know others' reports: what is said of all reports together is theirs alone."""
    return [] if view.agency is not None else sorted(period for period in view.ground.periods if not is_month(period))


def _of_all_reports(view: View, period: str, rules: Rules) -> list[Finding]:
    ground = view.ground
    found = find_notices(period, ground.openly.made, ground.firsts, rules)
    for theme in _themes(view, rules).of(period):
        told = [_told_in(incident, theme.refs) for incident in _of(view, theme.refs)]
        if told:
            found.append(theme_finding(theme, sorted(told, key=lambda i: (i.occurred_from, i.id)), period, rules))
    return found


def _themes(view: View, rules: Rules) -> Themes:
    """The themes by the incidents of the view: where a hidden report made one of two, they are two."""
    as_stored, openly = view.ground.heard.incident_of, view.ground.openly
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for ref, one in view.incident_of.items():
        if ref in openly.refs:
            parts[as_stored[ref]][ref] = one
    split = {ref: one for part in parts.values() if len(set(part.values())) > 1 for ref, one in part.items()}
    if not split and view.ground.themes is not None:
        return view.ground.themes
    return Themes(Lexicon(openly.told, split), view.ground.firsts, rules)


def _of_weeks(view: View, week: str, rules: Rules) -> Iterable[Finding]:
    for rise in view.ground.rises[week]:
        told = [_told_in(incident, rise.refs) for incident in _of(view, rise.refs)]
        if told:
            yield rise_of_week(rise, sorted(told, key=lambda i: (i.occurred_from, i.id)), rules)


def _told_in(incident: Happening, refs: Collection[str]) -> Happening:
    return replace(incident, tellings=tuple(telling for telling in incident.tellings if telling.ref in refs))


def keys_apart(
    ground: Ground, closed: Collection[str], rules: Rules, alike: Visible = lambda t: t.marking.plain, *, every: bool
) -> set[str]:
    """The keys resting on a report that not every agency may know. ``closed``: agencies that know only their own.

    ``alike``: whether all others know a report alike. ``every``: some of those do not know even all plain ones.
    """
    heard, own = ground.heard, set(closed)
    shut = {heard.incident_of[ref] for ref, t in heard.tellings.items() if not alike(t) or t.agency in own}
    shut |= ground.together.get("incident", {}).keys()
    return {
        *(f"{kind}:{one}" for kind in ("person", "place") for one in ground.together.get(kind, ())),
        *(f"person:{one}" for one, namings in ground.people.items() if _any_of(heard, shut, (n.ref for n in namings))),
        *(f"place:{one}" for one, refs in ground.places.items() if _any_of(heard, shut, refs)),
        *(
            near
            for key, run in ground.runs.items()
            if every or any(point.shut or not own.isdisjoint(point.agencies) for point in (*run.chain, *run.around))
            for near in (key, *_keys_of_all(run, rules))
        ),
        *(
            f"day:{period}"
            for period in ground.periods
            if every or any(row.incident in shut for row in ground.days.get(period, ()))
        ),
        *(
            f"week:{week}"
            for week, rises in ground.rises.items()
            if any(not shut.isdisjoint(rise.incidents) for rise in rises)
        ),
    }


def _keys_of_all(run: Run, rules: Rules) -> Iterator[str]:
    """The keys of the runs that one who knows all of it sees in the chain."""
    for part in chains([point for point in run.chain if point.stored], rules.near_repeat):
        yield f"near:{run.category}:{part[0].id}"


def _any_of(heard: Heard, incidents: Collection[str], refs: Iterable[str]) -> bool:
    return any(heard.incident_of.get(ref) in incidents for ref in refs)


def people_in(view: View) -> Iterable[Person]:
    """The persons of a view, as the reports one may know make them."""
    people = view.ground.people
    for known in _hanging_together(view.ground, "person", people):
        key_of = {naming.item: entity for entity in known for naming in people[entity]}
        seen = [naming for entity in known for naming in people[entity] if view.names(naming)]
        if len(seen) == len(key_of):
            yield from (_person(view, entity, entity, people[entity]) for entity in known)
        elif seen:
            by_item = {naming.item: naming for naming in seen}
            at = {naming.item: to_micros(view.tellings[naming.ref].reported_at) for naming in seen}
            for one, items in sorted(view.ground.ties().split("person", by_item, at).items()):
                yield _person(view, key_of[min(items)], one, [by_item[item] for item in items])


def _person(view: View, key: str, entity: str, namings: Sequence[Naming]) -> Person:
    roles: dict[str, frozenset[str]] = {}
    named: dict[str, int] = {}
    for naming in namings:
        roles[naming.ref] = roles.get(naming.ref, frozenset()) | {naming.role}
        named[naming.ref] = min(naming.index, named.get(naming.ref, naming.index))
    last = max(namings, key=lambda n: (len(n.shown), view.tellings[n.ref].reported_at, n.ref, n.index))
    return Person(
        id=entity,
        key=f"person:{key}",
        shown=last.shown,
        incidents=_of(view, roles),
        roles=roles,
        named=named,
    )


def _of(view: View, refs: Iterable[str]) -> tuple[Happening, ...]:
    held = {view.incident_of[ref] for ref in refs if ref in view.incident_of}
    return tuple(view.incidents[incident] for incident in sorted(held))


def _places(view: View, rules: Rules) -> Iterable[Place]:
    places = view.ground.places
    for known in _hanging_together(view.ground, "place", places):
        key_of = {ref: entity for entity in known for ref in places[entity]}
        seen = in_order(view.tellings[ref] for ref in key_of if view.places(ref))
        if len(seen) == len(key_of):
            for entity in known:
                yield _place(view, entity, entity, in_order(view.tellings[ref] for ref in places[entity]), rules)
        elif seen:
            at: dict[str, int] = {}
            for telling in seen:
                if telling.spot:
                    at.setdefault(telling.spot.item, to_micros(telling.reported_at))
            for one, items in sorted(view.ground.ties().split("place", at, at).items()):
                some = [t for t in seen if t.spot and t.spot.item in items]
                yield _place(view, key_of[some[0].ref], one, some, rules)


def _place(view: View, key: str, entity: str, tellings: Sequence[Telling], rules: Rules) -> Place:
    spots = [telling.spot for telling in tellings if telling.spot]
    precise = [spot for spot in spots if spot.precision in rules.repeat_place.precise]
    best = (precise or spots)[0]
    incidents = _of(view, (telling.ref for telling in tellings))
    area = most_common([incident.area for incident in incidents])
    return Place(
        id=entity,
        key=f"place:{key}",
        shown={"text": best.name} if best.name else {},
        area={"name": area, "lat": best.lat, "lon": best.lon, "radius_m": 0} if area or best.lat is not None else None,
        precise=bool(precise),
        since=_since(view, tellings),
        items=frozenset(spot.item for spot in spots),
        incidents=incidents,
    )


def _since(view: View, tellings: Sequence[Telling]) -> datetime | None:
    """When the agencies that tell of a place began to report."""
    firsts = [view.ground.firsts[t.agency] for t in tellings if t.agency in view.ground.firsts]
    return start_of(min(firsts)) if firsts else None


def _near(view: View, key: str, rules: Rules) -> list[Finding]:
    run = view.ground.runs[key]
    if view.whole:
        chain = [point for point in run.chain if point.stored]
        around = [*(point for point in run.around if point.stored), *chain]
    else:
        chain = list(_near_in(view, run, run.ids, rules))
        around = list({point.id: point for point in (*_still(view, run, rules), *chain)}.values())
    return [
        finding
        for part in chains(chain, rules.near_repeat)
        for finding in find_near(
            f"near:{run.category}:{part[0].id}" if view.whole else key,
            part,
            around,
            view.incidents,
            rules,
            view.ground.firsts,
        )
    ]


def _near_in(view: View, run: Run, incidents: Collection[str], rules: Rules) -> Iterator[Point]:
    """Where those of ``incidents`` that were read are, and still of the category, by what may be known of them."""
    limit, read = timedelta(days=rules.near_repeat.widest), view.ground.heard.incidents
    refs = [telling.ref for one in incidents if one in read for telling in read[one].tellings]
    for one in _of(view, refs):
        if one.category == run.category and one.width <= limit and one.easting is not None and one.northing is not None:
            yield Point(id=one.id, at=one.occurred_from, x=one.easting, y=one.northing)


def _still(view: View, run: Run, rules: Rules) -> Iterator[Point]:
    """The points around a run that may be known, where they are told to be by what may be known of them."""
    read = view.ground.heard.incidents
    if view.agency is None:  # one plain telling: it was not read, since everyone who may see others' sees it
        yield from (point for point in run.around if point.id not in read)
    yield from _near_in(view, run, {point.id for point in run.around}, rules)


class _Told(dict[str, Happening]):
    """The incidents of a view; one that was not read, for all who may see others' see it alike, is read when asked."""

    def __init__(self, view: View) -> None:
        super().__init__(view.incidents)
        self._more = view.ground.more

    def __missing__(self, incident: str) -> Happening:
        self.update(self._more([incident]).incidents)
        return dict.__getitem__(self, incident)


def _rows(view: View, day: str) -> Sequence[Counts]:
    """What counts on a day, as the view has it: whatever was not read is one plain telling, and stands as it is."""
    rows = view.ground.days.get(day, ())
    if view.whole:
        return rows
    read = view.ground.heard.incidents
    left = [row for row in rows if row.incident not in read and (view.agency is None or row.agencies == (view.agency,))]
    return sorted([*left, *view.counted.get(day, ())], key=lambda row: row.incident)

"""Reading the ground that keys rest on: few statements, whole sets, and nothing for what cannot be an issue."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import Look, Member, Mention, PlaceValue, Report
from streams.clusters.sets import among
from streams.dedupe.incidents import INCIDENTS
from streams.issues.account import Ties
from streams.issues.boards import Days, rests_on
from streams.issues.chains import runs_of
from streams.issues.counting import Counting
from streams.issues.firsts import TOLD_ALL, first_days
from streams.issues.ground import Ground, Naming
from streams.issues.hear import hear, incidents_of
from streams.issues.near import Point
from streams.issues.openly import OpenDay
from streams.issues.periods import is_month, judged_by
from streams.issues.read_days import CountedDay, counted_days, open_days
from streams.issues.rises import rises_of
from streams.issues.rules import Rules
from streams.issues.themes import Lexicon, Themes
from streams.issues.tied import together
from streams.issues.weekly import taught_since
from streams.statements import Statement


def gather(
    connection: Connection,
    rules: Rules,
    *,
    people: Collection[str] = (),
    places: Collection[str] = (),
    periods: Collection[str] = (),
    weeks: Collection[str] = (),
    moved: Sequence[Counting] = (),
    only: Collection[str] | None = None,
    cuttable: bool = False,
    everything: bool = False,
) -> Ground:
    """All that findings about these rest on.

    ``only``: of the chains that were touched, those under these keys. ``cuttable``: with what is needed to see it
    without some of the reports; ``everything``: even without some of the plain ones.
    """
    apart = {kind: together(connection, kind, some) for kind, some in (("person", people), ("place", places))}
    everyone = _namings(connection, {*people, *apart["person"]})
    named = {
        entity: namings
        for entity, namings in everyone.items()
        if len({n.ref for n in namings}) > 1 or entity in apart["person"]
    }
    placed = _placed(connection, {*places, *apart["place"]}, rules)
    near = runs_of(connection, rules.near_repeat, moved, only)
    held = counted_days(connection, {day for period in periods for day in (period, *judged_by(period))})
    days = {day: one.rows for day, one in held.items()}
    openly = _openly(connection, periods)
    begun = first_days(connection)
    firsts = begun.get(TOLD_ALL, {})
    refs = {naming.ref for namings in named.values() for naming in namings}
    refs |= {ref for told in placed.values() for ref in told}
    incidents = set(incidents_of(connection, refs).values())
    incidents |= {point.id for run in near.runs.values() for point in run.chain}
    laid = Days(lambda day: days.get(day, ()), marks={day: one.mark for day, one in held.items()})
    incidents |= {one for period in periods for one in rests_on(period, laid, firsts, rules)}
    lexicon = Lexicon(openly, {})
    themes = Themes(lexicon, firsts, rules)
    incidents |= {one for period in _days(periods) for theme in themes.of(period) for one in theme.incidents}
    rises = rises_of(connection, weeks, firsts, rules)
    incidents |= {one for some in rises.values() for rise in some for one in rise.incidents}
    if cuttable:
        incidents |= _needed_to_cut(near.points, held, everything) | _looking_so(connection, held)
    apart["incident"] = together(connection, "incident", incidents, INCIDENTS.rivalry)
    heard = hear(connection, {*incidents, *apart["incident"]} if cuttable else incidents)
    return Ground(
        heard=heard,
        people=_shown(connection, named),
        alone=frozenset(n.ref for entity, namings in everyone.items() if entity not in named for n in namings),
        places={place: tuple(ref for ref in refs if ref in heard.tellings) for place, refs in placed.items()},
        runs=near.runs,
        chained=near.touched,
        periods=frozenset(periods),
        days=days,
        laid=laid,
        more=partial(hear, connection),
        firsts=firsts,
        firsts_of=begun,
        openly=openly,
        lexicon=lexicon,
        rises=rises,
        taught={week: taught_since(week, firsts, rules.spike_week) for week, some in rises.items() if some},
        together=apart,
        ties=Ties(connection=connection if cuttable else None),
    )


def _namings(connection: Connection, people: Collection[str]) -> dict[str, list[Naming]]:
    """The mentions of persons."""
    named: dict[str, list[Naming]] = defaultdict(list)
    for row in _NAMED(connection, people=people):
        named[row.entity].append(Naming(item=row.id, ref=row.ref, index=row.place, role=row.role, shown={}))
    return named


_NAMED = Statement(
    lambda any_of: (
        select(Member.entity, Mention.id, Mention.ref, Mention.index.label("place"), Mention.role)
        .join(Mention, Mention.id == Member.item)
        .where(Member.kind == "person", any_of(Member.entity, "people"))
    )
)


def _shown(connection: Connection, named: Mapping[str, Sequence[Naming]]) -> dict[str, tuple[Naming, ...]]:
    items = [naming.item for namings in named.values() for naming in namings]
    bodies = {row.id: row.body for row in _MENTIONED(connection, items=items)}
    return {
        entity: tuple(
            Naming(item=n.item, ref=n.ref, index=n.index, role=n.role, shown=shown_of(bodies.get(n.item, {})))
            for n in sorted(namings, key=lambda n: (n.ref, n.index))
        )
        for entity, namings in named.items()
    }


_MENTIONED = Statement(lambda any_of: select(Mention.id, Mention.body).where(any_of(Mention.id, "items")))


def shown_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an alert shows of a person: the name, and the date of birth."""
    names = body.get("names") or []
    words = [*names[0].get("given", ()), *names[0].get("family", ())] if names else []
    shown = {"name": " ".join(word.title() for word in words), "born": body.get("born")}
    return {field: value for field, value in shown.items() if value}


def _placed(connection: Connection, places: Collection[str], rules: Rules) -> dict[str, list[str]]:
    """The reports told to be at places that are known to the building and that enough were told to be at."""
    placed: dict[str, list[str]] = defaultdict(list)
    items: dict[str, set[str]] = defaultdict(set)
    for row in _TOLD_THERE(connection, places=places):
        placed[row.entity].append(row.ref)
        items[row.entity].add(row.place_item)
    often = {place for place, refs in placed.items() if len(refs) >= rules.repeat_place.incidents}
    precise = _precise(connection, {item for place in often for item in items[place]}, rules)
    if rules.locality.on:  # a street may be a locality
        return {place: sorted(placed[place]) for place in sorted(often)}
    return {place: sorted(placed[place]) for place in sorted(often) if not precise.isdisjoint(items[place])}


_TOLD_THERE = Statement(
    lambda any_of: (
        select(Member.entity, Report.ref, Report.place_item)
        .join(Report, Report.place_item == Member.item)
        .where(Member.kind == "place", any_of(Member.entity, "places"), Report.status == "accepted")
    )
)


def _precise(connection: Connection, items: Collection[str], rules: Rules) -> set[str]:
    """The ways of writing a place that know it to the building."""
    rows = _WRITTEN(connection, items=items)
    return {row.id for row in rows if row.body.get("precision") in rules.repeat_place.precise}


_WRITTEN = Statement(lambda any_of: select(PlaceValue.id, PlaceValue.body).where(any_of(PlaceValue.id, "items")))


def _days(periods: Iterable[str]) -> list[str]:
    return sorted(period for period in periods if not is_month(period))


def _openly(connection: Connection, periods: Collection[str]) -> dict[str, OpenDay]:
    """The open reports of the days that ``periods`` are judged by."""
    return open_days(connection, {day for period in _days(periods) for day in (period, *judged_by(period))})


def _needed_to_cut(points: Iterable[Point], held: Mapping[str, CountedDay], everything: bool) -> set[str]:
    """The incidents that do not look the same to everyone who may see others' reports."""
    apart = {point.id for point in points if everything or point.shut or len(point.agencies) > 1}
    if everything:
        return apart | {row.incident for one in held.values() for row in one.rows}
    return apart.union(*(one.apart for one in held.values()))


def _looking_so(connection: Connection, held: Mapping[str, Any]) -> set[str]:
    """The incidents that may count on these days for those who may not know all of them."""
    if not held:
        return set()
    return set(connection.execute(select(Look.incident).where(among(connection, Look.period, held))).scalars())

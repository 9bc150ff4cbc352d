"""The findings in a view of the ground, for every key of it: each detector is asked, none knows of the others."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from streams.issues.boards import Counts, Days, find_day
from streams.issues.entities import people_in, places_in
from streams.issues.ground import Run, View
from streams.issues.near import Point, chains, find_near
from streams.issues.notices import notices_of
from streams.issues.people import find_person
from streams.issues.periods import is_month
from streams.issues.places import find_place
from streams.issues.rise_finding import rise_of_week
from streams.issues.rules import Rules
from streams.issues.themes import Lexicon, Themes, theme_finding
from streams.issues.values import Finding, Happening


def find(view: View, rules: Rules, apart: Collection[str] = ()) -> list[Finding]:
    """Every finding of the view, for every key of its ground; those under the keys ``apart`` say that they are."""
    found = [f for person in people_in(view) for f in find_person(person, rules)]
    found += [f for place in places_in(view, rules) for f in find_place(place, rules)]
    found += [f for key in sorted(view.ground.runs) for f in _near(view, key, rules)]
    days = view.ground.laid if view.whole and view.ground.laid else Days(partial(_rows, view), view.ground.laid)
    told = _Told(view)
    for period in sorted(view.ground.periods):
        found += find_day(period, days, view.firsts, told, rules)
    found += [f for period in _closed_days(view) for f in _of_all_reports(view, period, rules)]
    found += [f for week in sorted(view.weeks) for f in _of_weeks(view, week, rules)]
    return [replace(f, apart=True) if f.key in apart else f for f in found]


def _closed_days(view: View) -> list[str]:
    """The days judged, for those who may know others' reports: what is said of all reports together is theirs alone."""
    return [] if view.agency is not None else sorted(period for period in view.ground.periods if not is_month(period))


def _of_all_reports(view: View, period: str, rules: Rules) -> list[Finding]:
    found = list(notices_of(period, view.ground.openly, view.ground.firsts, rules))
    for theme in _themes(view, rules).of(period):
        told = [_told_in(incident, theme.refs) for incident in view.those(theme.refs)]
        if told:
            found.append(theme_finding(theme, sorted(told, key=lambda i: (i.occurred_from, i.id)), period, rules))
    return found


def _themes(view: View, rules: Rules) -> Themes:
    """The themes by the incidents of the view: where a hidden report made one of two, they are two."""
    as_stored, ground = view.ground.heard.incident_of, view.ground
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for ref, one in view.incident_of.items():
        parts[as_stored[ref]][ref] = one
    split = {ref: one for part in parts.values() if len(set(part.values())) > 1 for ref, one in part.items()}
    return Themes(Lexicon(ground.openly, split, ground.lexicon), ground.firsts, rules)


def _of_weeks(view: View, week: str, rules: Rules) -> Iterable[Finding]:
    for rise in view.ground.rises[week]:
        told = [_told_in(incident, rise.refs) for incident in view.those(rise.refs)]
        if told:
            yield rise_of_week(rise, sorted(told, key=lambda i: (i.occurred_from, i.id)), rules)


def _told_in(incident: Happening, refs: Collection[str]) -> Happening:
    return replace(incident, tellings=tuple(telling for telling in incident.tellings if telling.ref in refs))


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
            view.firsts,
        )
    ]


def _near_in(view: View, run: Run, incidents: Collection[str], rules: Rules) -> Iterator[Point]:
    """Where those of ``incidents`` that were read are, and still of the category, by what may be known of them."""
    limit, read = timedelta(days=rules.near_repeat.widest), view.ground.heard.incidents
    refs = [telling.ref for one in incidents if one in read for telling in read[one].tellings]
    for one in view.those(refs):
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
        read = self._more([incident]).incidents
        self.update(read)
        return read[incident]  # asking itself once more would ask for ever where it is gone


def _rows(view: View, day: str) -> Sequence[Counts]:
    """What counts on a day, as the view has it: whatever was not read is one plain telling, and stands as it is."""
    rows = view.ground.days.get(day, ())
    if view.whole:
        return rows
    read = view.ground.heard.incidents
    left = [row for row in rows if row.incident not in read and (view.agency is None or row.agencies == (view.agency,))]
    found = view.counted.get(day, ())
    if not found:
        return left
    as_stored = {row.incident: row for row in rows}
    # where one looks as it does to all it is the very same, which is laid out already
    same = [stored if (stored := as_stored.get(row.incident)) == row else row for row in found]
    return sorted([*left, *same], key=lambda row: row.incident)

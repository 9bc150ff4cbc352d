"""The keys of what not every agency sees alike: they are shared on their own, whatever else changed."""

from collections.abc import Collection, Iterable, Iterator

from streams.issues.ground import Ground, Run, Visible
from streams.issues.hear import Heard
from streams.issues.near import chains
from streams.issues.rules import Rules


def keys_apart(
    ground: Ground, closed: Collection[str], rules: Rules, alike: Visible = lambda t: t.marking.plain, *, every: bool
) -> set[str]:
    """The keys resting on a report that not every agency may know. ``closed``: agencies that know only their own.

    ``alike``: whether all others know a report alike. ``every``: some of those do not know even all plain ones, nor
    since when others have reported.
    """
    heard, own = ground.heard, set(closed)
    shut = {heard.incident_of[ref] for ref, t in heard.tellings.items() if not alike(t) or t.agency in own}
    shut |= ground.together.get("incident", {}).keys()
    return {
        *(f"{kind}:{one}" for kind in ("person", "place") for one in ground.together.get(kind, ())),
        *(f"person:{one}" for one, namings in ground.people.items() if _any_of(heard, shut, (n.ref for n in namings))),
        *(f"place:{one}" for one, refs in ground.places.items() if every or _any_of(heard, shut, refs)),
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

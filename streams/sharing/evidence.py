"""The reports that a copy rests on, each as its reader may know it, and who else may know of them.

Read from the copy's own list of reports and the agreements alone, so it can tell of no report that is not on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from schemas.agencies import Partnership
from streams.issues.hear import tellings_of
from streams.issues.values import Telling
from streams.sharing.rules import Grant
from streams.sharing.sight import Sight, sight
from streams.sharing.snapping import NOWHERE, Snap, snapping

Facts = dict[str, Any]


def evidence(
    connection: Connection, agency: str, copy: Mapping[str, Any], *, partnership: Partnership
) -> dict[str, Any]:
    """``reports`` in order of time, and ``readers``: who may know of all of them (``whole``) or some (``part``)."""
    refs = [str(ref) for ref in copy.get("evidence") or ()]
    seen, snap = sight(connection, partnership), snapping(connection)
    known = [(telling, grant) for telling in _in_time(connection, refs) if (grant := seen.of(telling).get(agency))]
    shut = bool((copy.get("handling") or {}).get("sensitive"))
    return {
        "reports": [_report(telling, grant, agency, snap, shut=shut) for telling, grant in known],
        "readers": _readers([telling for telling, _ in known], agency, seen),
    }


def _in_time(connection: Connection, refs: Sequence[str]) -> list[Telling]:
    found = tellings_of(connection, refs)
    return sorted(found.values(), key=lambda telling: (telling.occurred_from, telling.reported_at, telling.ref))


def _report(telling: Telling, grant: Grant, agency: str, snap: Snap, *, shut: bool) -> Facts:
    return {
        "report": telling.ref,
        "own": telling.agency == agency,
        "reported_at": telling.reported_at,
        "from": telling.occurred_from,
        "to": telling.occurred_to,
        "category": telling.category,
        "detail": telling.detail,
        "doubtful": telling.doubtful,
        **_where(telling, grant, snap, shut=shut or bool(telling.marking.sensitive)),
    }


def _where(telling: Telling, grant: Grant, snap: Snap, *, shut: bool) -> Facts:
    """The place where it may be told, else the nearest point that is nobody's, else the area's name alone."""
    spot = telling.spot
    area = spot.area if spot is not None and "area" in grant.fields else None
    if spot is None or spot.lat is None or spot.lon is None or shut or "area" not in grant.fields:
        return {"place": None, "area": area, "lat": None, "lon": None, "exact": False}
    if grant.places:
        return {"place": spot.name, "area": area, "lat": spot.lat, "lon": spot.lon, "exact": True}
    point = snap(spot.lat, spot.lon) or NOWHERE
    return {"place": None, "area": area, "lat": point["lat"], "lon": point["lon"], "exact": False}


def _readers(tellings: Sequence[Telling], agency: str, seen: Sight) -> dict[str, list[str]]:
    """The other agencies by how many of the reports they may know of, by the markings and agreements."""
    counted = {name: _known_to(name, tellings, seen) for name in sorted(seen.partnership) if name != agency}
    whole = [name for name, count in counted.items() if tellings and count == len(tellings)]
    return {"whole": whole, "part": [name for name, count in counted.items() if count and name not in whole]}


def _known_to(name: str, tellings: Iterable[Telling], seen: Sight) -> int:
    return sum(name in seen.of(telling) for telling in tellings)

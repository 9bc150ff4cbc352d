"""Where and when things happened of late, as one agency may know each report: for a map and for the hours of the week.

What is sensitive is on no map and in no count of one, and what is suspected false counts nowhere.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.tables import PlaceValue, Report
from streams.issues.hear import TOLD, spot_of, telling_of
from streams.issues.rules import rules
from streams.issues.values import Spot, Telling
from streams.sharing.rules import Grant
from streams.sharing.sight import sight
from streams.sharing.snapping import Snap, snapping

Facts = dict[str, Any]


def where(
    connection: Connection, agency: str, since: datetime, until: datetime, *, partnership: Partnership
) -> list[Facts]:
    """The reports made from ``since`` to ``until``: of what, how grave, when, and where as far as that may be shown."""
    seen, snap = sight(connection, partnership), snapping(connection)
    found = []
    for telling in _made(connection, since, until):
        grant = seen.of(telling).get(agency)
        if grant is not None and "area" in grant.fields and not telling.marking.sensitive and not telling.doubtful:
            found.append(_fact(telling, grant, snap))
    return found


def _made(connection: Connection, since: datetime, until: datetime) -> Iterator[Telling]:
    places: dict[str, Spot] = {}  # what reports write alike is read once: thousands are asked for at a time
    rows = connection.execute(
        select(*TOLD, PlaceValue.body)
        .outerjoin(PlaceValue, PlaceValue.id == Report.place_item)
        .where(Report.reported_at >= since, Report.reported_at < until, Report.status == "accepted")
        .order_by(Report.reported_at, Report.ref)
    )
    for row in rows:
        item = row.place_item
        if item is not None and item not in places:
            places[item] = spot_of(item, None, row.body or {})
        yield telling_of(row, None if item is None else places[item])


def _fact(telling: Telling, grant: Grant, snap: Snap) -> Facts:
    return {
        "category": telling.category,
        "detail": telling.detail,
        "harm": rules().harm(telling.category, telling.detail),
        "from": telling.occurred_from,
        "to": telling.occurred_to,
        **_place(telling, grant, snap),
    }


def _place(telling: Telling, grant: Grant, snap: Snap) -> Mapping[str, Any]:
    """Where it was, if it may be shown exactly; else the point that stands for it, or nowhere."""
    spot = telling.spot
    if spot is None or spot.lat is None or spot.lon is None:
        return {"lat": None, "lon": None, "label": None}
    if grant.places:
        return {"lat": spot.lat, "lon": spot.lon, "label": spot.name or spot.area}
    point = snap(spot.lat, spot.lon)
    return {"lat": point["lat"], "lon": point["lon"], "label": spot.area}

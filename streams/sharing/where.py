"""Where and when things happened of late, as one agency may know each report: for a map and for the hours of the week.

What is sensitive is on no map and in no count of one, and what is suspected false counts nowhere. Thousands of reports
are read at a time, so what many have in common is worked out once for all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select

from schemas.agencies import Partnership
from schemas.agreements import Agreement
from schemas.tables import PlaceValue, Report
from schemas.tables.at_once import at_once
from schemas.tables.base import from_micros
from streams.issues.calendar import local_day
from streams.issues.hear import capitalised
from streams.issues.rules import rules
from streams.sharing.marking import Marking, read_marking
from streams.sharing.rules import Grant, grants
from streams.sharing.sight import Sight, sight
from streams.sharing.snapping import Snap, snapping

Facts = dict[str, Any]
Kind = tuple[str, str, str | None]  # who reported it, its category and its detail
HOUR = 3_600_000_000  # microseconds
NOWHERE: Mapping[str, Any] = {"lat": None, "lon": None, "label": None}
_MADE = (
    Report.ref,
    Report.agency,
    Report.category,
    Report.detail,
    Report.marking,
    Report.reported_at,
    Report.occurred_from,
    Report.occurred_to,
    PlaceValue.body["lat"].as_float(),
    PlaceValue.body["lon"].as_float(),
    PlaceValue.body["label"].as_string(),
    PlaceValue.body["area"].as_string(),
)


def where(
    connection: Connection, agency: str, since: datetime, until: datetime, *, partnership: Partnership
) -> list[Facts]:
    """The reports made from ``since`` to ``until``: of what, how grave, when, and where as far as that may be shown."""
    reader, snap = _Reader(agency=agency, seen=sight(connection, partnership)), snapping(connection)
    harm, found = rules().harm, []
    for ref, giver, category, detail, marking, reported, begun, ended, lat, lon, label, area in _made(
        connection, since, until
    ):
        kind = (giver, category or "other-crime", detail)
        grant = reader.of(ref, kind, marking, reported)
        if grant is None or "area" not in grant.fields:
            continue
        found.append(
            {
                "category": kind[1],
                "detail": detail,
                "harm": harm(kind[1], detail),
                "from": from_micros(reported if begun is None else begun),
                "to": from_micros(reported if ended is None else ended),
                **(NOWHERE if lat is None or lon is None else _place(lat, lon, label, area, grant, snap)),
            }
        )
    return found


def _made(connection: Connection, since: datetime, until: datetime) -> Iterator[list[Any]]:
    """The rows of ``_MADE``, in order."""
    wanted = (
        select(*_MADE)
        .outerjoin(PlaceValue, PlaceValue.id == Report.place_item)
        .where(Report.reported_at >= since, Report.reported_at < until, Report.status == "accepted")
    )
    yield from sorted(at_once(connection, wanted), key=lambda row: (row[5], row[0]))


@dataclass(slots=True, kw_only=True)
class _Reader:
    """What one agency may know of reports, by their kind, day and marking: as ``Sight.of`` says of each by itself."""

    agency: str
    seen: Sight
    _markings: dict[str | None, Marking] = field(default_factory=dict)
    _live: dict[tuple[Kind, int], tuple[Agreement, ...]] = field(default_factory=dict)
    _grants: dict[tuple[str, str | None, tuple[Agreement, ...]], Grant | None] = field(default_factory=dict)

    def of(self, ref: str, kind: Kind, marking: str | None, reported: int) -> Grant | None:
        """What of a report may be known for a map; nothing of one that is sensitive or suspected false."""
        if marking not in self._markings:
            self._markings[marking] = read_marking(None if marking is None else from_json(marking))
        read = self._markings[marking]
        if read.sensitive or read.doubtful:
            return None
        if ref in self.seen.opened and (opened := self.seen.opened_to(ref).get(self.agency)):
            return opened
        live = self._in_force(kind, reported // HOUR)
        known = (kind[0], marking, live)
        if known not in self._grants:
            self._grants[known] = grants(self.seen.partnership, kind[0], read, live).get(self.agency)
        return self._grants[known]

    def _in_force(self, kind: Kind, hour: int) -> tuple[Agreement, ...]:
        """By the hour, in which no day ends here or anywhere else in the kingdom."""
        if (kind, hour) not in self._live:
            self._live[kind, hour] = self.seen.live(*kind, local_day(from_micros(hour * HOUR)))
        return self._live[kind, hour]


def _place(lat: float, lon: float, label: str | None, area: str | None, grant: Grant, snap: Snap) -> Mapping[str, Any]:
    """Where it was, if it may be shown exactly; else the point that stands for it, or nowhere."""
    if grant.places:
        return {"lat": lat, "lon": lon, "label": capitalised(label) or area}
    point = snap(lat, lon)
    return {"lat": point["lat"], "lon": point["lon"], "label": area}

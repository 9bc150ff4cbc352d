"""Reading incidents and their tellings out of the store, whole sets at a time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, select

from schemas.tables import Incident, Member, PlaceValue, Report
from streams.issues.values import Happening, Spot, Telling, in_order
from streams.sharing.marking import read_marking
from streams.statements import Statement

# What a report tells, but for its place's own words.
TOLD = (
    Report.ref,
    Report.agency,
    Report.reported_at,
    Report.occurred_from,
    Report.occurred_to,
    Report.category,
    Report.detail,
    Report.marking,
    Report.place_item,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Tellings by report, the incident each belongs to, and the incidents as the store has them."""

    tellings: Mapping[str, Telling]
    incident_of: Mapping[str, str]
    incidents: Mapping[str, Happening]

    def within(self, refs: Iterable[str]) -> dict[str, Happening]:
        """The incidents that ``refs`` belong to."""
        held = {self.incident_of[ref] for ref in refs if ref in self.incident_of}
        return {incident: self.incidents[incident] for incident in sorted(held) if incident in self.incidents}


def hear(connection: Connection, incidents: Collection[str]) -> Heard:
    """All there is to be known of ``incidents``."""
    members = refs_of(connection, incidents)
    tellings = tellings_of(connection, members)
    told: dict[str, list[Telling]] = {}
    for ref, telling in tellings.items():
        told.setdefault(members[ref], []).append(telling)
    held = {row.id: _incident(row, told[row.id]) for row in INCIDENTS_BY_ID(connection, ids=told)}
    return Heard(
        tellings=tellings,
        incident_of={ref: members[ref] for ref in tellings},
        incidents=held,
    )


INCIDENTS_BY_ID = Statement(lambda any_of: select(*Incident.__table__.columns).where(any_of(Incident.id, "ids")))


def refs_of(connection: Connection, incidents: Collection[str]) -> dict[str, str]:
    """The reports of ``incidents``, each with its incident."""
    return _MEMBERS_OF.pairs(connection, incidents=incidents)


def incidents_of(connection: Connection, refs: Collection[str]) -> dict[str, str]:
    """The incident each of ``refs`` belongs to."""
    return _INCIDENTS_OF.pairs(connection, refs=refs)


_IN_INCIDENTS = select(Member.item, Member.entity).where(Member.kind == "incident")
_MEMBERS_OF = Statement(lambda any_of: _IN_INCIDENTS.where(any_of(Member.entity, "incidents")))
_INCIDENTS_OF = Statement(lambda any_of: _IN_INCIDENTS.where(any_of(Member.item, "refs")))


def tellings_of(connection: Connection, refs: Collection[str]) -> dict[str, Telling]:
    """The tellings of those of ``refs`` that hold now."""
    return {row.ref: _telling(row) for row in _WITH_PLACES(connection, refs=refs)}


# What each of some reports tells, with its place.
_WITH_PLACES = Statement(
    lambda any_of: (
        select(*TOLD, PlaceValue.body, Member.entity)
        .outerjoin(PlaceValue, PlaceValue.id == Report.place_item)
        .outerjoin(Member, and_(Member.kind == "place", Member.item == Report.place_item))
        .where(any_of(Report.ref, "refs"), Report.status == "accepted")
    )
)


def _telling(row: Any) -> Telling:
    return telling_of(row, None if row.place_item is None else spot_of(row.place_item, row.entity, row.body or {}))


def telling_of(row: Any, spot: Spot | None) -> Telling:
    """What a row of ``TOLD`` tells, at that place."""
    return Telling(
        ref=row.ref,
        agency=row.agency,
        reported_at=row.reported_at,
        occurred_from=row.occurred_from or row.reported_at,
        occurred_to=row.occurred_to or row.reported_at,
        category=row.category or "other-crime",
        detail=row.detail,
        spot=spot,
        marking=read_marking(row.marking),
    )


def spot_of(item: str, entity: str | None, body: Mapping[str, Any]) -> Spot:
    """A place in normal form as a detector sees it."""
    return Spot(
        item=item,
        entity=entity,
        precision=body.get("precision"),
        name=capitalised(body.get("label")),
        area=body.get("area"),
        lat=body.get("lat"),
        lon=body.get("lon"),
        easting=body.get("easting"),
        northing=body.get("northing"),
    )


def _incident(row: Any, tellings: Collection[Telling]) -> Happening:
    return Happening(
        id=row.id,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        category=row.category,
        detail=row.detail,
        area=row.area,
        lat=row.lat,
        lon=row.lon,
        easting=row.easting,
        northing=row.northing,
        tellings=in_order(tellings),
    )


_SMALL = frozenset({"and", "at", "in", "near", "of", "on", "the"})


@lru_cache(maxsize=4_096)  # the same few thousand places are told of over and over
def capitalised(label: str | None) -> str | None:
    """A place's label as people write it; its normal form has lost the capitals of all but the postcode."""
    if not label:
        return label
    words = label.split(" ")
    return " ".join(
        word if not word.islower() or (index and word in _SMALL) else word[0].upper() + word[1:]
        for index, word in enumerate(words)
    )

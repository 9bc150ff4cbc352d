"""Ways of writing a place that are one address by a judgement between the two alone, with no third to bridge them."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from schemas.tables import Judgement, PlaceValue, Report
from streams.clusters.sets import among

_AN_ADDRESS = ("address", "building")


def places_at(connection: Connection, refs: Collection[str]) -> dict[str, str]:
    """The place of each of ``refs`` that tells one, as it is written."""
    rows = connection.execute(
        select(Report.ref, Report.place_item).where(among(connection, Report.ref, refs), Report.place_item.is_not(None))
    )
    return {ref: item for ref, item in rows if item is not None}


def same_as(connection: Connection, items: Collection[str]) -> dict[str, frozenset[str]]:
    """Each of ``items`` with those that are judged the same, itself among them."""
    found: dict[str, set[str]] = {item: {item} for item in items}
    for here, there in ((Judgement.a, Judgement.b), (Judgement.b, Judgement.a)):
        rows = connection.execute(
            select(here, there).where(
                Judgement.kind == "place",
                Judgement.verdict == "same",
                Judgement.undone.is_(False),
                among(connection, here, items),
            )
        )
        for one, other in rows:
            found[one].add(other)
    return {item: frozenset(others) for item, others in found.items()}


def addresses(connection: Connection, items: Collection[str]) -> frozenset[str]:
    """Those of ``items`` that are known to the building, and are no institution: it ties nobody to anybody."""
    rows = connection.execute(select(PlaceValue.id, PlaceValue.body).where(among(connection, PlaceValue.id, items)))
    return frozenset(
        row.id for row in rows if row.body.get("precision") in _AN_ADDRESS and not row.body.get("institution")
    )


def reports_beside(connection: Connection, items: Collection[str]) -> Mapping[str, frozenset[str]]:
    """The reports told to be at each of ``items``, or at what is judged the same, that are addresses."""
    same = same_as(connection, items)
    sure = addresses(connection, {other for others in same.values() for other in others})
    rows = connection.execute(
        select(Report.ref, Report.place_item).where(
            among(connection, Report.place_item, sure), Report.status == "accepted"
        )
    )
    here: dict[str, set[str]] = {}
    for ref, item in rows:
        here.setdefault(item or "", set()).add(ref)
    return {
        item: frozenset(ref for other in others & sure for ref in here.get(other, ()))
        for item, others in same.items()
        if item in sure
    }

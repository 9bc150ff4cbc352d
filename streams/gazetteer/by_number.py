"""Addresses and streets by their reference numbers."""

from streams.gazetteer.index import Index
from streams.gazetteer.resolved import Resolved, accuracy_of


def resolve_uprn(index: Index, uprn: str) -> Resolved | None:
    """The address of the list that bears a UPRN."""
    at = index.by_uprn.get(uprn)
    if at is None:
        return None
    row = index.rows[at].row
    point = index.point(at)
    return Resolved(
        precision="address",
        label=row.label,
        score=0.0,
        uprn=row.uprn,
        parent=row.parentuprn,
        usrn=row.usrn,
        postcode=index.rows[at].postcode,
        point=point,
        accuracy=accuracy_of("address") if point else 0.0,
        located="address",
        best=row.uprn,
        classification=row.classificationcode,
    )


def resolve_usrn(index: Index, usrn: str) -> Resolved | None:
    """The street of the list that bears a USRN."""
    at = index.by_usrn.get(usrn)
    if at is None:
        return None
    street = index.streets[at]
    first = index.rows[street.rows[0]].row
    return Resolved(
        precision="street",
        label=", ".join(part for part in (first.streetname, first.locality, first.townname) if part),
        score=0.0,
        usrn=usrn,
        point=street.centre,
        accuracy=max(street.spread, accuracy_of("street")) if street.centre else 0.0,
        located="street",
    )

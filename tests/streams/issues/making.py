"""Incidents, tellings and persons for detectors to look at, made in one line each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from streams.issues.people import Person
from streams.issues.places import Place
from streams.issues.values import Happening, Spot, Telling
from streams.sharing.marking import Marking

FIRST = datetime.fromisoformat("2024-03-04T12:00:00+00:00")
OPEN = Marking()
DOUBTFUL = Marking(information="E")
HERE = Spot(item="here", entity="place-1", precision="address", name="14 saltergate", lat=53.23, lon=-1.42)


def at(days: float) -> datetime:
    """So many days after the first."""
    return FIRST + timedelta(days=days)


def incident(
    name: str,
    days: float,
    agencies: Sequence[str] = ("police",),
    *,
    lag: float = 0.1,
    width: float = 0.0,
    category: str = "anti-social-behaviour",
    detail: str | None = None,
    marking: Marking = OPEN,
    spot: Spot | None = HERE,
    x: float | None = None,
    y: float = 371_000.0,
) -> Happening:
    """An incident on a day, told ``lag`` days later by each of ``agencies``, a minute apart."""
    tellings = tuple(
        Telling(
            ref=f"{agency}:{name}",
            agency=agency,
            reported_at=at(days + lag) + timedelta(minutes=number),
            occurred_from=at(days),
            occurred_to=at(days + width),
            category=category,
            detail=detail,
            spot=spot,
            marking=marking,
        )
        for number, agency in enumerate(agencies)
    )
    return Happening(
        id=name,
        occurred_from=at(days),
        occurred_to=at(days + width),
        category=category,
        detail=detail,
        area="Town Centre",
        lat=None,
        lon=None,
        easting=x,
        northing=None if x is None else y,
        tellings=tellings,
    )


def known(incidents: Sequence[Happening], role: str = "suspect", roles: dict[str, str] | None = None) -> Person:
    """A person whom every telling names, in ``role``, or as ``roles`` has it by incident."""
    named = {t.ref: frozenset({(roles or {}).get(i.id, role)}) for i in incidents for t in i.tellings}
    return Person(
        id="person-1",
        key="person:person-1",
        shown={"name": "Quentin Ashdown"},
        incidents=tuple(incidents),
        roles=named,
        named=dict.fromkeys(named, 0),
    )


def place(incidents: Sequence[Happening], *, precise: bool = True, since: datetime | None = None) -> Place:
    """A place where every incident was."""
    return Place(
        id="place-1",
        key="place:place-1",
        shown={"text": "14 saltergate"},
        area=None,
        precise=precise,
        since=since,
        items=frozenset({"here"}),
        incidents=tuple(incidents),
    )


def kinds(findings: Sequence[Any]) -> list[str]:
    """The kinds of findings, sorted."""
    return sorted(finding.kind for finding in findings)

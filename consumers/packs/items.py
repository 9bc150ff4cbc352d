"""An issue as a numbered item of a pack: its words, where it is, and how it may be handled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.nameless import SENSITIVE, kind_and_matter, reasons_of, shows_person, title_of
from consumers.packs.meetings import Meeting
from consumers.words import UK, area_of, printable
from schemas.agencies import Partnership
from schemas.alert import so_many

MOST_REASONS, MOST_STEPS, MOST_REPORTS = 4, 3, 24
Copy = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an item is on the map (WGS84), and within how many metres."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One issue: ``new`` when it was raised in the meeting's period."""

    number: int
    matter: str
    title: str
    kind: str
    severity: str
    state: str
    new: bool
    where: str
    when: str
    reasons: Sequence[str]
    suggested: Sequence[str]
    told_by: str
    reports: Sequence[str]
    marking: str
    person: str
    spot: Spot | None


def item_of(number: int, copy: Copy, meeting: Meeting, partnership: Partnership, *, new: bool, named: bool) -> Item:
    """The item that a copy makes; persons are named only where ``named`` says so."""
    person = copy.get("person") or {}
    bare = not meeting.places
    return Item(
        number=number,
        matter=str(copy.get("matter", "")),
        title=printable(kind_and_matter(copy) if bare else title_of(copy)),
        kind=str(copy.get("kind", "")).replace("-", " "),
        severity=str(copy.get("severity") or "low"),
        state=str(copy.get("state") or "open"),
        new=new,
        where=printable(where_of(copy, places=meeting.places)),
        when=window_of(copy),
        reasons=[printable(one) for one in ([in_numbers(copy)] if bare else reasons_of(copy)[:MOST_REASONS])],
        suggested=[printable(str(one)) for one in (copy.get("suggested") or ())[:MOST_STEPS]],
        told_by=_told_by(copy, partnership),
        reports=_reports(copy) if meeting.reports else [],
        marking=marking_of(copy),
        person=printable(_person(person)) if named else "",
        spot=_spot(copy),
    )


def where_of(copy: Copy, *, places: bool) -> str:
    """The place where an address may be said and nobody's home is shown by it; else the area's name."""
    area = copy.get("area")
    name = str(area.get("name") or "") if isinstance(area, Mapping) else ""
    if not places or shows_person(copy):
        return name
    return str((copy.get("place") or {}).get("text") or area_of(copy))


def window_of(copy: Copy) -> str:
    """The days that its incidents lie between, such as ``5 Oct – 20 Oct 2026``."""
    window = copy.get("window") or {}
    try:
        first, last = (datetime.fromisoformat(str(window[end])).astimezone(UK) for end in ("from", "to"))
    except (KeyError, ValueError):
        return ""
    if first.date() == last.date():
        return f"{last.day} {last:%b %Y}"
    return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"


def in_numbers(copy: Copy) -> str:
    """Why it is an item, by numbers alone."""
    observed, expected = copy.get("observed"), copy.get("expected")
    some = f"{observed:g} incidents" if isinstance(observed, int | float) and observed else "Some incidents"
    usual = f", where {so_many(expected)} would be usual" if isinstance(expected, int | float) else ""
    when = window_of(copy)
    return f"{some}{f', {when}' if when else ''}{usual}."


def marking_of(copy: Copy) -> str:
    """How it may be handled, as it is written on paper; OFFICIAL alone needs no word."""
    handling = copy.get("handling") or {}
    said = [SENSITIVE] if handling.get("classification") == SENSITIVE else []
    if handling.get("code") == "C":
        codes = (handling.get("action"), handling.get("sanitisation"))
        said.append(" ".join(["handling C", *(str(code) for code in codes if code)]))
    said += [str(one) for one in handling.get("conditions") or ()]
    if handling.get("sensitive"):
        said.append("sensitive: " + ", ".join(str(one).replace("-", " ") for one in handling["sensitive"]))
    return printable(" · ".join(said))


def _reports(copy: Copy) -> list[str]:
    """The reports it rests on; of very many the first, and how many more there are."""
    refs = [printable(str(ref)) for ref in copy.get("evidence") or ()]
    more = [f"and {len(refs) - MOST_REPORTS} more"] if len(refs) > MOST_REPORTS else []
    return [*refs[:MOST_REPORTS], *more]


def _told_by(copy: Copy, partnership: Partnership) -> str:
    agencies = copy.get("agencies") or {}
    names = [partnership[name].title if name in partnership else str(name) for name in agencies.get("names") or ()]
    if names:
        return ", ".join(names)
    count = agencies.get("count")
    return f"{count} agencies" if isinstance(count, int) and count > 1 else "one agency" if count == 1 else ""


def _person(person: Mapping[str, Any]) -> str:
    name, born = str(person.get("name") or ""), str(person.get("born") or "")
    return f"{name}, born {born}" if name and born else name


def _spot(copy: Copy) -> Spot | None:
    """Where the map shows it: never where a person is shown, nor where the copy has no point."""
    area = copy.get("area")
    if shows_person(copy) or not isinstance(area, Mapping):
        return None
    place = copy.get("place") or {}
    for one in (area, place):
        lat, lon = one.get("lat"), one.get("lon")
        if isinstance(lat, int | float) and isinstance(lon, int | float):
            return Spot(lat=float(lat), lon=float(lon), radius_m=float(one.get("radius_m") or 0))
    return None

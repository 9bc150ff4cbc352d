"""What a report says that cannot be so: taken with a warning, and the value kept but not used."""

import re
from collections.abc import Iterator, Sequence

from schemas.kinds import DETAILS, vocabulary
from schemas.report import Person, Place, Report
from schemas.sentences import nearest

_OUTLINE = vocabulary("united_kingdom")
_AREAS = frozenset(vocabulary("places")["postcode"]["areas"].split()) | {"BF"}  # British Forces, too
_POSTCODE = re.compile(
    r"(?P<area>[A-Z]{1,2})[0-9](?:[0-9]|[A-HJKMNPR-Y])?\s*[0-9][ABD-HJLNP-UW-Z]{2}|GIR\s*0AA",
    re.ASCII,
)


def is_postcode(text: str) -> bool:
    """Whether this can be a postcode of the United Kingdom as it is written, in whatever case and spacing."""
    form = _POSTCODE.fullmatch(text.strip().upper())
    return form is not None and (form["area"] is None or form["area"] in _AREAS)


def point_in_uk(lat: float, lon: float) -> bool:
    """Whether a WGS84 point lies in the United Kingdom."""
    if 51.0 <= lat <= 53.2 and -2.8 <= lon <= 0.3:  # well inside, and where most of them are
        return True
    return _inside(lat, lon, _OUTLINE["wgs84"])


def grid_in_uk(easting: float, northing: float) -> bool:
    """Whether a point of the British national grid lies in the United Kingdom."""
    return _inside(easting, northing, _OUTLINE["grid"])


def _inside(x: float, y: float, ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a ray from the point crosses the ring an odd number of times."""
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ax, ay = bx, by
    return inside


def ages_of(person: Person) -> tuple[int | None, int | None] | None:
    """From and to which age a person is; none where the report does not say, or says it the wrong way round."""
    if person.age_from is None and person.age_to is None:
        return None
    if person.age_from is not None and person.age_to is not None and person.age_to < person.age_from:
        return None
    return person.age_from, person.age_to


def warnings_of(report: Report) -> list[str]:
    """A sentence for each value of a report that is kept but not used."""
    return list(_warnings(report))


def _warnings(report: Report) -> Iterator[str]:
    if report.detail is not None and report.known_detail is None:
        known = nearest(report.detail, DETAILS)
        yield f"detail is not in the vocabulary, and is not used; the nearest known one is {known}"
    if report.place is not None:
        yield from _place_warnings(report.place, "place")
    for index, person in enumerate(report.people):
        if person.age_from is not None and person.age_to is not None and ages_of(person) is None:
            yield f"people[{index}].age_to is below age_from; neither is used"
        if person.address is not None:
            yield from _place_warnings(person.address, f"people[{index}].address")
    if report.restricted_to == ():
        yield "restricted_to is empty: no other agency may know of the report"


def _place_warnings(place: Place, where: str) -> Iterator[str]:
    if place.postcode and not is_postcode(place.postcode):
        yield f"{where}.postcode cannot be a postcode as it is written, and is not used"
    for x, y, names, inside in (
        (place.lat, place.lon, "lat and lon", point_in_uk),
        (place.easting, place.northing, "easting and northing", grid_in_uk),
    ):
        if x is None or y is None:
            continue
        if x == 0 == y:
            yield f"{where}: {names} are 0,0, and are not used"
        elif not inside(x, y):
            yield f"{where}: {names} lie outside the United Kingdom, and are not used"

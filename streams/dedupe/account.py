"""The account of an incident: derived from all its reports, in favour of none, and never overwritten by any of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from schemas.tables import from_micros
from streams.dedupe.telling import Telling
from streams.matching.places.grid import square, to_wgs84

_PRECISION = ("address", "building", "street", "postcode", "area")


def account(entity: str, tellings: Sequence[Telling], group: Callable[[str], str] = lambda _: "") -> dict[str, Any]:
    """The incident's row: derived from all its reports, in favour of none. ``group``: of which a report's place is."""
    narrow = min(tellings, key=lambda t: (t.end - t.start, t.reported_at, t.ref))
    placed = [(t.ref, t.place) for t in sorted(tellings, key=_spot) if t.place is not None]
    spots = [place for _, place in placed]
    point = next((spot.point for spot in spots if spot.point is not None), None)
    lat, lon = to_wgs84(*point) if point else (None, None)
    ward = next((spot.area for spot in spots if spot.area), None)
    about = point or next((spot.centre for spot in spots if spot.centre is not None), None)
    category, detail = _what(tellings)
    return {
        "id": entity,
        "occurred_from": from_micros(narrow.start),
        "occurred_to": from_micros(narrow.end),
        "reported_at": from_micros(min(t.reported_at for t in tellings)),
        "category": category,
        "detail": detail,
        "place_item": next((place.item_in(group(ref)) for ref, place in placed), None),
        "area": ward or (square(*about) if about else None),
        "lat": lat,
        "lon": lon,
        "easting": point[0] if point else None,
        "northing": point[1] if point else None,
        "agencies": sorted({t.agency for t in tellings}),
        "reports": sorted(t.ref for t in tellings),
        "account": _whole(tellings),
    }


def _whole(tellings: Sequence[Telling]) -> dict[str, Any]:
    """What no single row can say: the earliest and latest that was told, every kind, who bears it out, each grading."""
    kinds = {(t.category, t.detail) for t in tellings}
    return {
        "told": {"from": _iso(min(t.start for t in tellings)), "to": _iso(max(t.end for t in tellings))},
        "kinds": [{"category": category, "detail": detail} for category, detail in sorted(kinds, key=str)],
        "corroborated_by": corroborating(tellings),
        "gradings": {t.ref: t.grading for t in sorted(tellings, key=lambda t: t.ref) if t.grading is not None},
    }


def corroborating(tellings: Sequence[Telling]) -> list[str]:
    """The agencies that tell it besides the first, each of its own: not only by naming another's report of it."""
    refs = {telling.ref: telling.agency for telling in tellings}
    first = min(tellings, key=lambda t: (t.reported_at, t.ref)).agency
    own = {t.agency for t in tellings if all(refs.get(named, t.agency) == t.agency for named in t.related)}
    return sorted(own - {first})


def _iso(micros: int) -> str:
    return from_micros(micros).isoformat().replace("+00:00", "Z")


def _spot(telling: Telling) -> tuple[Any, ...]:
    """How well a telling knows the place: precision, then a point, then accuracy, then who told first."""
    form = telling.place
    if form is None:
        return (len(_PRECISION), 1, 0.0, telling.reported_at, telling.ref)
    return (_PRECISION.index(form.precision), form.point is None, form.accuracy, telling.reported_at, telling.ref)


def _what(tellings: Sequence[Telling]) -> tuple[str, str | None]:
    """The category most of them give, of equals the earliest telling's; the finer kind most give with it."""
    listed = sorted(tellings, key=lambda t: (t.reported_at, t.ref))
    category = _most([t.category for t in listed])
    of_it = [t.detail for t in listed if t.detail and t.category == category]
    details = of_it or [t.detail for t in listed if t.detail]
    return category, _most(details) if details else None


def _most(words: Sequence[str]) -> str:
    counts = Counter(words)
    return max(counts, key=lambda word: (counts[word], -words.index(word)))

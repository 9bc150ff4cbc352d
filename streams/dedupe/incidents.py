"""Incidents as a kind of entity: how reports are judged, and the account that follows from those of one incident."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from schemas.kinds import vocabulary
from schemas.tables import from_micros
from streams.clusters.kinds import Bars, Evidence, Kind, Verdict
from streams.dedupe.current import tellings
from streams.dedupe.evidence import CLAIMS, related
from streams.dedupe.telling import Telling
from streams.dedupe.when import apart, time
from streams.dedupe.where import EXACT
from streams.matching.grid import square, to_wgs84

_RULES = vocabulary("incidents")
_REVIEW, _LOOSE = _RULES["bars"]["review"], _RULES["loose"]["join"]
_APART = -6.0  # a time this far below nothing keeps reports apart that name each other
_CONTRADICT = frozenset({"time", "place", "person", "vehicle"})  # then people are asked, however much else agrees
_OWN = {"person": 2.5, "vehicle": 2.5, "narrative": 2.0}  # bits from which a claim speaks of this incident alone
_MOST_ELSE = 8.0 + 12.0 + 4.0  # all that people, vehicles and narrative can bring
_PRECISION = ("address", "building", "street", "postcode", "area")


def judge(a: Telling, b: Telling) -> Verdict | None:
    """What the claims say of two reports together; nothing where they cannot come to a doubt."""
    found = [evidence for claim in CLAIMS[:5] if (evidence := claim(a, b)) is not None]
    bits = sum(evidence.bits for evidence in found)
    if bits + _MOST_ELSE < _REVIEW:
        return None
    found += [evidence for claim in CLAIMS[5:] if (evidence := claim(a, b)) is not None]
    bits = sum(evidence.bits for evidence in found)
    if bits < _REVIEW:
        return None
    return Verdict(bits=bits, joins=_joins(a, b, found, bits), never=False, evidence=tuple(found))


def evidence_bits(a: Telling, b: Telling) -> float:
    """The evidence for two reports, in bits, however little."""
    return sum(evidence.bits for claim in CLAIMS if (evidence := claim(a, b)) is not None)


def _joins(a: Telling, b: Telling, found: Collection[Evidence], bits: float) -> bool:
    """Whether nothing contradicts, neither time, place nor people, and enough is known of where it was or of whom.

    A report that names the other may put it elsewhere.
    """
    if related(a, b) is not None:
        return time(a, b).bits > _APART
    against = {evidence.name for evidence in found if evidence.bits < 0}
    if apart(a, b) or not against.isdisjoint(_CONTRADICT):
        return False
    return bits >= _LOOSE or _pinned(found)


def _pinned(found: Collection[Evidence]) -> bool:
    """Whether an exact place ties them, or something of their own: in a street, much may happen in an hour."""
    exact = any(evidence.name == "place" and evidence.word in EXACT for evidence in found)
    return exact or any(evidence.bits >= _OWN.get(evidence.name, evidence.bits + 1) for evidence in found)


def never(a: Telling, b: Telling) -> bool:
    """No rule says so of reports: only people do."""
    return a is b


def _load(connection: Connection, items: Collection[str]) -> Mapping[str, Telling]:
    return tellings(connection, items)


INCIDENTS: Kind[Telling] = Kind(
    name="incident",
    rule=_RULES["version"],
    bars=Bars(**_RULES["bars"]),
    head=60,
    load=_load,
    judge=judge,
    never=never,
    bits=evidence_bits,
)


def account(entity: str, tellings: Sequence[Telling]) -> dict[str, Any]:
    """The incident's row: derived from all its reports, in favour of none."""
    narrow = min(tellings, key=lambda t: (t.end - t.start, t.reported_at, t.ref))
    spots = [t.place for t in sorted(tellings, key=_spot) if t.place is not None]
    form = spots[0] if spots else None
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
        "place_item": form.item if form is not None else None,
        "area": ward or (square(*about) if about else None),
        "lat": lat,
        "lon": lon,
        "easting": point[0] if point else None,
        "northing": point[1] if point else None,
        "agencies": sorted({t.agency for t in tellings}),
        "reports": sorted(t.ref for t in tellings),
    }


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

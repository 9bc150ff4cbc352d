"""What the places of two tellings say: alike as written, by as much as both are known, and by their points."""

from functools import lru_cache
from math import exp, log2, pi

from rapidfuzz.distance import JaroWinkler

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.dedupe.rules import RULES, weighed
from streams.dedupe.telling import Telling
from streams.matching.grid import apart
from streams.matching.place import PlaceForm

_PLACE = RULES["place"]
_TOWN = _PLACE["town_km2"] * 1e6
_BEFORE = frozenset(_PLACE["leading"].split())
_FILLER = frozenset(_PLACE["filler"].split())
ACCURACY = vocabulary("places")["accuracy"]
EXACT = ("uprn", "premises", "address", "house")


def place(a: Telling, b: Telling) -> Evidence | None:
    """The places are the same, by as much as both are known, or lie apart."""
    return None if a.place is None or b.place is None else where(a.place, b.place)


@lru_cache(maxsize=100_000)
def where(one: PlaceForm, other: PlaceForm) -> Evidence | None:
    """What is written and what the points say, together: the one bounds how far the other is believed."""
    word = _written(one, other)
    written = weighed("place", word) if word else None
    if one.point is None or other.point is None:
        return written
    points = _points(one, other)
    if written is None:
        return points
    if written.bits < 0:
        bits = min(points.bits, _PLACE["unlike_most"].get(word, 10.0)) + written.bits
        return Evidence("place", max(_PLACE["least"], bits), written.says if bits < 0 else points.says, word)
    if points.bits < 0:
        bits = max(points.bits, written.bits + points.bits) if word in EXACT else points.bits
        return Evidence("place", bits, _PLACE["says_unlike_points"] if bits > points.bits else points.says, word)
    bits = max(written.bits, points.bits) if word in EXACT else points.bits + _PLACE["street_margin"]
    return Evidence("place", min(_PLACE["most"], bits), written.says, word)


def _points(one: PlaceForm, other: PlaceForm) -> Evidence:
    """Normal densities of the distance, most as wide as the accuracies, some far off, against anywhere in town."""
    assert one.point is not None  # noqa: S101  # the caller has looked
    assert other.point is not None  # noqa: S101
    square = apart(one.point, other.point) ** 2
    close = _exact(one) ** 2 / 4 + _exact(other) ** 2 / 4 + _PLACE["habit_m"] ** 2
    stray = _PLACE["stray_street" if _along(one) or _along(other) else "stray"]
    spreads = ((1 - stray, close), (stray, close + _PLACE["stray_m"] ** 2))
    density = sum(share / (2 * pi * spread) * exp(-square / (2 * spread)) for share, spread in spreads)
    bits = min(_PLACE["most"], max(_PLACE["least"], log2(max(_TOWN * density, 1e-9))))
    return Evidence("place", bits, _PLACE["says_near" if bits >= 0 else "says_far"])


def _along(form: PlaceForm) -> bool:
    """Whether a point may stand for a whole street: one beside a street's name, its accuracy not told."""
    return form.precision == "street" and form.accuracy == ACCURACY["street"]


def _exact(form: PlaceForm) -> float:
    return ACCURACY["point"] if _along(form) else form.accuracy


def _written(one: PlaceForm, other: PlaceForm) -> str:
    """The level at which the places are alike or unlike as written; nothing where it cannot be told."""
    if one.uprn and other.uprn:
        return "uprn" if one.uprn == other.uprn else "other_address"
    if one.licence and other.licence:
        return "premises" if one.licence == other.licence else "other_name"
    streets = _streets(one, other) if one.street and other.street else ""
    ours, theirs = spot(one), spot(other)
    if ours and theirs and streets != "other_street":
        if named_alike(ours, theirs):
            return "premises"
        if streets in ("", "street") and not (one.near or other.near):
            return "other_name"
    if streets:
        return streets
    if one.postcode and other.postcode:
        return "postcode" if one.postcode == other.postcode else ""
    if one.ward and other.ward:
        return "ward" if one.ward == other.ward else "other_ward"
    return ""


@lru_cache(maxsize=65_536)
def spot(form: PlaceForm) -> str:
    """What the place is called by, without the words that lead to it: by the, outside, rear of."""
    name = form.name or ("" if form.street or form.postcode or form.precision == "area" else form.text)
    words = [word for word in name.split() if word not in _FILLER]
    while words and words[0] in _BEFORE:
        words = words[1:]
    return " ".join(words) if any(len(word) > 2 and word.isalpha() for word in words) else ""


def named_alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one; north side and south side are not."""
    ours, theirs = set(one.split()), set(other.split())
    return _all_near(ours - theirs, theirs) and _all_near(theirs - ours, ours)


def _all_near(words: set[str], others: set[str]) -> bool:
    return all(max((JaroWinkler.similarity(word, near) for near in others), default=0.0) >= 0.88 for word in words)


def _streets(one: PlaceForm, other: PlaceForm) -> str:
    if JaroWinkler.similarity(one.street, other.street) < 0.9:
        return "other_street"
    if not (one.number and other.number):
        return "street"
    if one.number != other.number:
        return "other_address"
    return "house" if one.flat and other.flat and one.flat != other.flat else "address"

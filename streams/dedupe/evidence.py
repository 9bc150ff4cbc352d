"""The evidence that two reports are of one incident: one claim a function, its weights in the vocabulary."""

from collections.abc import Callable
from functools import cache, lru_cache
from math import exp, log2, pi

from rapidfuzz.distance import JaroWinkler

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.dedupe.telling import HOUR, Telling
from streams.matching.alignment import align
from streams.matching.grid import apart
from streams.matching.people import evidence_bits, never
from streams.matching.person import Mention
from streams.matching.place import PlaceForm
from streams.matching.weights import shipped

_RULES = vocabulary("incidents")
_TIME, _PLACE, _NARRATIVE = _RULES["time"], _RULES["place"], _RULES["narrative"]
_WINDOW = _TIME["window_days"] * 24 * HOUR
_TOWN = _PLACE["town_km2"] * 1e6
Claim = Callable[[Telling, Telling], Evidence | None]


@cache
def weighed(field: str, word: str) -> Evidence:
    """The evidence the vocabulary gives for one level of one field."""
    entry = _RULES[field][word]
    return Evidence(field, entry["bits"], entry["says"])


def related(a: Telling, b: Telling) -> Evidence | None:
    """One report names the other."""
    return weighed("related", "named") if a.ref in b.related or b.ref in a.related else None


def agency(a: Telling, b: Telling) -> Evidence | None:
    """One agency seldom tells one incident twice; two that tell it do so each in its own way."""
    return weighed("agency", "same" if a.agency == b.agency else "other")


def time(a: Telling, b: Telling) -> Evidence:
    """The times lie together or apart, by as much as their widths let one expect.

    A mixture of Laplace densities of how far apart the middles lie, against any time in the window.
    """
    gap = abs(a.start + a.end - b.start - b.end) / 2
    width = max(a.end - a.start, b.end - b.start)
    density = sum(share / (2 * scale) * exp(-gap / scale) for share, scale in _scales(width))
    bits = max(_TIME["least"], log2(max(density * _WINDOW, 1e-9)))
    if bits < 0 and max(a.start, b.start) <= min(a.end, b.end):
        bits = 0.0  # within a wide interval: that says nothing, not the contrary
    return Evidence("time", bits, _TIME["says_near" if bits >= 0 else "says_far"])


@lru_cache(maxsize=16_384)
def _scales(width: int) -> tuple[tuple[float, float], ...]:
    return tuple((share, minutes * HOUR / 60 + 0.3 * width) for share, minutes in _TIME["scales"])


def place(a: Telling, b: Telling) -> Evidence | None:
    """The places are the same, by as much as both are known, or lie apart."""
    return None if a.place is None or b.place is None else where(a.place, b.place)


@lru_cache(maxsize=100_000)
def where(one: PlaceForm, other: PlaceForm) -> Evidence | None:
    """The strongest that two places say: alike as written, or by their points."""
    written = _written(one, other)
    if one.point is None or other.point is None:
        return written
    points = _points(one, other)
    if written is None or points.bits < 0:
        return points
    if written.bits < 0:
        return min(written, points, key=lambda evidence: evidence.bits) if written == _OTHER_NAME else points
    best = max(written, points, key=lambda evidence: evidence.bits)
    return Evidence("place", min(best.bits, points.bits + _PLACE["street_margin"]), best.says)


def _points(one: PlaceForm, other: PlaceForm) -> Evidence:
    """A normal density of the distance, as wide as the accuracies, against anywhere in town."""
    assert one.point is not None  # noqa: S101  # the caller has looked
    assert other.point is not None  # noqa: S101
    spread = one.accuracy**2 / 4 + other.accuracy**2 / 4 + _PLACE["habit_m"] ** 2
    bits = log2(_TOWN / (2 * pi * spread)) - 1.4427 * apart(one.point, other.point) ** 2 / (2 * spread)
    bits = min(_PLACE["most"], max(_PLACE["least"], bits))
    return Evidence("place", bits, _PLACE["says_near" if bits >= 0 else "says_far"])


def _written(one: PlaceForm, other: PlaceForm) -> Evidence | None:
    if one.uprn and other.uprn:
        return weighed("place", "uprn" if one.uprn == other.uprn else "other_address")
    if one.name and other.name and one.precision == other.precision == "building":
        return weighed("place", "premises" if _named_alike(one.name, other.name) else "other_name")
    if one.name and other.name and _named_alike(one.name, other.name):
        return weighed("place", "premises")
    if one.street and other.street:
        return _streets(one, other)
    if one.postcode and one.postcode == other.postcode:
        return weighed("place", "postcode")
    if one.ward and other.ward:
        return weighed("place", "ward" if one.ward == other.ward else "other_ward")
    return None


def _named_alike(one: str, other: str) -> bool:
    """Whether two names are spellings of one; north side and south side are not."""
    if JaroWinkler.similarity(one, other) < 0.92:
        return False
    ours, theirs = set(one.split()), set(other.split())
    return _all_near(ours - theirs, theirs) and _all_near(theirs - ours, ours)


def _all_near(words: set[str], others: set[str]) -> bool:
    return all(max((JaroWinkler.similarity(word, near) for near in others), default=0.0) >= 0.85 for word in words)


def _streets(one: PlaceForm, other: PlaceForm) -> Evidence:
    if JaroWinkler.similarity(one.street, other.street) < 0.9:
        return weighed("place", "other_street")
    if not (one.number and other.number):
        return weighed("place", "street")
    return weighed("place", "address" if one.number == other.number else "other_address")


_OTHER_NAME = weighed("place", "other_name")
_KIN = {
    strength: {(one, other) for group in groups for one in group for other in group}
    for strength, groups in _RULES["kind"]["groups"].items()
}


def kind(a: Telling, b: Telling) -> Evidence:
    """The kinds are the same, or such as agencies give one incident, or seldom are one."""
    return _kind(a.category, a.theme, b.category, b.theme, bool(a.detail and b.detail))


@lru_cache(maxsize=100_000)
def _kind(one: str, fine: str | None, other: str, other_fine: str | None, told: bool) -> Evidence:
    if fine and fine == other_fine:
        return weighed("kind", "same_detail" if told else "same_theme")
    kin = _kin(fine or one, other_fine or other)
    if one != other:
        return _weighed_kin(kin if kin != "unlike" else _kin(one, other))
    return weighed("kind", "unlike_detail" if fine and other_fine and kin == "unlike" else "same_category")


def _kin(one: str, other: str) -> str:
    return next((strength for strength in ("strong", "weak") if (one, other) in _KIN[strength]), "unlike")


def _weighed_kin(strength: str) -> Evidence:
    entry = _RULES["kind"]["kin"][strength]
    return Evidence("kind", entry["bits"], entry["says"])


def people(a: Telling, b: Telling) -> Evidence | None:
    """They have a person in common, or one of the name; or unlike persons stand in one role."""
    if not (a.people and b.people):
        return None
    best = max((_alike(one, other) for one in a.people for other in b.people), default=0)
    if best:
        return weighed("person", "same" if best == 2 else "named")
    once = ("victim", "subject")
    ours, theirs = ({p.role for p in t.people if p.role in once} for t in (a, b))
    return weighed("person", "other") if ours & theirs else None


def _alike(one: Mention, other: Mention) -> int:
    """0: unlike or not to be told, 1: of one name, 2: one person by more than the name."""
    fit = align(one.names, other.names, shipped())
    if fit is None or fit.bits < 7 or "different" in (fit.family, fit.given):
        return 0
    bits = evidence_bits(one, other, shipped())
    if bits < shipped().bars.review or never(one, other, shipped()):
        return 0
    return 2 if bits >= 18 else 1


def vehicles(a: Telling, b: Telling) -> Evidence | None:
    """They have a vehicle in common, or name unlike ones."""
    if not (a.vehicles and b.vehicles):
        return None
    return weighed("vehicle", "other" if a.vehicles.isdisjoint(b.vehicles) else "same")


def narrative(a: Telling, b: Telling) -> Evidence | None:
    """They share words that few narratives have."""
    shared = len(a.words & b.words)
    if not shared:
        return None
    # two long texts share some by length alone
    chance = len(a.words) * len(b.words) / 3000
    bits = min(_NARRATIVE["most"], _NARRATIVE["each"] * max(0.0, shared - chance))
    return Evidence("narrative", round(bits, 2), _NARRATIVE["says"]) if bits > 0 else None


CLAIMS: tuple[Claim, ...] = (related, agency, time, place, kind, people, vehicles, narrative)

"""What the places of two tellings say: alike as written, by as much as both are known, and by their points."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from math import exp, log2, pi

from rapidfuzz.distance import JaroWinkler

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.dedupe.rules import RULES, weighed
from streams.dedupe.spot import Spot
from streams.dedupe.telling import Telling
from streams.matching.places.grid import apart
from streams.matching.places.place import PlaceForm

_PLACE = RULES["place"]
_TOWN = _PLACE["town_km2"] * 1e6
_ALIKE: float = _PLACE["alike"]
_CUT_SHORT = 4  # letters from which a word that begins another may be that word cut short
ACCURACY = vocabulary("places")["accuracy"]
EXACT = ("uprn", "premises", "address", "house")


def place(a: Telling, b: Telling) -> Evidence | None:
    """The places are the same, by as much as both are known, or lie apart."""
    return None if a.spot is None or b.spot is None else where(a.spot, b.spot)


@lru_cache(maxsize=1_024)
def where(one: Spot, other: Spot) -> Evidence | None:
    """What is written and what the points say, together: the one bounds how far the other is believed."""
    word = _written(one, other)
    written = _by_others(weighed("place", word), one, other) if word else None
    points = _points(one.form, other.form)
    if points is None and written is None:
        return _where_others_put_it(one, other) or _far(one.form, other.form)
    if points is None:
        return written
    if written is None:
        return points
    if written.bits < 0:
        bits = min(points.bits, _PLACE["unlike_most"].get(word, 10.0)) + written.bits
        return Evidence("place", max(_PLACE["least"], bits), written.says if bits < 0 else points.says, word)
    if points.bits < 0:
        bits = max(points.bits, written.bits + points.bits) if word in EXACT else points.bits
        return Evidence("place", bits, _PLACE["says_unlike_points"] if bits > points.bits else points.says, word)
    more = points.bits - written.bits
    bits = written.bits + (more if more < 0 or word in EXACT else more * _PLACE["along_share"])
    return Evidence("place", max(bits, written.bits) if word in EXACT else bits, written.says, written.word)


def _points(one: PlaceForm, other: PlaceForm) -> Evidence | None:
    """Normal densities of the distance, most as wide as the accuracies, some far off, against anywhere in town.

    The middle of a street or postcode says that they are near, never that they lie apart.
    """
    (here, ours), (there, theirs) = _where(one), _where(other)
    if here is None or there is None:
        return None
    square = apart(here, there) ** 2
    close = ours**2 / 4 + theirs**2 / 4 + _PLACE["habit_m"] ** 2
    stray = _PLACE["stray_street" if _along(one) or _along(other) else "stray"]
    spreads = ((1 - stray, close), (stray, close + _PLACE["stray_m"] ** 2))
    density = sum(share / (2 * pi * spread) * exp(-square / (2 * spread)) for share, spread in spreads)
    bits = min(_PLACE["most"], max(_PLACE["least"], log2(max(_TOWN * density, 1e-9))))
    if one.point is None or other.point is None:
        if bits < 0:
            return None
        bits = min(bits, _PLACE["about_most"])
    return Evidence("place", bits, _PLACE["says_near" if bits >= 0 else "says_far"])


def _by_others(said: Evidence, one: Spot, other: Spot) -> Evidence:
    """What is written, and that one of the streets is told by other reports."""
    if not (one.others or other.others):
        return said
    return replace(
        said, says=f"{said.says} {_PLACE['says_others']}", word="told" if said.word == "street" else said.word
    )


def _where_others_put_it(one: Spot, other: Spot) -> Evidence | None:
    """What a point says to a name, where other reports give that name's points."""
    if one.ground is None and other.ground is None:
        return None
    said = _points(*(_put(spot) for spot in (one, other)))
    return replace(said, says=_PLACE["says_put"], word="put") if said is not None and said.bits > 0 else said


def _put(spot: Spot) -> PlaceForm:
    if spot.ground is None:
        return spot.form
    at, within = spot.ground
    return replace(spot.form, centre=at, about=within)


def _far(one: PlaceForm, other: PlaceForm) -> Evidence | None:
    """So far off that not even the middle of one's street or postcode can be of where the other is."""
    (here, _), (there, _) = _where(one), _where(other)
    if here is None or there is None or apart(here, there) <= _PLACE["far_m"]:
        return None
    return weighed("place", "far")


def _where(form: PlaceForm) -> tuple[tuple[float, float] | None, float]:
    """The best that is known of where it is, and within how many metres."""
    at, within = form.where
    return at, ACCURACY["point"] if _along(form) and form.point is not None else within


def _along(form: PlaceForm) -> bool:
    """Whether a point may stand for a whole street: one beside a street's name, its accuracy not told."""
    return form.precision == "street" and form.accuracy == ACCURACY["street"]


def _written(one: Spot, other: Spot) -> str:
    """The level at which the places are alike or unlike as written; nothing where it cannot be told."""
    if word := _numbered(one, other):
        return word
    if one.words and other.words:
        return _worded(one, other)
    ours, theirs = one.form, other.form
    if ours.postcode and theirs.postcode:
        return "postcode" if ours.postcode == theirs.postcode else ""
    if ours.ward and theirs.ward:
        return "ward" if ours.ward == theirs.ward else "other_ward"
    return ""


def _numbered(one: Spot, other: Spot) -> str:
    """What reference numbers say: of properties, of licences."""
    near = one.form.near or other.form.near
    if one.uprn and other.uprn and (one.uprn == other.uprn or not near):
        if one.uprn != other.uprn and one.building & other.building:
            return "house"
        return "uprn" if one.uprn == other.uprn else "other_address"
    if one.form.licence and other.form.licence:
        return "premises" if one.form.licence == other.form.licence else "other_name"
    return ""


def _worded(one: Spot, other: Spot) -> str:
    """What the words say: those of one are all found in the other, some are, or none."""
    ours, theirs = left_over(one.words, other.words), left_over(other.words, one.words)
    if len(ours) == len(one.words):
        return _of_none(one, other)
    if one.usrn and one.usrn == other.usrn and ((ours and theirs) or _of_two_kinds(one, other)):
        return _along_street(one, other)  # the address list knows one street, however it is spelt
    if ours and theirs:
        return _of_some(one, other)
    if _of_two_kinds(one, other):
        return "other_street"
    if one.number and other.number:
        near = one.form.near or other.form.near
        if one.number != other.number:
            return "street" if near else "other_address"
        flats = one.form.flat, other.form.flat
        return "beside" if near else "house" if all(flats) and flats[0] != flats[1] else "address"
    return _level(one, other, one.words - ours)


def _of_two_kinds(one: Spot, other: Spot) -> bool:
    """Whether two streets of one name are of unlike kinds: Mill Lane and Mill Road."""
    if not (one.streets and other.streets and one.streets.isdisjoint(other.streets)):
        return False
    return not (left_over(one.street, other.street) and left_over(other.street, one.street))


def _of_none(one: Spot, other: Spot) -> str:
    """No word in common: two streets or two spots, if both are told; a name alone may be in any street."""
    if one.usrn and one.usrn == other.usrn:
        return "street"
    if one.street and other.street:
        return "other_street"
    if one.number and other.number and not (one.form.near or other.form.near):
        return "other_address"
    named = all(spot.names and (spot.told or spot.street) for spot in (one, other))
    return "other_name" if named else "strange"


def _of_some(one: Spot, other: Spot) -> str:
    """Some words in common, and each has others of its own: two spots of one street, or one name in two streets."""
    if one.street and other.street and left_over(one.street, other.street):
        return "other_street"
    if one.names and other.names and left_over(one.names, other.names) and left_over(other.names, one.names):
        return "other_name"
    return "part"


def _level(one: Spot, other: Spot, shared: Collection[str]) -> str:
    """How precise the words in common are: a street's, those of premises, or of what may be either."""
    if any(spot.street and not left_over(shared, spot.street) for spot in (one, other)):
        return _along_street(one, other)
    if not all(_names_in(spot, shared) for spot in (one, other)):
        return _along_street(one, other)
    if all(spot.told or spot.words - spot.names for spot in (one, other)):
        return "premises"
    more = (left_over(spot.words, shared) for spot in (one, other))
    in_street = all(not left_over(words, spot.street) for words, spot in zip(more, (one, other), strict=True))
    return "premises" if in_street and (one.street or other.street or one.told or other.told) else "spot"


def _along_street(one: Spot, other: Spot) -> str:
    """One street; where both say where in it, by a number and a name, it may be one spot or two."""
    exact = all(spot.number or _own_name(spot, two) for spot, two in ((one, other), (other, one)))
    return "along" if exact and one.words != other.words and not (one.form.near or other.form.near) else "street"


def _own_name(spot: Spot, other: Spot) -> frozenset[str]:
    """The words of a name that are not the other's street: Lime Aven and 87 Lime Avenue are one street."""
    left = left_over(spot.names & spot.words, other.street)
    return frozenset(word for word in left if not any(kind.startswith(word) for kind in other.streets))


def _names_in(spot: Spot, shared: Collection[str]) -> bool:
    """Whether words in common are of the spot's name."""
    return any(len(left_over({word}, spot.names)) == 0 for word in shared) if spot.names else False


def left_over(words: Collection[str], others: Collection[str]) -> frozenset[str]:
    """The words that have no spelling of theirs among the others: north side and south side are two."""
    return _left_over(frozenset(words), frozenset(others))


@lru_cache(maxsize=16_384)
def _left_over(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words - others if not any(_near(word, near) for near in others))


@lru_cache(maxsize=16_384)
def _near(one: str, other: str) -> bool:
    if JaroWinkler.similarity(one, other) >= _ALIKE:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _CUT_SHORT and long.startswith(short)

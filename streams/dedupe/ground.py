"""What the reports themselves tell of the ground: which street a name or a postcode is in, and where a name lies.

So that one who says "Kaffeine" meets one who says "Spencer Street", and one who gives a point, where no list of
addresses knows the name.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import hypot
from statistics import median

from streams.dedupe.rules import RULES
from streams.dedupe.spot import Spot
from streams.dedupe.telling import Telling

_RULE = RULES["place"]["learnt"]
_FIRST: Sequence[int] = _RULE["first"]
_AGREE, _STEP = float(_RULE["agree"]), int(_RULE["step_m"])
_WITHIN: Sequence[int] = _RULE["within_m"]
_ABOUT = 1.7  # the radius that holds all but a few, of points about a middle: twice sigma, of which 1.18 holds half
_LONGEST = 200  # characters the store takes
_REMEMBERED = 4_096  # a place with what is known of it is made anew whenever that changes, and takes a kilobyte
MOST = _FIRST[-1]
STREET, POINT = ">", "@"  # what is asked of a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A report that says something of a key (``says``: a street, or a point), or would like to know."""

    key: str
    says: str = ""


def uses(telling: Telling) -> tuple[Use, ...]:
    """What a report says or would like to know of each name that it puts a place by."""
    return () if telling.spot is None else _uses(telling.spot)


@lru_cache(maxsize=_REMEMBERED)
def _uses(spot: Spot) -> tuple[Use, ...]:
    return () if spot.form.cross or spot.form.source else tuple(_each(spot))


def _each(spot: Spot) -> Iterator[Use]:
    street = _street(spot)
    point = spot.form.point
    for key in _keys(spot):
        if not key.startswith("s:") and (street or _asks_street(spot, key)):
            yield Use(key=key + STREET, says=street)
        if point is None or _exact(spot):  # one that gives a rough point goes by it: it has nothing to ask
            yield Use(key=key + POINT, says=f"{point[0]:.0f} {point[1]:.0f}" if point else "")


def learnt(key: str, said: Sequence[str]) -> str:
    """What the first of those who say something of a key say together; nothing where they are too few or unlike."""
    few = max((first for first in _FIRST if first <= len(said)), default=0)
    if not few:
        return ""
    return _one_street(said[:few]) if key.endswith(STREET) else _one_point(said[:few])


def asked(telling: Telling) -> tuple[str, ...]:
    """The keys of which a report would like to know."""
    return () if telling.spot is None else _asked(telling.spot)


@lru_cache(maxsize=_REMEMBERED)
def _asked(spot: Spot) -> tuple[str, ...]:
    return tuple(use.key for use in _uses(spot) if not use.says)


def grounded(telling: Telling, known: Mapping[str, str]) -> Telling:
    """The telling, its place with what is ``known`` of it."""
    if telling.spot is None or not (said := tuple((key, known[key]) for key in asked(telling) if key in known)):
        return telling
    return replace(telling, spot=_with(telling.spot, said))


@lru_cache(maxsize=_REMEMBERED)
def _with(spot: Spot, said: tuple[tuple[str, str], ...]) -> Spot:
    street = next((what for key, what in said if key.endswith(STREET)), "")
    if street:
        words, _, kinds = street.partition("|")
        named = frozenset(words.split())
        spot = replace(spot, words=spot.words | named, street=named, streets=frozenset(kinds.split()), others=True)
    points = [tuple(map(float, what.split())) for key, what in said if key.endswith(POINT)]
    if not points or spot.form.point is not None:
        return spot
    east, north, within = min(points, key=lambda point: point[2])
    return replace(spot, ground=((east, north), within))


def _keys(spot: Spot) -> Iterator[str]:
    """The name, the street and the postcode by which a report puts its place; never a house."""
    if spot.names:
        yield f"n:{' '.join(sorted(spot.names))}"[: _LONGEST - 1]
    if spot.street:
        yield f"s:{_street(spot)}"[: _LONGEST - 1]
    if spot.form.postcode:
        yield f"c:{spot.form.postcode}"


def _street(spot: Spot) -> str:
    return f"{' '.join(sorted(spot.street))}|{' '.join(sorted(spot.streets))}"[:_LONGEST] if spot.street else ""


def _asks_street(spot: Spot, key: str) -> bool:
    """Whether a street would say more: of a name without one, or of a postcode alone."""
    return key.startswith("n:") or not spot.words


def _exact(spot: Spot) -> bool:
    return spot.form.accuracy <= _WITHIN[1]


def _one_street(said: Collection[str]) -> str:
    (street, times), *_ = sorted(Counter(said).items(), key=lambda one: (-one[1], one[0]))
    return street if times >= _AGREE * len(said) else ""


def _one_point(said: Collection[str]) -> str:
    """The middle of points, and how far about it most of them lie."""
    points = [tuple(map(int, one.split())) for one in said]
    east, north = (median(point[axis] for point in points) for axis in (0, 1))
    about = _ABOUT * median(hypot(point[0] - east, point[1] - north) for point in points)
    within = next((metres for metres in _WITHIN if about <= metres), None)
    return "" if within is None else f"{_to_step(east)} {_to_step(north)} {within}"


def _to_step(metres: float) -> int:
    return round(metres / _STEP) * _STEP

"""Two names held against each other: which way round they fit best, and what agrees then."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from streams.matching.people.names import Name
from streams.matching.people.nicknames import are_forms, are_known, are_related, mended
from streams.matching.people.pairing import leftovers, regrouped, turned
from streams.matching.people.spellings import liken
from streams.matching.people.weights import Weights

_ENOUGH = 6.0  # bits of a fit that leave no reason to try another way round


class Alignment(NamedTuple):
    """How two names agree: a level for family, given and middle names, and how they had to be turned.

    Beside a level stands the rarity in bits of what agrees; ``bits`` is what the whole comes to.
    """

    family: str
    family_rarity: float
    family_bits: float
    given: str
    given_rarity: float
    given_bits: float
    middle: str
    order: str
    bits: float


@lru_cache(maxsize=20_000)  # more would only be more for the collector of garbage to walk through
def align(one: tuple[Name, ...], other: tuple[Name, ...], weights: Weights) -> Alignment | None:
    """The best fit of any of ``one``'s names with any of ``other``'s; none where either has none."""
    fits = [fit for a in one for b in other for fit in _ways(a, b, weights)]
    return fits[0] if len(fits) == 1 else max(fits, key=_preference, default=None)


def _preference(fit: Alignment) -> tuple[float, str, str, str, str]:
    """Most bits first; of two with as many always the same one, whichever name came first."""
    return fit.bits, fit.family, fit.given, fit.middle, fit.order


def _ways(a: Name, b: Name, weights: Weights) -> Iterator[Alignment]:
    """The ways to hold two names against each other; which of them is turned round must not count."""
    single = 1 in (len(a.words), len(b.words))
    first = _fit(a, b, "single" if single else "", weights)
    yield first
    if single:
        lone = ((x, y) for x, y in ((a, b), (b, a)) if len(x.words) == 1 and (y.family if x.given else y.given))
        yield from (_fit(_only(x), y, "single", weights) for x, y in lone)
    elif first.family in ("different", "loose", "part", "") or (first.given == "different" and first.bits < _ENOUGH):
        yield from (_fit(x, y, "", weights) for x, y in regrouped(a, b))
        yield from _swapped([_fit(x, y, "swapped", weights) for x, y in turned(a, b)])


def _swapped(fits: list[Alignment]) -> list[Alignment]:
    """The fits of names of which either may be turned round.

    Margaret is rare as a family name, but no rare name: where all agree as well either way, the lesser one counts.
    """
    if len(fits) == 2 and (fits[0].family, fits[0].given) == (fits[1].given, fits[1].family):
        return [min(fits, key=_preference)]
    return fits


def _only(name: Name) -> Name:
    return Name(given=name.family, family=name.given)


def _fit(a: Name, b: Name, order: str, weights: Weights) -> Alignment:
    family, family_rarity = _family(a.family, b.family, weights)
    given, given_rarity = _given(a.given, b.given, weights)
    middle = "" if given in ("", "other", "different") else _middle(a.given[1:], b.given[1:])
    family_bits = _bits("family", family, family_rarity, weights)
    given_bits = _bits("given", given, given_rarity, weights)
    bits = family_bits + given_bits + (weights.bits("order", order) if order else 0.0)
    bits += weights.bits("middle", middle) if middle else 0.0
    return Alignment(family, family_rarity, family_bits, given, given_rarity, given_bits, middle, order, bits)


def _bits(field: str, level: str, rarity: float, weights: Weights) -> float:
    if level == "different":
        return weights.bits(field, level)
    return weights.factor(field, level) * rarity if level else 0.0


def _family(one: tuple[str, ...], other: tuple[str, ...], weights: Weights) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    level = family_level(one, other)
    if level == "different":
        return level, 0.0
    if level == "same":
        return level, min(weights.rarity("family", max(name, key=len)) for name in (one, other))
    if level == "part":
        return level, max(weights.rarity("family", name) for name in set(one) & set(other))
    return level, min(weights.rarity("family", one[-1]), weights.rarity("family", other[-1]))


def family_level(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How family names agree: as written, or the only part of one with a part of another, double-barrelled one."""
    level = liken("".join(one), "".join(other))
    if level == "same" or len(one) + len(other) == 2:
        return level or "different"
    shared = set(one) & set(other)
    if 0 < len(shared) == min(len(one), len(other)):
        return "part"
    if min(len(one), len(other)) == 1:
        level = max((level, *(liken(a, b) for a in one for b in other)), key=_NEARNESS.index)
    return level or "different"


_NEARNESS = ("", "loose", "alike", "slip", "sound", "same")


def _given(one: tuple[str, ...], other: tuple[str, ...], weights: Weights) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    level = given_level(one, other)
    if level == "different":
        return level, 0.0
    if level == "initial":
        return level, weights.number("given", "most")
    return level, min(weights.rarity("given", one[0]), weights.rarity("given", other[0]))


def given_level(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How the given names by which two are called agree, or one with another's middle name."""
    a, b = one[0], other[0]
    level = _called(a, b)
    if level == "different" and len(one) + len(other) > 2:
        if joined := _run_together(one, other):
            return joined
        if a == _initials(other) or b == _initials(one):
            return "initial"
        if any(c == d and len(c) > 1 for c in one for d in other):
            return "other"
    return level


def _run_together(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """The level of a name that one of them has in two words, if they are one: Ann Marie, or Br inley."""
    levels = {liken(one[0], "".join(other[:2])), liken("".join(one[:2]), other[0])}
    return next((level for level in ("same", "sound", "slip") if level in levels), "")


def _called(a: str, b: str) -> str:
    """The level of two given names: two that are names in their own right are not a slip of one another."""
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    if a == b:
        return "same"
    if kin := _kin(a, b):
        return kin
    level = liken(a, b)
    if not level or (level != "sound" and are_known(a, b)):
        return _kin(mended(a), mended(b)) or "different"
    return level


def _kin(a: str, b: str) -> str:
    return "nickname" if are_forms(a, b) else "form" if are_related(a, b) else ""


def _initials(names: tuple[str, ...]) -> str:
    return "".join(name[0] for name in names) if len(names) > 1 else ""


def _middle(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How the middle names agree; where each has one that the other has not, they differ."""
    if not (one and other):
        return ""
    ours, theirs = leftovers(one, other)
    if ours and theirs:
        return "different"
    return "same" if any(len(a) > 1 for a in one) and any(len(b) > 1 for b in other) else "initial"

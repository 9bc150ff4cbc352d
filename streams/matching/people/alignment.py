"""Two names held against each other: which way round they fit best, and what agrees then."""

from functools import lru_cache
from typing import NamedTuple

from streams.matching.people.names import Name
from streams.matching.people.nicknames import are_forms, are_known, are_related, mended
from streams.matching.people.pairing import crossed, leftovers, regrouped, turned
from streams.matching.people.person import Mention
from streams.matching.people.spellings import liken
from streams.matching.people.weights import Weights

_DOUBTFUL = frozenset({"different", "loose", "part", ""})  # family names that leave one to try another way round
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


@lru_cache(maxsize=8_192)  # more would only be more for the collector of garbage to walk through
def align(one: tuple[Name, ...], other: tuple[Name, ...], weights: Weights) -> Alignment | None:
    """The best fit of any of ``one``'s names with any of ``other``'s; none where either has none."""
    fits = [fit for a in one for b in other for fit in _ways(a, b, weights)]
    return fits[0] if len(fits) == 1 else max(fits, key=_preference, default=None)


class Most(NamedTuple):
    """The most bits that names can come to, told before they are aligned; ``apart``: the given names differ."""

    bits: float
    apart: bool


def most(a: Mention, b: Mention, weights: Weights) -> Most:
    """The most that the names can come to: told before they are aligned where they can be held in one way only."""
    if not (a.one_name and b.one_name and _one_way(a, b)):
        fit = align(a.names, b.names, weights)
        return Most(most_of(fit, weights), apart=fit is not None and fit.given == "different")
    (ours, family, _), (theirs, family_too, _) = a.names[0], b.names[0]
    level, rarity = _family(family, family_too, weights)
    bits = weights.least_unlike if level == "different" else _bits("family", level, rarity, weights)
    if given_level(ours, theirs) == "different":
        return Most(bits + weights.bits("given", "different"), apart=True)
    given = min(weights.rarity("given", ours[0]), weights.rarity("given", theirs[0]))
    middle = weights.most_middle if len(ours) > 1 and len(theirs) > 1 else 0.0
    return Most(bits + max(given, weights.most("given", "initial")) + middle, apart=False)


def _one_way(a: Mention, b: Mention) -> bool:
    """Whether neither is told in the other's order, nor with a family name in two words."""
    one, other = a.names[0], b.names[0]
    (ours, families), (theirs, families_too) = a.first_letters, b.first_letters
    if (ours & families_too or families & theirs) and crossed(one, other):
        return False
    return not ((len(one.given) > 1 or len(other.given) > 1) and any(regrouped(one, other)))


def most_of(fit: Alignment | None, weights: Weights) -> float:
    """The most bits that the claims of the names can come to, told from how they are aligned."""
    if fit is None:
        return 0.0
    return fit.bits - fit.family_bits + weights.least_unlike if fit.family == "different" else fit.bits


def _preference(fit: Alignment) -> tuple[float, str, str, str, str]:
    """Most bits first; of two with as many always the same one, whichever name came first."""
    return fit.bits, fit.family, fit.given, fit.middle, fit.order


def _ways(a: Name, b: Name, weights: Weights) -> list[Alignment]:
    """The ways to hold two names against each other; which of them is turned round must not count."""
    if 1 in (len(a.given) + len(a.family), len(b.given) + len(b.family)):
        lone = ((x, y) for x, y in ((a, b), (b, a)) if len(x.words) == 1 and (y.family if x.given else y.given))
        return [_fit(a, b, "single", weights), *(_fit(_only(x), y, "single", weights) for x, y in lone)]
    first = _fit(a, b, "", weights)
    if first.family not in _DOUBTFUL and (first.given != "different" or first.bits >= _ENOUGH):
        return [first]
    found = [first]
    if len(a.given) > 1 or len(b.given) > 1:
        found += [_fit(x, y, "", weights) for x, y in regrouped(a, b)]
    if crossed(a, b):
        found += _swapped([_fit(x, y, "swapped", weights) for x, y in turned(a, b)])
    return found


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
    bits = family_bits + given_bits
    if order:
        bits += weights.bits("order", order)
    if middle:
        bits += weights.bits("middle", middle)
    return Alignment(family, family_rarity, family_bits, given, given_rarity, given_bits, middle, order, bits)


def _bits(field: str, level: str, rarity: float, weights: Weights) -> float:
    if level == "different":
        return weights.bits(field, level)
    return rarity if level in ("same", "") else weights.factor(field, level) * rarity


def _family(one: tuple[str, ...], other: tuple[str, ...], weights: Weights) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    level = family_level(one, other)
    if level == "different":
        return level, 0.0
    if level == "same" and one == other:
        return level, weights.rarity("family", _longest(one))
    if level == "same":
        return level, min(weights.rarity("family", _longest(one)), weights.rarity("family", _longest(other)))
    if level == "part":
        return level, max(weights.rarity("family", name) for name in set(one) & set(other))
    return level, min(weights.rarity("family", one[-1]), weights.rarity("family", other[-1]))


def _longest(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else max(names, key=len)


def family_level(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How family names agree: as written, or the only part of one with a part of another, double-barrelled one."""
    if one == other:
        return "same"
    if len(one) == len(other) == 1:
        return liken(one[0], other[0]) or "different"
    level = liken("".join(one), "".join(other))
    if level == "same":
        return level
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
    if one[0] == other[0]:
        return level, weights.rarity("given", one[0])
    return level, min(weights.rarity("given", one[0]), weights.rarity("given", other[0]))


@lru_cache(maxsize=16_384)  # the first of a block are told apart from all who meet them
def given_level(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How the given names by which two are called agree, or one with another's middle name."""
    a, b = one[0], other[0]
    level = _called(a, b)
    if level == "different" and len(one) + len(other) > 2:
        if joined := _run_together(one, other):
            return joined
        if _are_initials(a, other) or _are_initials(b, one):
            return "initial"
        if not {c for c in one if len(c) > 1}.isdisjoint(other):
            return "other"
    return "loose" if level == "different" and _is_begun(a, b) else level


def _run_together(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """The level of a name that one of them has in two words, if they are one: Ann Marie, or Br inley."""
    levels = {liken(a[0], "".join(b[:2])) for a, b in ((one, other), (other, one)) if len(b) > 1}
    return next((level for level in ("same", "sound", "slip") if level in levels), "")


@lru_cache(maxsize=16_384)  # and there are fewer names than ways of having two
def _called(a: str, b: str) -> str:
    """The level of two given names: two that are names in their own right are not a slip of one another."""
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    if a == b:
        return "same"
    if kin := _kin(a, b):
        return kin
    if are_known(a, b):
        return "sound" if a[0] == b[0] and liken(a, b) == "sound" else "different"
    return liken(a, b) or _kin(mended(a), mended(b)) or "different"


def _is_begun(a: str, b: str) -> bool:
    """Whether one is the first two letters of the other: too little to tell Wi from Wil by, or to join them by."""
    return min(len(a), len(b)) == 2 and a[:2] == b[:2] and not are_known(a, b)


def _kin(a: str, b: str) -> str:
    return "nickname" if are_forms(a, b) else "form" if are_related(a, b) else ""


def _are_initials(letters: str, names: tuple[str, ...]) -> bool:
    return len(letters) == len(names) > 1 and letters == "".join([name[0] for name in names])


def _middle(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How the middle names agree; where each has one that the other has not, they differ."""
    if not (one and other):
        return ""
    ours, theirs = leftovers(one, other)
    if ours and theirs:
        return "different"
    return "same" if any(len(a) > 1 for a in one) and any(len(b) > 1 for b in other) else "initial"

"""Two names held against each other: which way round they fit best, and what agrees then."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from schemas.kinds import vocabulary
from streams.matching.names import Name
from streams.matching.nicknames import are_forms, are_known, are_related, roots
from streams.matching.pairing import leftovers, regrouped, turned
from streams.matching.spellings import liken

_NAMES, _PEOPLE = vocabulary("names"), vocabulary("people")
_FREQUENCY = {kind: {name: rate / 100_000 for name, rate in _NAMES[kind].items()} for kind in ("given", "family")}
_DEFAULT = {kind: rate / 100_000 for kind, rate in _NAMES["default"].items()}
_ENOUGH = 6.0  # bits of a fit that leave no reason to try another way round


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two names agree: a level and its bits for family, given and middle names, and how they had to be turned."""

    family: str
    family_bits: float
    given: str
    given_bits: float
    middle: str
    order: str
    bits: float


@lru_cache(maxsize=200_000)
def align(one: tuple[Name, ...], other: tuple[Name, ...]) -> Alignment | None:
    """The best fit of any of ``one``'s names with any of ``other``'s; none where either has none."""
    fits = [fit for a in one for b in other for fit in _ways(a, b)]
    return max(fits, key=_preference, default=None)


def _preference(fit: Alignment) -> tuple[float, str, str, str, str]:
    """Most bits first; of two with as many always the same one, whichever name came first."""
    return fit.bits, fit.family, fit.given, fit.middle, fit.order


def _ways(a: Name, b: Name) -> Iterator[Alignment]:
    """The ways to hold two names against each other; which of them is turned round must not count."""
    single = 1 in (len(a.words), len(b.words))
    first = _fit(a, b, "single" if single else "")
    yield first
    if single:
        lone = ((x, y) for x, y in ((a, b), (b, a)) if len(x.words) == 1 and (y.family if x.given else y.given))
        yield from (_fit(_only(x), y, "single") for x, y in lone)
    elif first.family in ("different", "loose", "part", "") or (first.given == "different" and first.bits < _ENOUGH):
        yield from (_fit(x, y, "") for x, y in regrouped(a, b))
        yield from (_fit(x, y, "swapped") for x, y in turned(a, b))


def _only(name: Name) -> Name:
    return Name(given=name.family, family=name.given)


def _fit(a: Name, b: Name, order: str) -> Alignment:
    family, family_bits = _family(a.family, b.family)
    given, given_bits = _given(a.given, b.given)
    middle = "" if given in ("", "other", "different") else _middle(a.given[1:], b.given[1:])
    bits = family_bits + given_bits + (_PEOPLE["order"][order]["bits"] if order else 0.0)
    bits += _PEOPLE["middle"][middle]["bits"] if middle else 0.0
    return Alignment(family, family_bits, given, given_bits, middle, order, bits)


def rarity(kind: str, name: str) -> float:
    """The bits of two names of a kind being the same: log2(share / frequency), at most what the vocabulary says."""
    rule = _PEOPLE[kind]
    frequency = _FREQUENCY[kind].get(name)
    if frequency is None and kind == "given":
        frequency = max((_FREQUENCY[kind].get(root, 0.0) for root in roots(name)), default=0.0) * 0.3
    return float(min(rule["most"], log2(rule["share"] / max(frequency or 0.0, _DEFAULT[kind]))))


@lru_cache(maxsize=200_000)
def _family(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    rule, level = _PEOPLE["family"], family_level(one, other)
    if level == "same":
        return level, min(rarity("family", max(name, key=len)) for name in (one, other))
    if level == "different":
        return level, rule["different"]["bits"]
    if level == "part":
        return level, rule["part"] * max(rarity("family", name) for name in set(one) & set(other))
    return level, rule[level] * min(rarity("family", one[-1]), rarity("family", other[-1]))


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


@lru_cache(maxsize=200_000)
def _given(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    rule, level = _PEOPLE["given"], given_level(one, other)
    if level == "different":
        return level, rule["different"]["bits"]
    if level == "initial":
        return level, rule["initial"] * rule["most"]
    return level, (rule[level] if level != "same" else 1.0) * min(rarity("given", one[0]), rarity("given", other[0]))


def given_level(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """How the given names by which two are called agree, or one with another's middle name."""
    a, b = one[0], other[0]
    level = _called(a, b)
    if level == "different" and len(one) + len(other) > 2:
        if liken(a, "".join(other[:2])) == "same" or liken("".join(one[:2]), b) == "same":
            return "same"
        if a == _initials(other) or b == _initials(one):
            return "initial"
        if any(c == d and len(c) > 1 for c in one for d in other):
            return "other"
    return level


def _called(a: str, b: str) -> str:
    """The level of two given names: two that are names in their own right are not a slip of one another."""
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "different"
    if a == b:
        return "same"
    if are_forms(a, b):
        return "nickname"
    if are_related(a, b):
        return "form"
    level = liken(a, b)
    return "different" if not level or (level != "sound" and are_known(a, b)) else level


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

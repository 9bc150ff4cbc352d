"""Two names held against each other: which way round they fit best, and what agrees then."""

from dataclasses import dataclass
from functools import lru_cache
from math import log2

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from schemas.kinds import vocabulary
from streams.matching.names import Name
from streams.matching.nicknames import are_forms, roots

_NAMES, _PEOPLE = vocabulary("names"), vocabulary("people")
_FREQUENCY = {kind: {name: rate / 100_000 for name, rate in _NAMES[kind].items()} for kind in ("given", "family")}
_DEFAULT = {kind: rate / 100_000 for kind, rate in _NAMES["default"].items()}


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
    return max(fits, key=lambda fit: fit.bits, default=None)


def _ways(a: Name, b: Name) -> list[Alignment]:
    """The ways to hold two names against each other; which of them is turned round must not count."""
    if not (a.given and a.family and b.given and b.family):
        order = "single" if 1 in (len(a.words), len(b.words)) else ""
        turned = [_fit(_turned(x), y, order) for x, y in ((a, b), (b, a)) if len(x.words) == 1]
        return [_fit(a, b, order), *turned]
    ways = [_fit(a, b, "")]
    if ways[0].bits < 6 and _crossed(a, b):  # plainly not as they stand: the other way round, perhaps
        ways += [_fit(_turned(a), b, "swapped"), _fit(_turned(b), a, "swapped")]
    return ways


def _crossed(a: Name, b: Name) -> bool:
    """Whether the initials let one expect that given and family name changed places."""
    return a.given[0][0] == b.family[0][0] or a.family[0][0] == b.given[0][0]


def _turned(name: Name) -> Name:
    return Name(given=name.family, family=name.given[:1])


def _fit(a: Name, b: Name, order: str) -> Alignment:
    family, family_bits = _family(a.family, b.family)
    given, given_bits = _given(a.given, b.given)
    middle = _middle(a.given[1:], b.given[1:]) if given in ("same", "nickname", "similar", "initial") else ""
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
    rule = _PEOPLE["family"]
    if one == other or "".join(one) == "".join(other):
        return "same", min(rarity("family", max(name, key=len)) for name in (one, other))
    shared = set(one) & set(other)
    if shared:
        return "part", rule["part"] * max(rarity("family", name) for name in shared)
    if any(_alike(a, b) for a in one for b in other) or _alike("".join(one), "".join(other)):
        return "similar", rule["similar"] * min(rarity("family", one[-1]), rarity("family", other[-1]))
    return "different", rule["different"]["bits"]


@lru_cache(maxsize=200_000)
def _given(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, float]:
    if not (one and other):
        return "", 0.0
    rule, a, b = _PEOPLE["given"], one[0], other[0]
    least = min(rarity("given", a), rarity("given", b))
    if a == b and len(a) > 1:
        return "same", least
    if len(a) == 1 or len(b) == 1:
        if a[0] == b[0]:
            return "initial", rule["initial"] * rule["most"]
    elif are_forms(a, b):
        return "nickname", rule["nickname"] * least
    elif _alike(a, b):
        return "similar", rule["similar"] * least
    if any(c == d and len(c) > 1 for c in one for d in other):
        return "other", rule["other"] * least
    return "different", rule["different"]["bits"]


def _middle(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if not (one and other):
        return ""
    if any(are_forms(a, b) if len(a) > 1 and len(b) > 1 else a == b for a in one for b in other):
        return "same" if any(len(a) > 1 and len(b) > 1 for a in one for b in other) else "initial"
    if any(a[0] == b[0] and 1 in (len(a), len(b)) for a in one for b in other):
        return "initial"
    return "" if any(_alike(a, b) for a in one for b in other) else "different"


@lru_cache(maxsize=200_000)
def _alike(a: str, b: str) -> bool:
    """Whether two names look like spellings of one: one slip of the pen, or nearly all letters in place."""
    shorter = min(len(a), len(b))
    if shorter < 3:
        return False
    if DamerauLevenshtein.distance(a, b, score_cutoff=1) <= 1:
        return shorter > 3 or a[0] == b[0]
    return bool(JaroWinkler.similarity(a, b) >= 0.92)

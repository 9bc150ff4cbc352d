"""The evidence that two mentions are one person: one claim a function, its weights and sentences in the vocabulary."""

from collections.abc import Callable
from functools import cache, lru_cache

from rapidfuzz.distance import JaroWinkler

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.matching.alignment import align
from streams.matching.births import level, one_slip, plainly_differ
from streams.matching.person import Mention
from streams.matching.postcodes import district

_PEOPLE = vocabulary("people")
Claim = Callable[[Mention, Mention], Evidence | None]


@cache
def weighed(field: str, word: str) -> Evidence:
    """The evidence the vocabulary gives for one level of one field."""
    entry = _PEOPLE[field][word]
    return Evidence(field, entry["bits"], entry["says"])


@lru_cache(maxsize=4096)
def _by_rarity(field: str, word: str, bits: float) -> Evidence:
    return Evidence(field, bits, _PEOPLE[field]["says"][word])


def family_name(a: Mention, b: Mention) -> Evidence | None:
    """The family names are the same, by how rare the name is; alike; part of one another; or differ."""
    fit = align(a.names, b.names)
    if fit is None or not fit.family:
        return None
    if fit.family == "different":
        return weighed("family", "differs_woman" if "F" in (a.sex, b.sex) else "different")
    return _by_rarity("family", fit.family, fit.family_bits)


def given_name(a: Mention, b: Mention) -> Evidence | None:
    """The given names are the same, by how rare the name is; short forms of one another; alike; or differ."""
    fit = align(a.names, b.names)
    if fit is None or not fit.given:
        return None
    return weighed("given", "different") if fit.given == "different" else _by_rarity("given", fit.given, fit.given_bits)


def middle_name(a: Mention, b: Mention) -> Evidence | None:
    """The middle names agree, by an initial perhaps, or differ."""
    fit = align(a.names, b.names)
    return weighed("middle", fit.middle) if fit and fit.middle else None


def name_order(a: Mention, b: Mention) -> Evidence | None:
    """One name stands the other way round, or alone."""
    fit = align(a.names, b.names)
    return weighed("order", fit.order) if fit and fit.order else None


def generation(a: Mention, b: Mention) -> Evidence | None:
    """One is junior and the other senior."""
    one, other = _generation(a), _generation(b)
    return weighed("generation", "different") if one and other and one != other else None


def _generation(mention: Mention) -> str:
    return next((name.generation for name in mention.names if name.generation), "")


def birth(a: Mention, b: Mention) -> Evidence | None:
    """The dates of birth are the same, as far as they are known, or differ by a slip, or plainly."""
    return weighed("birth", level(a.birth, b.birth)) if a.birth and b.birth else None


def age(a: Mention, b: Mention) -> Evidence | None:
    """The ages fit each other, or a date of birth; or they do not, by more than two years."""
    one, other = _years(a), _years(b)
    if one is None or other is None or (a.birth and b.birth):
        return None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    if low > high + 2:
        return weighed("age", "different")
    if low > high:
        return None
    return weighed("age", "agrees" if max(one[1] - one[0], other[1] - other[0]) <= 5 else "wide")


def _years(mention: Mention) -> tuple[int, int] | None:
    return (mention.birth.year, mention.birth.year) if mention.birth else mention.ages


def sex(a: Mention, b: Mention) -> Evidence | None:
    """The sex is the same, or not."""
    return weighed("sex", "same" if a.sex == b.sex else "different") if a.sex and b.sex else None


_ONCE, _HOUSEHOLD = (frozenset(_PEOPLE["identifier"][word]) for word in ("once", "household"))


def identifier(a: Mention, b: Mention) -> Evidence | None:
    """An identifier is the same, or all but a slip; or two of a kind differ."""
    if not a.identifiers or not b.identifiers:
        return None
    level_ = _identifiers(a.identifiers, b.identifiers)
    return weighed("identifier", level_) if level_ else None


@lru_cache(maxsize=50_000)
def _identifiers(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> str:
    same = {scheme for scheme, _ in ours & theirs}
    if same - _HOUSEHOLD:
        return "same" if same & _ONCE else "other"
    both = [(one, other, kind) for kind, one in ours for scheme, other in theirs if scheme == kind and kind not in same]
    if any(one_slip(one, other) for one, other, _ in both):
        return "slip"
    if any(kind in _ONCE for _, _, kind in both):
        return "different"
    return "weak" if same else "unlike" if any(kind not in _HOUSEHOLD for _, _, kind in both) else ""


def identifiers_differ(a: Mention, b: Mention) -> bool:
    """Whether both have an identifier of one kind that is given once, and no slip explains the difference."""
    return _identifiers(a.identifiers, b.identifiers) == "different"


def local_reference(a: Mention, b: Mention) -> Evidence | None:
    """The agency's own number for the person is the same."""
    return weighed("identifier", "local") if a.local and a.local == b.local else None


def telephone(a: Mention, b: Mention) -> Evidence | None:
    """They have a telephone number in common."""
    return weighed("phone", "same") if not a.phones.isdisjoint(b.phones) else None


def e_mail(a: Mention, b: Mention) -> Evidence | None:
    """They have an e-mail address in common."""
    return weighed("email", "same") if not a.emails.isdisjoint(b.emails) else None


def address(a: Mention, b: Mention) -> Evidence | None:
    """The addresses are the same, or as much of them as is known."""
    one, other = a.address, b.address
    if one is None or other is None:
        return None
    if (one.uprn and one.uprn == other.uprn) or (one == other and one.precision == "address"):
        return weighed("address", "same")
    if one.number and one.number == other.number and one.flat == other.flat:
        if one.postcode and one.postcode == other.postcode:
            return weighed("address", "same")
        if one.street and other.street and JaroWinkler.similarity(one.street, other.street) >= 0.92:
            return weighed("address", "house")
    if one.postcode and other.postcode:
        return weighed("address", _postcodes(one.postcode, other.postcode))
    return weighed("address", "different") if one.street and other.street and one.street != other.street else None


def _postcodes(one: str, other: str) -> str:
    if one == other:
        return "postcode"
    if len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return "near"
    return "district" if district(one) == district(other) else "different"


def birth_place(a: Mention, b: Mention) -> Evidence | None:
    """They were born in the same place, or not."""
    if not (a.birth_place and b.birth_place):
        return None
    if a.birth_place == b.birth_place:
        return weighed("birth_place", "same")
    alike = JaroWinkler.similarity(a.birth_place, b.birth_place) >= 0.9
    return weighed("birth_place", "similar" if alike else "different")


def occupation(a: Mention, b: Mention) -> Evidence | None:
    """They have the same occupation, or not."""
    if not (a.occupation and b.occupation):
        return None
    return weighed("occupation", "same" if a.occupation == b.occupation else "different")


CLAIMS: tuple[Claim, ...] = (
    family_name,
    given_name,
    middle_name,
    name_order,
    generation,
    birth,
    age,
    sex,
    identifier,
    local_reference,
    telephone,
    e_mail,
    address,
    birth_place,
    occupation,
)


def never(a: Mention, b: Mention) -> bool:
    """Whether a rule forbids that they are one: unlike whole dates, unlike identifiers, twins, father and son."""
    if identifiers_differ(a, b) or generation(a, b) is not None:
        return True
    if a.birth and b.birth and plainly_differ(a.birth, b.birth):
        return not _own_number(a, b)  # one number and two dates contradict each other: that is for people to see
    return _twins(a, b)


def _own_number(a: Mention, b: Mention) -> bool:
    return _identifiers(a.identifiers, b.identifiers) in ("same", "other") or bool(a.local and a.local == b.local)


def _twins(a: Mention, b: Mention) -> bool:
    """Same family name and date of birth, unlike given names."""
    if a.birth is None or a.birth != b.birth or not a.birth.day:
        return False
    fit = align(a.names, b.names)
    return fit is not None and fit.given == "different" and fit.family in ("same", "part")

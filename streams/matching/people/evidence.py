"""The evidence that two mentions are one person: one claim a function, its weights and sentences in the vocabulary."""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, Hamming, Indel, JaroWinkler

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.matching.people.alignment import Alignment, align
from streams.matching.people.births import level, one_slip
from streams.matching.people.person import Mention
from streams.matching.people.weights import Weights
from streams.matching.places.place import PlaceForm, distinctive
from streams.matching.places.postcodes import district, sector


class Two(NamedTuple):
    """Two mentions held against each other, how their names fit, and the weights in force."""

    a: Mention
    b: Mention
    fit: Alignment | None
    weights: Weights


Claim = Callable[[Two], Evidence | None]


def hold(a: Mention, b: Mention, weights: Weights) -> Two:
    """Two mentions ready for the claims."""
    return Two(a, b, align(a.names, b.names, weights), weights)


def family_name(two: Two) -> Evidence | None:
    """The family names are the same, by how rare the name is; alike; part of one another; or differ."""
    fit = two.fit
    if fit is None or not fit.family:
        return None
    if fit.family == "different":
        return two.weights.known("family", "differs_woman" if "F" in (two.a.sex, two.b.sex) else "different")
    return two.weights.rare("family", fit.family, fit.family_rarity)


def given_name(two: Two) -> Evidence | None:
    """The given names are the same, by how rare the name is; short forms of one another; alike; or differ."""
    fit = two.fit
    if fit is None or not fit.given:
        return None
    if fit.given == "different":
        return two.weights.known("given", "different")
    return two.weights.rare("given", fit.given, fit.given_rarity)


def middle_name(two: Two) -> Evidence | None:
    """The middle names agree, by an initial perhaps, or differ."""
    return two.weights.known("middle", two.fit.middle) if two.fit and two.fit.middle else None


def name_order(two: Two) -> Evidence | None:
    """One name stands the other way round, or alone."""
    return two.weights.known("order", two.fit.order) if two.fit and two.fit.order else None


def generation(two: Two) -> Evidence | None:
    """One is junior and the other senior."""
    return two.weights.known("generation", "different") if generations_differ(two.a, two.b) else None


def generations_differ(a: Mention, b: Mention) -> bool:
    """Whether the names say that one is junior and the other senior."""
    one, other = _generation(a), _generation(b)
    return bool(one and other and one != other)


def _generation(mention: Mention) -> str:
    return next((name.generation for name in mention.names if name.generation), "")


def birth(two: Two) -> Evidence | None:
    """The dates of birth are the same, as far as they are known, or differ by a slip, or plainly."""
    one, other = two.a.birth, two.b.birth
    return two.weights.known("birth", level(one, other)) if one and other else None


def age(two: Two) -> Evidence | None:
    """The ages fit each other, or a date of birth; or they do not, by more than two years."""
    one, other = _years(two.a), _years(two.b)
    if one is None or other is None or (two.a.birth and two.b.birth):
        return None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    if low > high + 2:
        return two.weights.known("age", "different")
    if low > high:
        return None
    return two.weights.known("age", "agrees" if max(one[1] - one[0], other[1] - other[0]) <= 5 else "wide")


def _years(mention: Mention) -> tuple[int, int] | None:
    return (mention.birth.year, mention.birth.year) if mention.birth else mention.ages


def sex(two: Two) -> Evidence | None:
    """The sex is the same, or not."""
    one, other = two.a.sex, two.b.sex
    return two.weights.known("sex", "same" if one == other else "different") if one and other else None


_ONCE, _HOUSEHOLD = (frozenset(vocabulary("people")["identifier"][word]) for word in ("once", "household"))


def identifier(two: Two) -> Evidence | None:
    """An identifier is the same, or all but a slip; or two of a kind differ."""
    found = identifiers_level(two.a.identifiers, two.b.identifiers)
    return two.weights.known("identifier", found) if found else None


def identifiers_level(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> str:
    """How two sets of (kind, number) agree: a word of the vocabulary's ``identifier``, or nothing."""
    return _identifiers(ours, theirs) if ours and theirs else ""


def _identifiers(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> str:
    same = {scheme for scheme, _ in ours & theirs}
    if same - _HOUSEHOLD:
        return "same" if same & _ONCE else "other"
    both = [(one, other, kind) for kind, one in ours for scheme, other in theirs if scheme == kind and kind not in same]
    if any(one_slip(one, other) or (kind not in _ONCE and _misread(one, other)) for one, other, kind in both):
        return "slip"
    if any(kind in _ONCE for _, _, kind in both):
        return "different"
    return "weak" if same else "unlike" if any(kind not in _HOUSEHOLD for _, _, kind in both) else ""


_IN_A_ROW = 30  # two steps of the digits before the last, which may be one that checks the others


def numbered_in_a_row(ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> bool:
    """Whether two numbers of a kind differ as those of twins do, given one after the other."""
    return any(
        kind == scheme and one != other and _in_a_row(one, other) for kind, one in ours for scheme, other in theirs
    )


def _in_a_row(one: str, other: str) -> bool:
    """Whether one is the next number to the other or, of triplets, the next but one."""
    digits = ["".join(filter(str.isdigit, number)) for number in (one, other)]
    return len(digits[0]) == len(digits[1]) > 0 and abs(int(digits[0]) - int(digits[1])) < _IN_A_ROW


def _misread(one: str, other: str) -> bool:
    """Whether two long numbers are two slips apart: each was miscopied once from the one that is right.

    Not for kinds that are given once: those are given in a row, with a check character, and two apart are two people.
    """
    return min(len(one), len(other)) >= 7 and DamerauLevenshtein.distance(one, other, score_cutoff=2) <= 2


def local_reference(two: Two) -> Evidence | None:
    """The agency's own number for the person is the same."""
    return two.weights.known("identifier", "local") if two.a.local and two.a.local == two.b.local else None


def telephone(two: Two) -> Evidence | None:
    """They have a telephone number in common, or all but one digit of it."""
    ours, theirs = two.a.phones, two.b.phones
    if not (ours and theirs):
        return None
    if not ours.isdisjoint(theirs):
        return two.weights.known("phone", "same")
    return two.weights.known("phone", "slip") if any(one_slip(a, b) for a in ours for b in theirs) else None


def e_mail(two: Two) -> Evidence | None:
    """They have an e-mail address in common, or all but a slip of it, or the name before the @."""
    level_ = _emails(two.a.emails, two.b.emails) if two.a.emails and two.b.emails else ""
    return two.weights.known("email", level_) if level_ else None


@lru_cache(maxsize=4_096)
def _emails(ours: frozenset[str], theirs: frozenset[str]) -> str:
    if not ours.isdisjoint(theirs):
        return "same"
    pairs = [(one, other) for one in ours for other in theirs]
    if any(DamerauLevenshtein.distance(one, other, score_cutoff=3) <= 3 for one, other in pairs):
        return "alike"
    same_name = any(one.partition("@")[0] == other.partition("@")[0] for one, other in pairs)
    return "local" if same_name else "different"


def address(two: Two) -> Evidence | None:
    """The addresses are the same, or as much of them as is known."""
    if two.a.address is None or two.b.address is None:
        return None
    one, other = two.a.address, two.b.address
    alone = one.precision == other.precision == "postcode"  # as quickly told as looked up
    level_ = _postcodes(one.postcode, other.postcode) if alone else _addresses(one, other)
    return two.weights.known("address", level_) if level_ else None


def _addresses(one: PlaceForm, other: PlaceForm) -> str:
    if (one.uprn and one.uprn == other.uprn) or (one == other and one.precision == "address"):
        return "same"
    if one.street and other.street:
        return _houses(one, other)
    if one.postcode and other.postcode:
        return _postcodes(one.postcode, other.postcode)
    return _texts(one, other)


def _houses(one: PlaceForm, other: PlaceForm) -> str:
    """How two addresses with a street agree: then a postcode that only looks alike is another one."""
    near = one.postcode and one.postcode == other.postcode
    street = one.street == other.street or JaroWinkler.similarity(one.street, other.street) >= 0.92
    if one.number and one.number == other.number and one.flat == other.flat and (near or street):
        return "same" if near else "house"
    if near or street:
        return "neighbour" if one.number and other.number else "postcode" if near else "street"
    return _texts(one, other) if not (one.postcode and other.postcode) else "different"


def _postcodes(one: str, other: str) -> str:
    if one == other:
        return "postcode"
    if one[0] != other[0]:  # as those of most strangers: told as soon as can be
        return "near" if one[1:] == other[1:] else "different"
    if len(one) == len(other) and Hamming.distance(one, other, score_cutoff=1) == 1:
        return "near"
    if sector(one) == sector(other):
        return "sector"
    return "district" if district(one) == district(other) else "different"


def _other_streets(one: PlaceForm, other: PlaceForm) -> bool:
    """Whether they name two streets; what one takes for its street may be the other's part of the town."""
    if not (one.street and other.street) or one.street == other.street:
        return False
    return f" {one.street} " not in f" {other.text} " and f" {other.street} " not in f" {one.text} "


def _texts(one: PlaceForm, other: PlaceForm) -> str:
    """How two texts agree where no postcode helps: in their words, or in their letters however they are spaced."""
    ours, theirs = distinctive(one), distinctive(other)
    if not (ours and theirs):
        return "different" if _other_streets(one, other) else ""
    share, longer = _in_common(ours, theirs), max(len(ours), len(theirs))
    alike = Indel.normalized_similarity(one.text.replace(" ", ""), other.text.replace(" ", "")) if longer > 1 else 0.0
    if longer > 1 and (share >= 0.8 * longer or alike >= 0.85):
        return "words" if _one_number(one.number, other.number) else "neighbour"
    if longer > 1 and ((share >= 0.4 * longer and share > 1) or alike >= 0.75):
        return "half"
    return "different" if share < 0.8 or _other_streets(one, other) else ""


def _one_number(one: str, other: str) -> bool:
    """Whether two house numbers can be one, miscopied perhaps."""
    return not (one and other) or one == other or (len(one) + len(other) > 4 and _slip(one, other))


def _in_common(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """How many words two texts share; one that differs by a slip counts four fifths."""
    same = set(ours) & set(theirs)
    left = [word for word in theirs if word not in same]
    share = float(len(same))
    for word in ours:
        if word not in same and (found := next((w for w in left if _slip(word, w)), None)):
            left.remove(found)
            share += 0.8
    return share


def _slip(one: str, other: str) -> bool:
    most = 1 if min(len(one), len(other)) < 6 else 2
    return DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most


def birth_place(two: Two) -> Evidence | None:
    """They were born in the same place, by how few are; or not."""
    return _telling("birth_place", two.a.birth_place, two.b.birth_place, two.weights)


def occupation(two: Two) -> Evidence | None:
    """They have the same occupation, by how few have; or not."""
    return _telling("occupation", two.a.occupation, two.b.occupation, two.weights)


def _telling(field: str, one: str, other: str, weights: Weights) -> Evidence | None:
    if not (one and other):
        return None
    level_ = "same" if one == other else _alike(field, one, other)
    if level_ == "different":
        return weights.known(field, level_)
    rarity = weights.rarity(field, one)
    return weights.rare(field, level_, rarity if one == other else min(rarity, weights.rarity(field, other)))


@lru_cache(maxsize=4_096)
def _alike(field: str, one: str, other: str) -> str:
    if field == "birth_place" and (" " in one or " " in other) and _share_a_word(one, other):
        return "part"
    return "similar" if JaroWinkler.similarity(one, other) >= 0.9 else "different"


def _share_a_word(one: str, other: str) -> bool:
    """Whether a word of more than three letters stands in both."""
    return not {w for w in one.split() if len(w) > 3}.isdisjoint(other.split())


def company(two: Two) -> Evidence | None:
    """They were named in two reports beside someone of the same name."""
    if two.a.ref == two.b.ref or two.a.company.isdisjoint(two.b.company):
        return None
    return two.weights.known("company", "same")


# Each with the field of a mention that it asks for, by its place in ``Mention.fields``, and its name in the vocabulary.
_ASKED: tuple[tuple[int, Claim, str], ...] = (
    (0, family_name, "family"),
    (0, given_name, "given"),
    (0, middle_name, "middle"),
    (0, name_order, "order"),
    (1, generation, "generation"),
    (2, birth, "birth"),
    (3, age, "age"),
    (4, sex, "sex"),
    (5, identifier, "identifier"),
    (6, local_reference, "identifier"),
    (7, telephone, "phone"),
    (8, e_mail, "email"),
    (9, address, "address"),
    (10, birth_place, "birth_place"),
    (11, occupation, "occupation"),
    (12, company, "company"),
)
OF_A_HOME = frozenset({"phone", "address", "email"})  # what those of one home share
ON_THE_NAME = 1  # the field of those that ask how the names are aligned
CLAIMS: tuple[Claim, ...] = tuple(claim for _, claim, _ in _ASKED)


@cache  # as many as there are sets of fields
def claims_of(fields: int) -> tuple[Claim, ...]:
    """The claims that can say something of two mentions that both tell these fields."""
    return tuple(claim for claim, _ in _asked_of(fields))


def _asked_of(fields: int) -> Iterator[tuple[Claim, str]]:
    born = fields >> 2 & 1
    return ((claim, name) for place, claim, name in _ASKED if fields >> place & 1 and not (born and claim is age))


@lru_cache(maxsize=16_384)  # as many as there are sets of fields, apart or not
def most_beside(fields: int, weights: Weights, apart: bool) -> tuple[tuple[Claim, float], ...]:
    """The claims beside the name, each with the most bits that it and those after it can come to.

    ``apart``: of what a household shares nothing will count for the two.
    """
    left, found = 0.0, []
    for claim, name in reversed([*_asked_of(fields & ~ON_THE_NAME)]):
        left += 0.0 if apart and name in OF_A_HOME else weights.most_of(name)
        found.append((claim, left))
    return tuple(reversed(found))

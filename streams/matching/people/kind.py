"""People as a kind of entity: how mentions are judged."""

from collections.abc import Collection, Iterable, Mapping, Set
from functools import lru_cache, partial

from sqlalchemy import Connection

from streams.clusters.kinds import Evidence, Kind, Verdict
from streams.matching.people.alignment import Alignment, most, most_of
from streams.matching.people.evidence import ON_THE_NAME, Two, claims_of, hold
from streams.matching.people.forbidding import forbidden
from streams.matching.people.generic import shared_by_many
from streams.matching.people.keys import HEAD
from streams.matching.people.mentions import load
from streams.matching.people.person import Mention
from streams.matching.people.weights import Weights, in_force, probability, shipped

_AGAINST = -3.5  # a claim this far below nothing is a contradiction, whatever else agrees
_BEYOND_A_DOUBT = 6.0  # bits of a claim that speaks for itself
_ROUNDING = 0.01  # bits added up in another order
_WHOLE = frozenset({("birth", "same")})
_NEARLY = frozenset(("birth", word) for word in ("swapped", "digit"))
_LOOSELY = frozenset(("birth", word) for word in ("month", "day", "other_month"))  # father and son can have that
_PARTLY = frozenset(("birth", word) for word in ("year_month", "year"))
_NUMBER = frozenset(("identifier", word) for word in ("same", "other", "local"))
_OWN = _NUMBER | {("phone", "same"), ("email", "same")}
_HOUSEHOLD = frozenset({"phone", "address", "email"})
_NAMES = frozenset({"family", "given"})
_UNLIKE = frozenset({"different", "loose"})  # Hussain and Hassan have something alike, and are two
_OF_THE_NAME = _NAMES | {"middle", "sex"}


def judge(a: Mention, b: Mention, weights: Weights) -> Verdict | None:
    """What the claims say of two mentions together; nothing where they cannot come to a doubt."""
    beside = _beside_the_name(a, b, weights)
    wanted = weights.bars.review - _ROUNDING
    for evidence in beside:
        wanted -= evidence.bits
    numbered = _both_numbered(a, b)
    if weights.least_unlike < wanted and not numbered and most(a.names, b.names, weights) < wanted:
        return None  # half of those compared, before their names are aligned
    two = hold(a, b, weights)
    if most_of(two.fit, weights) < wanted and not numbered:
        return None
    found = _with_the_name(two, beside)
    bits = 0.0
    for evidence in found:
        bits += evidence.bits
    if bits < weights.bars.review:
        if not (numbered and _says(found, _NUMBER)):
            return None
        found.append(Evidence("number", weights.bars.review - bits, weights.says("number")))
        bits = weights.bars.review
    if not _enough(two, found, bits):
        return None
    return Verdict(bits=bits, joins=_joins(two, found), never=bool(forbidden(two)), evidence=tuple(found))


def _both_numbered(a: Mention, b: Mention) -> bool:
    return bool((a.identifiers and b.identifiers) or (a.local and b.local))


def _enough(two: Two, found: Collection[Evidence], bits: float) -> bool:
    """Whether there is more than a name that many bear, or something of the person's own where no name helps."""
    if two.fit is None:
        return _says(found, _OWN)
    if bits >= two.weights.name_alone:
        return True
    return any(evidence.bits > 0 and evidence.name not in _OF_THE_NAME for evidence in found)


def evidence_bits(a: Mention, b: Mention, weights: Weights) -> float:
    """The evidence for two mentions, in bits, however little."""
    beside = _beside_the_name(a, b, weights)
    return sum(evidence.bits for evidence in _with_the_name(hold(a, b, weights), beside))


def never(a: Mention, b: Mention, weights: Weights) -> bool:
    """Whether a rule forbids that two mentions are one."""
    return bool(forbidden(hold(a, b, weights)))


def forbids(a: Mention, b: Mention, weights: Weights) -> str:
    """The sentence of the rule that forbids it; nothing where none does."""
    rule = forbidden(hold(a, b, weights))
    return weights.forbids(rule) if rule else ""


def _beside_the_name(a: Mention, b: Mention, weights: Weights) -> list[Evidence]:
    """What is said by all claims but those that need the names aligned, which is what takes time."""
    two = Two(a, b, None, weights)
    return [said for claim in claims_of(a.fields & b.fields & ~ON_THE_NAME) if (said := claim(two)) is not None]


def _with_the_name(two: Two, beside: Iterable[Evidence]) -> list[Evidence]:
    """All that is said; what a household shares is taken off again where the given names differ."""
    a, b, fit, weights = two
    found = [said for claim in claims_of(a.fields & b.fields & ON_THE_NAME) if (said := claim(two)) is not None]
    found += beside
    if a.generic and b.generic:
        found += shared_by_many(a, b)
    if weights.minds_households and fit is not None and fit.given == "different":
        shared = 0.0
        for evidence in found:
            if evidence.name in _HOUSEHOLD and evidence.bits > 0:
                shared += evidence.bits
        if shared:
            found.append(Evidence("household", -shared, weights.says("household")))
    return found


def _joins(two: Two, found: Collection[Evidence]) -> bool:
    """Whether a name agrees, beside it a date of birth or something of the person's own, and nothing contradicts.

    Where one name agrees and the other does not (a marriage, a hard mishearing), both must.
    """
    fit = two.fit
    if fit is None or not _agree(two, fit):
        return False
    born, own = _born_alike(fit, found), _says(found, _OWN)
    half = not _UNLIKE.isdisjoint((fit.family, fit.given))
    against = [e for e in found if e.bits <= _AGAINST and not (half and e.name in _NAMES)]
    return not against and ((born and own) if half else (born or own))


def _born_alike(fit: Alignment, found: Collection[Evidence]) -> bool:
    """Whether the dates of birth agree: nearly, with a name that agrees wholly (of two slips at once, one is often
    another person); as far as one is known, with something more than the name."""
    if _says(found, _WHOLE):
        return True
    if _says(found, _NEARLY):
        return _wholly(fit)
    more = any(e.bits >= _BEYOND_A_DOUBT and e.name not in _OF_THE_NAME for e in found)
    return more and (_says(found, _PARTLY) or (_wholly(fit) and _says(found, _LOOSELY)))


def _wholly(fit: Alignment) -> bool:
    return fit.family in ("same", "part") and fit.given in ("same", "nickname")


def _agree(two: Two, fit: Alignment) -> bool:
    if fit.order == "swapped" and not _wholly(fit):  # Peter Frank and Frank Peters
        return False
    if two.a.sex and two.b.sex and two.a.sex != two.b.sex and fit.given not in ("same", "nickname", ""):
        return False  # Jean and John
    return fit.bits > 0 or max(fit.family_bits, fit.given_bits) >= two.weights.bars.review / 2


def _says(found: Iterable[Evidence], kinds: Set[tuple[str, str]]) -> bool:
    """Whether one of the claims agrees at one of ``kinds``, (field, level)."""
    for evidence in found:  # noqa: SIM110 - a plain loop takes half the time, and every pair is asked several times
        if (evidence.name, evidence.word) in kinds:
            return True
    return False


def _load(connection: Connection, items: Collection[str]) -> Mapping[str, Mention]:
    return load(connection, items)


@lru_cache(maxsize=4)
def by(weights: Weights) -> Kind[Mention]:
    """People as judged by ``weights``."""
    return Kind(
        name="person",
        rule=weights.version,
        bars=weights.bars,
        head=HEAD,
        load=_load,
        judge=partial(judge, weights=weights),
        never=partial(never, weights=weights),
        bits=partial(evidence_bits, weights=weights),
        forbids=partial(forbids, weights=weights),
        likely=partial(probability, weights=weights),
    )


def people(connection: Connection) -> Kind[Mention]:
    """People as judged by the weights in force in the store."""
    return by(in_force(connection))


PEOPLE: Kind[Mention] = by(shipped())

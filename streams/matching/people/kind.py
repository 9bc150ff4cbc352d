"""People as a kind of entity: how mentions are judged."""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import replace
from functools import lru_cache, partial
from math import inf
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from streams.clusters.kinds import Evidence, Kind, Verdict
from streams.matching.people.alignment import Alignment, Most, most, most_of
from streams.matching.people.evidence import OF_A_HOME, ON_THE_NAME, Two, claims_of, hold, most_beside
from streams.matching.people.forbidding import forbidden
from streams.matching.people.generic import shared_by_many
from streams.matching.people.keys import HEAD, tells
from streams.matching.people.mentions import load
from streams.matching.people.person import Mention
from streams.matching.people.weights import Weights, in_force, probability, shipped

Said = TypeVar("Said", covariant=True)
_AGAINST = -3.5  # a claim this far below nothing is a contradiction, whatever else agrees
_BEYOND_A_DOUBT = 6.0  # bits of a claim that speaks for itself
_ROUNDING = 0.01  # bits added up in another order
_WHOLE = frozenset({("birth", "same")})
_NEARLY = frozenset(("birth", word) for word in ("swapped", "digit"))
_LOOSELY = frozenset(("birth", word) for word in ("month", "day", "other_month"))  # father and son can have that
_PARTLY = frozenset(("birth", word) for word in ("year_month", "year"))
_NUMBER = frozenset(("identifier", word) for word in ("same", "other", "local"))
_OWN = _NUMBER | {("phone", "same"), ("email", "same")}
_NAMES = frozenset({"family", "given"})
_UNLIKE = frozenset({"different", "loose"})  # Hussain and Hassan have something alike, and are two
_OF_THE_NAME = _NAMES | {"middle", "sex"}


def judge(a: Mention, b: Mention, weights: Weights) -> Verdict | None:
    """What the claims say of two mentions together; nothing where they cannot come to a doubt."""
    names, numbered = most(a, b, weights), _one_number(a, b)
    wanted = weights.bars.review - _ROUNDING
    beside = _worth_it(a, b, weights, names, -inf if numbered else wanted - names.bits)
    if beside is None:
        return None  # nine in ten of those compared, before their names are aligned
    two = hold(a, b, weights)
    if not numbered and most_of(two.fit, weights) + sum(evidence.bits for evidence in beside) < wanted:
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
    return Verdict(
        bits=bits, joins=_joins(two, found), never=bool(forbidden(two)), evidence=tuple(found), rule=weights.version
    )


def _one_number(a: Mention, b: Mention) -> bool:
    """Whether one number of the person's own is written for both."""
    return not a.identifiers.isdisjoint(b.identifiers) or bool(a.local and a.local == b.local)


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


def _worth_it(a: Mention, b: Mention, weights: Weights, names: Most, wanted: float) -> list[Evidence] | None:
    """The same; nothing as soon as what is left to be asked cannot come to the bits ``wanted``."""
    apart = names.apart and weights.minds_households  # what a household shares will be taken off
    claims = most_beside(a.fields & b.fields, weights, apart)
    if (claims[0][1] if claims else 0.0) < wanted:
        return None
    two, found = Two(a, b, None, weights), []
    for claim, left in claims:
        if left < wanted:
            return None
        said = claim(two)
        if said is not None:
            found.append(said)
            if said.bits < 0 or not (apart and said.name in OF_A_HOME):
                wanted -= said.bits
    return found if wanted <= 0 else None


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
            if evidence.name in OF_A_HOME and evidence.bits > 0:
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
    """People as judged by ``weights``; where those are learnt, two that others may know besides by the shipped.

    Others than those who are told all: what was learnt rests on reports that they may not know.
    """
    review = min(weights.bars.review, shipped().bars.review)  # each judge asks for its own
    return Kind(
        name="person",
        rule=weights.version,
        bars=replace(weights.bars, review=review),
        head=HEAD,
        tells=tells,
        load=_load,
        judge=_weighed(judge, weights),
        never=_weighed(never, weights),
        bits=_weighed(evidence_bits, weights),
        forbids=_weighed(forbids, weights),
        likely=partial(probability, weights=weights),
        besides=frozenset({shipped().version} if weights.learnt else ()),
    )


class _Says(Protocol[Said]):
    def __call__(self, a: Mention, b: Mention, weights: Weights) -> Said: ...


def _weighed(say: _Says[Said], weights: Weights) -> Callable[[Mention, Mention], Said]:
    if not weights.learnt:
        return partial(say, weights=weights)
    return lambda a, b: say(a, b, weights if a.circle.isdisjoint(b.circle) else shipped())


def people(connection: Connection) -> Kind[Mention]:
    """People as judged by the weights in force in the store."""
    return by(in_force(connection))


PEOPLE: Kind[Mention] = by(shipped())

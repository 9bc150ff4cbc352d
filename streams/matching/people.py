"""People as a kind of entity: how mentions are judged."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from schemas.kinds import vocabulary
from streams.clusters.kinds import Bars, Evidence, Kind, Verdict
from streams.matching.alignment import align
from streams.matching.evidence import CLAIMS, never, weighed
from streams.matching.mentions import load
from streams.matching.person import Mention

_PEOPLE = vocabulary("people")
_DATED = frozenset({"same", "swapped", "digit"})
_AGAINST = -4.0  # a claim this far below nothing is a contradiction, whatever else agrees
_BIRTHS = {weighed("birth", word) for word in _DATED}
_STRONG = {weighed("identifier", "same"), weighed("identifier", "local"), weighed("identifier", "weak")}
_STRONG |= {weighed("phone", "same"), weighed("email", "same")}
_HOUSEHOLD = frozenset({"phone", "address", "email"})


def judge(a: Mention, b: Mention) -> Verdict | None:
    """What the claims say of two mentions together; nothing where they cannot come to a doubt."""
    found = [evidence for claim in CLAIMS if (evidence := claim(a, b)) is not None]
    bits = sum(evidence.bits for evidence in found)
    if bits < _PEOPLE["bars"]["review"]:
        return None
    fit = align(a.names, b.names)
    if fit is not None and fit.given == "different" and any(evidence.name in _HOUSEHOLD for evidence in found):
        found.append(weighed("household", "shared"))
        bits += found[-1].bits
    named = fit is not None and fit.family != "different" and fit.given not in ("different", "") and fit.bits > 0
    return Verdict(bits=bits, joins=named and _joins(found), never=never(a, b), evidence=tuple(found))


def _joins(found: Collection[Evidence]) -> bool:
    """Whether beside the name a date of birth or something of the person's own agrees, and nothing contradicts."""
    own = any(evidence in _BIRTHS or evidence in _STRONG for evidence in found)
    return own and all(evidence.bits > _AGAINST for evidence in found)


def _load(connection: Connection, items: Collection[str]) -> Mapping[str, Mention]:
    return load(connection, items)


PEOPLE: Kind[Mention] = Kind(
    name="person",
    rule=_PEOPLE["version"],
    bars=Bars(**_PEOPLE["bars"]),
    head=40,
    load=_load,
    judge=judge,
    never=never,
)

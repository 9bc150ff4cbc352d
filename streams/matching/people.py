"""People as a kind of entity: how mentions are judged."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from schemas.kinds import vocabulary
from streams.clusters.kinds import Bars, Evidence, Kind, Verdict
from streams.matching.alignment import Alignment, align
from streams.matching.evidence import CLAIMS, never, weighed
from streams.matching.mentions import load
from streams.matching.person import Mention

_PEOPLE = vocabulary("people")
_AGAINST = -4.0  # a claim this far below nothing is a contradiction, whatever else agrees
_BIRTHS = {weighed("birth", word) for word in ("same", "swapped", "digit", "year_month", "year")}
_OWN = {weighed("identifier", word) for word in ("same", "other", "local")} | {
    weighed("phone", "same"),
    weighed("email", "same"),
}
_HOUSEHOLD = frozenset({"phone", "address", "email"})
_NAMES = frozenset({"family", "given"})


def judge(a: Mention, b: Mention) -> Verdict | None:
    """What the claims say of two mentions together; nothing where they cannot come to a doubt."""
    found = [evidence for claim in CLAIMS if (evidence := claim(a, b)) is not None]
    bits = sum(evidence.bits for evidence in found)
    if bits < _PEOPLE["bars"]["review"]:
        return None
    fit = align(a.names, b.names)
    if fit is None and not any(evidence in _OWN for evidence in found):
        return None
    if fit is not None and fit.given == "different":
        shared = sum(evidence.bits for evidence in found if evidence.name in _HOUSEHOLD and evidence.bits > 0)
        if shared:
            found.append(Evidence("household", -shared, _PEOPLE["household"]["says"]))
            bits -= shared
    return Verdict(bits=bits, joins=_joins(fit, found), never=never(a, b), evidence=tuple(found))


def _joins(fit: Alignment | None, found: Collection[Evidence]) -> bool:
    """Whether a name agrees, beside it a date of birth or something of the person's own, and nothing contradicts.

    Where one name agrees and the other does not (a marriage, a hard mishearing), both must.
    """
    if fit is None or (fit.bits <= 0 and max(fit.family_bits, fit.given_bits) < _PEOPLE["bars"]["review"] / 2):
        return False
    born, own = (any(evidence in kinds for evidence in found) for kinds in (_BIRTHS, _OWN))
    half = "different" in (fit.family, fit.given)
    against = [e for e in found if e.bits <= _AGAINST and not (half and e.name in _NAMES)]
    return not against and ((born and own) if half else (born or own))


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

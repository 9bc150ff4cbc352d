"""What the people of two tellings say: one in common, one of the name, or unlike ones where there can be only one."""

from streams.clusters.kinds import Evidence
from streams.dedupe.rules import RULES, weighed
from streams.dedupe.telling import Telling
from streams.matching.people.alignment import Alignment, align
from streams.matching.people.kind import evidence_bits, never
from streams.matching.people.person import Mention
from streams.matching.people.weights import shipped

_PERSON = RULES["person"]
_ONCE = ("victim", "subject", "suspect")
_AGAINST_EACH_OTHER = {"victim", "suspect"}
_ORDER = ("same", "named", "crossed", "part", "")


def people(a: Telling, b: Telling) -> Evidence | None:
    """They have a person in common, or one of the name; or unlike persons stand in one role."""
    if not (a.people and b.people):
        return _in_text(a, b)
    levels = {(one, other): _alike(one, other) for one in a.people for other in b.people}
    best = min(levels.values(), key=_ORDER.index)
    if best in ("same", "named", "crossed"):
        return weighed("person", best)
    if shared := _in_text(a, b):
        return shared
    return None if best == "part" else _unlike(a, b)


def _unlike(a: Telling, b: Telling) -> Evidence | None:
    ours, theirs = ({person.role for person in telling.people} for telling in (a, b))
    role = next((role for role in _ONCE if role in ours & theirs), None)
    return weighed("person", f"other_{role}") if role else None


def _alike(one: Mention, other: Mention) -> str:
    """How far two mentions are of one person: same by more than the name, named, a part of the name, or nothing."""
    fit = align(one.names, other.names, shipped())
    if fit is None:
        return "part"
    if "different" in (fit.family, fit.given):
        return "part" if _halves(fit) else ""
    bits = evidence_bits(one, other, shipped())
    if never(one, other, shipped()):
        return ""
    if fit.bits < _PERSON["enough"] or bits < shipped().bars.review:
        return "part"
    if {one.role, other.role} == _AGAINST_EACH_OTHER:
        return "crossed"
    return "same" if bits >= _PERSON["sure"] else "named"


def _halves(fit: Alignment) -> bool:
    """Whether only one half could be held against the other, so that unlike says little."""
    return "" in (fit.family, fit.given) and "different" not in (fit.family,)


def _in_text(a: Telling, b: Telling) -> Evidence | None:
    """A surname that one tells in words and the other of a person, or both in words."""
    shared = (a.surnames & b.surnames) - ({*_families(a)} & {*_families(b)})
    return weighed("person", "surname") if shared else None


def _families(telling: Telling) -> set[str]:
    return {word for person in telling.people for name in person.names for word in name.family[-1:]}

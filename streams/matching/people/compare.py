"""How far two names by themselves may be one person's: what the alignment finds, in one number."""

from streams.matching.people.alignment import Alignment, align
from streams.matching.people.names import Name, read_name
from streams.matching.people.weights import shipped

# What each level is worth of the whole agreement of a family or a given name. Rarity is left out: that a name is
# rare makes two mentions likelier one person, not two names likelier one name.
_WORTH = {
    "same": 1.0,
    "sound": 0.95,
    "nickname": 0.95,
    "slip": 0.9,
    "form": 0.75,
    "alike": 0.7,
    "initial": 0.6,
    "part": 0.5,
    "other": 0.5,
    "loose": 0.4,
    "different": 0.0,
}
_MIDDLE = {"same": 0.1, "initial": 0.05, "": 0.0, "different": -0.4}
_ORDER = {"": 0.0, "swapped": -0.05, "single": -0.1}
_HALF = 0.7


def name_score(one: str, other: str) -> float:
    """From 0 to 1, how well two names as written agree; 0.65 tells names of one person best from those of two."""
    ours, theirs = read_name(one), read_name(other)
    if not (ours and theirs):
        return float(one.casefold() == other.casefold())
    fit = align((ours,), (theirs,), shipped())
    return _score(fit) * (_HALF if _is_half(ours, theirs) else 1.0) if fit else 0.0


def _is_half(ours: Name, theirs: Name) -> bool:
    """Whether one name only is held against a whole one."""
    return 1 == min(len(ours.words), len(theirs.words)) < max(len(ours.words), len(theirs.words))


def _score(fit: Alignment) -> float:
    known = [_WORTH[level] for level in (fit.family, fit.given) if level]
    agreed = sum(known) / len(known) + _MIDDLE[fit.middle] + _ORDER[fit.order]
    return min(1.0, max(0.0, agreed))

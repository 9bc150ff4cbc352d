"""How far two names by themselves may be one person's: what the alignment finds, in one number."""

from streams.matching.alignment import Alignment, align
from streams.matching.names import read_name

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
_HALF = 0.7  # one name only against a whole one


def name_score(one: str, other: str) -> float:
    """From 0 to 1, how well two names as written agree; 0.7 tells names of one person best from those of two."""
    ours, theirs = read_name(one), read_name(other)
    fit = align((ours,), (theirs,)) if ours and theirs else None
    if not (ours and theirs and fit):
        return float(one.casefold() == other.casefold())
    return _score(fit) * (
        1.0 if min(len(ours.words), len(theirs.words)) > 1 or len(ours.words) == len(theirs.words) else _HALF
    )


def _score(fit: Alignment) -> float:
    known = [_WORTH[level] for level in (fit.family, fit.given) if level]
    halves = sum(known) / len(known)
    return min(1.0, max(0.0, halves + _MIDDLE[fit.middle] + _ORDER[fit.order]))

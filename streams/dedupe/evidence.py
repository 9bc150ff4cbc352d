"""The evidence that two reports are of one incident: one claim a function, its weights in the vocabulary."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from math import fsum, log2

from streams.clusters.kinds import Evidence
from streams.dedupe.particulars import compare
from streams.dedupe.rules import RULES, weighed
from streams.dedupe.telling import KIND_WORDS, Telling
from streams.dedupe.when import time
from streams.dedupe.where import place
from streams.dedupe.who import people

_NARRATIVE = RULES["narrative"]
Claim = Callable[[Telling, Telling], Evidence | None]


def related(a: Telling, b: Telling) -> Evidence | None:
    """One report names the other."""
    return weighed("related", "named") if a.ref in b.related or b.ref in a.related else None


def agency(a: Telling, b: Telling) -> Evidence | None:
    """One agency seldom tells one incident twice; two that tell it do so each in its own way."""
    return weighed("agency", "same" if a.agency == b.agency else "other")


_RULE_KIND = RULES["kind"]
_SHARES = _RULE_KIND["share"]
_STRENGTHS = ("strong", "close", "weak", "unlike")
_DETAILS = {"strong": "kin_detail", "close": "kin_detail", "weak": "weak_detail", "unlike": "unlike_detail"}
_BOTH = 2
_MOST_AT_COUNTER = float(_RULE_KIND["counter"]["most"])
_AT_COUNTER = frozenset(_RULE_KIND["counter"]["categories"])
_KIN = {
    strength: {(one, other) for group in groups for one in group for other in group}
    for strength, groups in RULES["kind"]["groups"].items()
}


def kind(a: Telling, b: Telling) -> Evidence:
    """The kinds are the same, the rarer the more; or such as agencies give one incident, or seldom are one."""
    found = _kind(a.category, a.themes, b.category, b.themes, bool(a.detail) + bool(b.detail))
    if found.bits > _MOST_AT_COUNTER and _at_one_counter(a, b):
        return replace(found, bits=_MOST_AT_COUNTER)
    return found


def _at_one_counter(a: Telling, b: Telling) -> bool:
    """Whether both are of what happens every day in the one premises they name."""
    if a.category not in _AT_COUNTER or b.category not in _AT_COUNTER:
        return False
    where = place(a, b)
    return where is not None and where.word == "premises"


@lru_cache(maxsize=8_192)
def _kind(one: str, ours: tuple[str, ...], other: str, theirs: tuple[str, ...], told: int) -> Evidence:
    if shared := set(ours) & set(theirs):
        if told == 1 and one != other:
            return weighed("kind", "kin_told")
        return _common("same_detail" if told == _BOTH else "same_theme", max(map(_share, shared)))
    finer = min((_kin(a, b) for a in ours or (one,) for b in theirs or (other,)), key=_STRENGTHS.index)
    if one != other:
        kin = finer if told == _BOTH and finer != "unlike" else min(finer, _kin(one, other), key=_STRENGTHS.index)
        if ours and theirs and finer == "unlike" and kin in ("strong", "close"):
            return weighed("kind", "kin_apart")
        return weighed("kind", f"kin_{kin}")
    if told == _BOTH:
        return weighed("kind", _DETAILS[finer])
    if ours and theirs and finer == "unlike":
        return weighed("kind", "unlike_theme")
    return _common("same_category", _share(one))


def _kin(one: str, other: str) -> str:
    return next((strength for strength in _STRENGTHS[:-1] if (one, other) in _KIN[strength]), "unlike")


def _share(kind: str) -> float:
    return float(_SHARES.get(kind, _SHARES["other"]))


def _common(word: str, share: float) -> Evidence:
    """What a kind in common is worth: the less, the more of all reports are of it."""
    said = weighed("kind", word)
    return Evidence("kind", max(_RULE_KIND["least"], min(said.bits, log2(said.bits / 4 / share))), said.says, word)


def vehicles(a: Telling, b: Telling) -> Evidence | None:
    """They have a vehicle in common, or name unlike ones."""
    if not (a.vehicles and b.vehicles):
        return None
    return weighed("vehicle", "other" if a.vehicles.isdisjoint(b.vehicles) else "same")


def narrative(a: Telling, b: Telling) -> Evidence | None:
    """They share words that few narratives have; what is said of every incident of the kind says little."""
    shared = a.words & b.words
    if not shared:
        return None
    # two long texts share some by length alone
    chance = len(a.words) * len(b.words) / 3000
    worth = fsum(_worth(word) for word in shared)
    bits = min(_NARRATIVE["most"], worth * max(0.0, 1 - chance / len(shared)))
    return Evidence("narrative", round(bits, 2), _NARRATIVE["says"]) if bits > 0 else None


def particulars(a: Telling, b: Telling) -> Evidence | None:
    """Both tell of one thing exactly: the same of it, or what cannot be."""
    return compare(a.particulars, b.particulars) if a.particulars and b.particulars else None


def _worth(word: str) -> float:
    if word[0].isdigit():
        return float(_NARRATIVE["number"])
    return float(_NARRATIVE["of_kind" if word in KIND_WORDS else "each"])


CLAIMS: tuple[Claim, ...] = (related, agency, time, place, kind, people, vehicles, narrative, particulars)

"""What a narrative tells exactly of something: how many, what colour, how much; another account may say otherwise."""

import re
from functools import lru_cache

from streams.clusters.kinds import Evidence
from streams.dedupe.rules import RULES, weighed

_RULE = RULES["particular"]
_COLOURS = frozenset(_RULE["colours"].split())
_NO_THINGS = frozenset(_RULE["no_things"].split())
_PERSONS = frozenset(_RULE["persons"].split())
_GROUP = re.compile(r"\b(?:group|gang|crowd) of (?:about |around |some )?([0-9]{1,3})\b")
_COUNT = re.compile(r"(?<![\w£:./-])([0-9]{1,3})\s+(?:of\s+)?([a-z]{3,})\b")
_SUM = re.compile(r"£\s?([0-9]{2,6})\b")
_PAIR = re.compile(r"\b([a-z]{3,})\s+(?=([a-z]{3,})\b)")
_PEOPLE = "people"
_RATIO, _APART = float(_RULE["ratio"]), int(_RULE["apart"])
Particulars = frozenset[tuple[str, str]]


def read_particulars(text: str) -> Particulars:
    """What is told of each thing: so many of them, its colour, a sum of money."""
    said = _GROUP.sub(r"\1 people", text.lower())
    counts = {(_called(thing), number) for number, thing in _COUNT.findall(said) if thing not in _NO_THINGS}
    colours = {(thing, colour) for colour, thing in _PAIR.findall(said) if colour in _COLOURS and thing not in _COLOURS}
    return frozenset(counts | colours | {("£", number) for number in _SUM.findall(said)})


def _called(thing: str) -> str:
    """A thing by the word it is compared by: lads and teenagers are people, however one calls them."""
    return _PEOPLE if thing in _PERSONS else thing


@lru_cache(maxsize=4_096)
def compare(ours: Particulars, theirs: Particulars) -> Evidence | None:
    """Something both tell exactly is the same, or differs, or is so unlike that no two would say it of one thing."""
    shared = ours & theirs
    things = {thing for thing, _ in ours} & {thing for thing, _ in theirs}
    if any(_unlike(ours, theirs, thing) for thing in things):
        return None if shared else weighed("particular", "other")
    if len(shared) > 1:
        return weighed("particular", "several")
    if things == {_PEOPLE}:  # two who count people seldom agree
        return weighed("particular", "people")
    if shared:
        return weighed("particular", "same")
    return weighed("particular", "differ") if things else None


def _unlike(ours: Particulars, theirs: Particulars, thing: str) -> bool:
    """Whether what they tell of a thing cannot be one: other colours, or counts that lie far apart."""
    one, other = ({what for of, what in told if of == thing} for told in (ours, theirs))
    numbers = [(int(a), int(b)) for a in one for b in other if a.isdigit() and b.isdigit()]
    if not numbers:
        return one.isdisjoint(other) and not any(what.isdigit() for what in one | other)
    return all(abs(a - b) >= _APART and max(a, b) >= _RATIO * min(a, b) for a, b in numbers)

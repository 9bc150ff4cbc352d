"""The rules that say never: whatever else agrees, these two are not one person."""

from streams.matching.people.births import Birth, level
from streams.matching.people.evidence import Two, address, generations_differ, identifiers_level, numbered_in_a_row
from streams.matching.people.person import Mention

_A_GENERATION = range(15, 46)  # years between a parent's birth and a child's
_OWN = frozenset({"same", "other"})
_ONE_HOME = frozenset({"same", "house", "words", "postcode"})  # by what agrees: bits learnt in a store order them anew


def forbidden(two: Two) -> str:
    """The name of the rule that forbids it, a word of the vocabulary's ``never``; or nothing."""
    a, b, rules = two.a, two.b, two.weights.rules
    numbers = identifiers_level(a.identifiers, b.identifiers)
    if numbers == "different" and "identifiers" in rules:
        return "identifiers"
    if generations_differ(a, b) and "generation" in rules:
        return "generation"
    if a.birth is None or b.birth is None or not (a.birth.day and b.birth.day):
        return ""
    if numbers in _OWN or _miscopied(numbers, a, b) or (a.local and a.local == b.local):
        return ""  # one number and unlike dates or names contradict each other: that is for people to see
    if "twins" in rules and _twins(two, a.birth, b.birth):
        return "twins"
    return "parent" if "parent" in rules and _parent_and_child(two, a, b) else ""


def _miscopied(numbers: str, a: Mention, b: Mention) -> bool:
    """Whether one number was miscopied from the other; twins are numbered in a row."""
    return numbers == "slip" and not numbered_in_a_row(a.identifiers, b.identifiers)


def _twins(two: Two, one: Birth, other: Birth) -> bool:
    """The same family name, date of birth and home, unlike given names."""
    if one != other or two.fit is None or two.fit.given != "different" or two.fit.family not in ("same", "part"):
        return False
    return not (two.fit.order == "swapped" and _share_a_given_name(two)) and _at_one_home(two)


def _share_a_given_name(two: Two) -> bool:
    """Whether all that agrees crosswise are given names: Laura Webb and Webf Laura are not two of a family Laura."""
    ours, theirs = ({word for name in mention.names for word in name.words} for mention in (two.a, two.b))
    return all(two.weights.is_rather_given(word) for word in ours & theirs)


def _parent_and_child(two: Two, a: Mention, b: Mention) -> bool:
    """The same name at the same address, born a generation apart."""
    if a.birth is None or b.birth is None or abs(a.birth.year - b.birth.year) not in _A_GENERATION:
        return False
    if level(a.birth, b.birth) not in ("different", "day") or two.fit is None or two.fit.family != "same":
        return False
    return two.fit.given in ("same", "nickname") and _at_one_home(two)


def _at_one_home(two: Two) -> bool:
    home = address(two)
    return home is not None and home.word in _ONE_HOME

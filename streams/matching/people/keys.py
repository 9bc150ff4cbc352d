"""By which keys two mentions of a person find each other: each stands for a way in which one person's can agree.

Every block is compared only with its first few, so many narrow keys find more of the true pairs than a few wide ones,
and cost less. Chosen by what each adds on records of people with errors put in, for the comparisons that it costs. Two
who share one common thing alone, a family name or a district with how a name begins, are hardly ever one person, and
in a large store most pairs are such: unless few share it, they must share something besides.
"""

from collections.abc import Iterator
from itertools import combinations

from streams.matching.people.births import Birth
from streams.matching.people.names import Name
from streams.matching.people.nicknames import roots
from streams.matching.people.person import Mention
from streams.matching.places.place import PlaceForm, distinctive
from streams.matching.words import soundex

MOST = 200  # characters the store takes
HEAD = 15  # of a block whom all are compared with
_COMMON = ("f:", "po:", "ps:", "yo:", "wp:", "nw:")  # 55 of 419,000 that share one alone are one person, in a town
_WORDS = 5  # of an address with no postcode


def keys(mention: Mention) -> frozenset[str]:
    """The keys of a mention; none where it holds no name and nothing of the person's own."""
    own = mention.names or mention.identifiers or mention.phones or mention.emails or mention.local
    return frozenset(key[:MOST] for key in _keys(mention)) if own else frozenset()


def tells(key: str) -> bool:
    """Whether two mentions are compared where they share this key alone, however many share it."""
    return not key.startswith(_COMMON)


def _keys(mention: Mention) -> Iterator[str]:
    yield from _own(mention)
    yield from _without_a_name(mention)
    for name in mention.names:
        words = [word for word in name.words if len(word) > 1]
        sounds = sorted({soundex(form) for word in words for form in (word, *roots(word))})
        yield from _named(name, words, sounds)
        if mention.birth is not None:
            yield from _named_and_born(mention.birth, sounds)
        if mention.birth_place:
            yield from _named_and_from(mention, words, sounds)
        if mention.occupation:
            yield from (f"so:{sound}:{mention.occupation}" for sound in sounds)
        if mention.address is not None:
            yield from _named_and_housed(mention.address, words, sounds)


def _own(mention: Mention) -> Iterator[str]:
    """What is a person's own, or nearly."""
    yield from (f"id:{scheme}:{value}" for scheme, value in mention.identifiers)
    yield from (f"ph:{number}" for number in mention.phones)
    for address in mention.emails:
        yield f"em:{address}"
        yield f"el:{address.partition('@')[0]}"
    if mention.local:
        yield f"lo:{mention.local}"


def _without_a_name(mention: Mention) -> Iterator[str]:
    """What two mentions can have in common however their names are written."""
    birth, home = mention.birth, mention.address
    if birth is not None and birth.day:
        yield f"d:{birth.year}-{_turned(birth)}"
        if mention.birth_place:
            yield f"mb:{_turned(birth)}:{mention.birth_place}"
    if birth is not None and mention.birth_place:
        yield f"yb:{birth.year}:{mention.birth_place}"
    if mention.birth_place and mention.occupation:
        yield f"bo:{mention.birth_place}:{mention.occupation}"
    if home is not None:
        yield from _home(home)
        if birth is not None and home.postcode:
            yield f"yo:{birth.year}:{home.postcode[:-3]}"


def _home(place: PlaceForm) -> Iterator[str]:
    """Where a person lives: the postcode; the number with how the street sounds; without either, with other words."""
    if place.postcode:
        yield f"pc:{place.postcode}"
    if place.number and place.street:
        yield f"st:{place.number}:{soundex(place.street)}"
    if place.number and not place.postcode:
        yield from (f"nw:{place.number}:{word}" for word in distinctive(place)[:_WORDS])


def _named(name: Name, words: list[str], sounds: list[str]) -> Iterator[str]:
    """How two of the names sound or begin, whichever way round and by whatever short form; a family name alone."""
    yield from (f"n:{one}:{two}" for one, two in combinations(sounds, 2))
    yield from (f"p:{one}:{two}" for one, two in combinations(sorted({word[:3] for word in words}), 2))
    yield from (f"f:{word}" for word in name.family if len(word) > 1)
    if not (name.given and name.family):
        yield from (f"1:{sound}" for sound in sounds)


def _named_and_born(birth: Birth, sounds: list[str]) -> Iterator[str]:
    """One name and most of the date: the day may be wrong, or the year, or all but the year not known."""
    for sound in sounds:
        yield f"y:{birth.year}:{sound}"
        if birth.month:
            yield f"m:{birth.year}-{birth.month}:{sound}"
        if birth.day:
            yield f"e:{_turned(birth)}:{sound}"


def _named_and_from(mention: Mention, words: list[str], sounds: list[str]) -> Iterator[str]:
    yield from (f"bp:{mention.birth_place}:{sound}" for sound in sounds)
    if mention.birth is not None:
        yield from (f"ib:{letter}:{mention.birth.year}:{mention.birth_place}" for letter in {w[0] for w in words})


def _named_and_housed(place: PlaceForm, words: list[str], sounds: list[str]) -> Iterator[str]:
    if place.postcode:
        yield from (f"ps:{place.postcode[:-2]}:{sound}" for sound in sounds)
        yield from (f"po:{place.postcode[:-3]}:{word[:3]}" for word in words)
    else:
        yield from (f"wp:{word}:{sound}" for word in distinctive(place)[:_WORDS] for sound in sounds)


def _turned(birth: Birth) -> str:
    """Day and month in order, so that swapping them changes nothing."""
    return f"{min(birth.month, birth.day)}-{max(birth.month, birth.day)}"

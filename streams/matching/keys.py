"""By which keys two mentions of a person find each other: each stands for a way in which one person's can agree."""

from collections.abc import Iterator
from itertools import product

from streams.matching.births import Birth
from streams.matching.names import Name
from streams.matching.nicknames import roots
from streams.matching.person import Mention
from streams.matching.words import soundex

MOST = 200  # characters the store takes


def keys(mention: Mention) -> frozenset[str]:
    """The keys of a mention; none where it holds nothing to match by."""
    return frozenset(key[:MOST] for key in _keys(mention))


def _keys(mention: Mention) -> Iterator[str]:
    yield from (f"id:{scheme}:{value}" for scheme, value in mention.identifiers)
    yield from (f"ph:{number}" for number in mention.phones)
    yield from (f"em:{address}" for address in mention.emails)
    if mention.local:
        yield f"lo:{mention.local}"
    for name in mention.names:
        yield from _by_name(name, mention)


def _by_name(name: Name, mention: Mention) -> Iterator[str]:
    words = [word for word in name.words if len(word) > 1]
    sounds = sorted({soundex(word) for word in words})
    yield from _whole(name)
    if mention.birth is not None:
        yield from (f"b:{born}:{word}" for born in _births(mention.birth) for word in _words(name))
        yield from (f"y:{mention.birth.year}:{one}:{two}" for one, two in _twos(sounds))
    if mention.address is not None and mention.address.postcode:
        yield from (f"pc:{mention.address.postcode}:{sound}" for sound in sounds)
    elif mention.address is not None and mention.address.street:
        yield from (f"st:{mention.address.number}:{soundex(mention.address.street)}:{sound}" for sound in sounds)


def _words(name: Name) -> set[str]:
    """What stands for a name beside an exact date of birth: how the family name sounds, and the given names' roots."""
    return {soundex(word) for word in name.family} | {root for word in name.given[:1] for root in roots(word)}


def _whole(name: Name) -> Iterator[str]:
    """Given name and family name, whichever way round and by whatever short form."""
    first = [name.given[0]] if name.given else []
    if not (first and name.family):
        yield from (f"1:{word}" for word in name.words)
        return
    for given, family in product(first, name.family):
        for one, two in product(roots(given), roots(family)):
            yield "n:" + ":".join(sorted((one, two)))


def _births(birth: Birth) -> set[str]:
    """A date with its day and month in order, so that swapping them changes nothing."""
    return {f"{birth.year}-{min(birth.month, birth.day)}-{max(birth.month, birth.day)}"} if birth.day else set()


def _twos(sounds: list[str]) -> Iterator[tuple[str, str]]:
    return ((one, two) for i, one in enumerate(sounds) for two in sounds[i + 1 :])

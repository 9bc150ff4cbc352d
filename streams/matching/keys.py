"""By which keys two mentions of a person find each other: each stands for a way in which one person's can agree."""

from collections.abc import Iterator
from itertools import combinations, product

from streams.matching.births import Birth
from streams.matching.names import Name
from streams.matching.nicknames import roots
from streams.matching.person import Mention
from streams.matching.place import PlaceForm
from streams.matching.words import soundex

MOST = 200  # characters the store takes


def keys(mention: Mention) -> frozenset[str]:
    """The keys of a mention; none where it holds no name and nothing of the person's own."""
    own = mention.names or mention.identifiers or mention.phones or mention.emails or mention.local
    return frozenset(key[:MOST] for key in _keys(mention)) if own else frozenset()


def _keys(mention: Mention) -> Iterator[str]:
    yield from (f"id:{scheme}:{value}" for scheme, value in mention.identifiers)
    yield from (f"ph:{number}" for number in mention.phones)
    yield from (f"em:{address}" for address in mention.emails)
    if mention.local:
        yield f"lo:{mention.local}"
    if mention.birth is not None:
        yield from _births(mention.birth)
    if mention.address is not None:
        yield from _home(mention.address)
    for name in mention.names:
        yield from _by_name(name, mention)


def _by_name(name: Name, mention: Mention) -> Iterator[str]:
    sounds = sorted({soundex(word) for word in name.words if len(word) > 1})
    yield from _whole(name)
    if mention.birth is not None:
        yield from (f"y:{mention.birth.year}:{one}:{two}" for one, two in combinations(sounds, 2))
    if mention.birth_place:
        yield from (f"bp:{mention.birth_place}:{sound}" for sound in sounds)
    if mention.address is not None and mention.address.postcode:
        yield from (f"ps:{mention.address.postcode[:-2]}:{sound}" for sound in sounds)


def _whole(name: Name) -> Iterator[str]:
    """How given name and family name sound, whichever way round and by whatever short form; or the only name."""
    if not (name.given and name.family):
        yield from (f"1:{soundex(word)}" for word in name.words[:2])
        return
    for family in name.family:
        for one, two in product(roots(name.given[0]), roots(family)):
            yield "n:" + ":".join(sorted((soundex(one), soundex(two))))


def _births(birth: Birth) -> Iterator[str]:
    """A whole date, its day and month in order, so that swapping them changes nothing."""
    if birth.day:
        yield f"d:{birth.year}-{min(birth.month, birth.day)}-{max(birth.month, birth.day)}"


def _home(place: PlaceForm) -> Iterator[str]:
    """Where a person lives, by postcode or else by number and how the street sounds."""
    if place.postcode:
        yield f"pc:{place.postcode}"
    elif place.street:
        yield f"st:{place.number}:{soundex(place.street)}"

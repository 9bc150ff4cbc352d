"""Values that ought to be one person's and are many's: the switchboard's number, the hostel's address.

One that people of more than so many different names use is generic. It is taken off each mention before anything is
compared, so that it is neither evidence nor a way to find each other, for nor against; that two have it is told.
A postcode alone is not counted: many are meant to share it, and its weight knows.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence
from streams.matching.people.nicknames import mended, roots
from streams.matching.people.person import Mention
from streams.matching.places.place import PlaceForm
from streams.matching.words import soundex

KINDS: Mapping[str, str] = {"ph": "phone", "em": "email", "id": "identifier", "lo": "local", "ad": "address"}
_RULE = vocabulary("people")["generic"]
MOST: dict[str, int] = dict(_RULE["most"])  # different names of those who use a value, of each kind
_SAYS: Mapping[str, str] = _RULE["says"]
_LONGEST = 200  # characters the store takes
_FULL = 2  # letters from which a given name is more than an initial


def values(mention: Mention) -> Iterator[str]:
    """The keys of what ought to be the person's own, each its kind and the value."""
    yield from (_key("ph", number) for number in mention.phones)
    yield from (_key("em", address) for address in mention.emails)
    yield from (_identifier(pair) for pair in mention.identifiers)
    if mention.local:
        yield _key("lo", mention.local)
    if mention.address is not None:
        yield from _addresses(mention.address)


def kind_of(key: str) -> str:
    """The kind of value that a key is of, as the vocabulary calls it."""
    return KINDS[key[:2]]


def most(key: str) -> int:
    """The most names that may use the value of ``key``."""
    return MOST[kind_of(key)]


def name_of(mention: Mention) -> str:
    """How the first name sounds, the given one in full; nothing where half of it is not told, as it may be anyone's."""
    name = next((name for name in mention.names if name.given and name.family), None)
    if name is None or len(name.given[0]) < _FULL:
        return ""
    given = min(roots(mended(name.given[0])))
    return " ".join(sorted((soundex(given), soundex("".join(name.family)))))


def without(mention: Mention, generic: Collection[str]) -> Mention:
    """The mention without its values that are among ``generic``; they are noted in its ``generic``."""
    shared = frozenset(key for key in values(mention) if key in generic) if generic else frozenset()
    if not shared:
        return mention
    home = mention.address
    return replace(
        mention,
        phones=frozenset(number for number in mention.phones if _key("ph", number) not in shared),
        emails=frozenset(address for address in mention.emails if _key("em", address) not in shared),
        identifiers=frozenset(pair for pair in mention.identifiers if _identifier(pair) not in shared),
        local="" if _key("lo", mention.local) in shared else mention.local,
        address=None if home is not None and not shared.isdisjoint(_addresses(home)) else home,
        generic=shared,
    )


def shared_by_many(a: Mention, b: Mention) -> Iterator[Evidence]:
    """Told, and worth nothing: a value that two have in common, and many others have."""
    if a.generic and b.generic:
        for kind in sorted({kind_of(key) for key in a.generic & b.generic}):
            yield Evidence("generic", 0.0, _SAYS[kind].format(most=MOST[kind]))


def _key(kind: str, value: str) -> str:
    return f"{kind}:{value}"[:_LONGEST]


def _identifier(pair: tuple[str, str]) -> str:
    return _key("id", ":".join(pair))


@lru_cache(maxsize=1_024)
def _addresses(place: PlaceForm) -> tuple[str, ...]:
    """Each way in which an address can be the same as another; none of a street or a postcode alone."""
    if place.precision not in ("address", "building"):
        return ()
    house = f"{place.flat}/{place.number}" if place.number else place.name
    where = f"{house} {place.postcode}" if place.postcode else place.text or place.name
    return tuple(_key("ad", way) for way in (place.uprn and f"uprn {place.uprn}", house and where) if way)

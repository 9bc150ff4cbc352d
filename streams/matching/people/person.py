"""A person mention in normal form: what the rules read of it. The original stays in the report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from schemas.report import Person
from streams.matching.people.births import Birth, read_birth
from streams.matching.people.contacts import email, identifier, phone
from streams.matching.people.names import Name, read_name
from streams.matching.places.place import PlaceForm, read_place
from streams.matching.words import plain


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mention:
    """A person as one report names them; ``names`` begins with the name, aliases follow.

    ``ages`` are the years between which the person was born, by the ages given; ``company`` the names of the others in
    the report. ``generic`` are values that were taken off because many use them. ``circle``: who may know of it besides
    those told all, where weights are learnt. Two are equal when they are one.
    ``one_name``: there is but one, and it is whole; ``first_letters`` are those of its given and its family names.
    """

    id: str
    ref: str
    agency: str
    index: int
    role: str
    names: tuple[Name, ...] = ()
    birth: Birth | None = None
    ages: tuple[int, int] | None = None
    sex: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    identifiers: frozenset[tuple[str, str]] = frozenset()
    address: PlaceForm | None = None
    birth_place: str = ""
    occupation: str = ""
    local: str = ""
    company: frozenset[str] = frozenset()
    fields: int = field(default=0, init=False, repr=False)
    one_name: bool = field(default=False, init=False, repr=False)
    first_letters: tuple[int, int] = field(default=(0, 0), init=False, repr=False)

    def __post_init__(self) -> None:
        """Note which fields hold something, a bit each, so that two are asked only of what both tell."""
        told = (
            self.names,
            any(name.generation for name in self.names),
            self.birth,
            self.birth or self.ages,
            self.sex,
            self.identifiers,
            self.local,
            self.phones,
            self.emails,
            self.address,
            self.birth_place,
            self.occupation,
            self.company,
        )
        object.__setattr__(self, "fields", sum(1 << place for place, value in enumerate(told) if value))
        if len(self.names) == 1 and self.names[0].given and self.names[0].family:
            object.__setattr__(self, "one_name", True)
            object.__setattr__(self, "first_letters", (_first(self.names[0].given), _first(self.names[0].family)))

    generic: frozenset[str] = frozenset()
    circle: frozenset[str] = frozenset()


def _first(words: Iterable[str]) -> int:
    """The first letters of words as a set of bits, which two are compared by at once."""
    found = 0
    for word in words:
        found |= 1 << ord(word[0]) % 61
    return found


def read_mention(person: Person, *, id_: str, ref: str, index: int, reported_at: datetime) -> Mention:
    """The normal form of ``people[index]`` of the report ``ref``."""
    agency = ref.partition(":")[0]
    whole = [read_name(person.name, person.given, person.middle, person.family)]
    whole += [read_name(alias) for alias in person.aliases]
    return Mention(
        id=id_,
        ref=ref,
        agency=agency,
        index=index,
        role=person.role,
        names=tuple(dict.fromkeys(name for name in whole if name is not None)),
        birth=read_birth(person.born),
        ages=_years(person, reported_at.year),
        sex=person.sex if person.sex in ("M", "F") else "",
        phones=frozenset(found for text in person.phones if (found := phone(text))),
        emails=frozenset(found for text in person.emails if (found := email(text))),
        identifiers=frozenset(pair for given in person.identifiers.items() if (pair := identifier(*given))),
        address=_own(read_place(person.address)),
        birth_place=plain(person.place_of_birth or ""),
        occupation=plain(person.occupation or ""),
        local=f"{agency}:{person.local_ref.strip()}" if person.local_ref and person.local_ref.strip() else "",
    )


def _years(person: Person, year: int) -> tuple[int, int] | None:
    low = person.age_from if person.age_from is not None else person.age_to
    high = person.age_to if person.age_to is not None else person.age_from
    if low is None or high is None or low > high:  # the wrong way round: kept, not used
        return None
    return year - high - 1, year - low


@lru_cache(maxsize=4_096)
def _own(place: PlaceForm | None) -> PlaceForm | None:
    """The address, unless it is one that many share or nobody has."""
    return None if place is None or place.near or place.institution else place


def as_body(mention: Mention) -> dict[str, Any]:
    """The normal form as the store keeps it, for people to look at."""
    body: dict[str, Any] = {
        "names": [{"given": list(name.given), "family": list(name.family)} for name in mention.names],
        "born": mention.birth and "-".join(f"{part:02d}" for part in _parts(mention.birth)),
        "born_years": mention.ages and list(mention.ages),
        "sex": mention.sex,
        "phones": sorted(mention.phones),
        "emails": sorted(mention.emails),
        "identifiers": dict(sorted(mention.identifiers)),
        "address": mention.address and mention.address.label,
        "place_of_birth": mention.birth_place,
        "occupation": mention.occupation,
        "local_ref": mention.local,
    }
    return {key: value for key, value in body.items() if value}


def _parts(birth: Birth) -> list[int]:
    return [part for part in (birth.year, birth.month, birth.day) if part]

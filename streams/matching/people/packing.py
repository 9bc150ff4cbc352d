"""A mention as one text that the store keeps, so that it is compared again without its report being read again."""

from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json

from streams.matching.people.births import Birth
from streams.matching.people.names import Name
from streams.matching.people.person import Mention
from streams.matching.places.place import packed, unpacked


def pack(mention: Mention) -> str:
    """All that the rules read of a mention, but what the store keeps beside it."""
    home = mention.address
    told: dict[str, Any] = {
        "names": mention.names,
        "birth": mention.birth,
        "ages": mention.ages,
        "sex": mention.sex,
        "phones": sorted(mention.phones),
        "emails": sorted(mention.emails),
        "identifiers": sorted(mention.identifiers),
        "address": None if home is None else packed(home),
        "birth_place": mention.birth_place,
        "occupation": mention.occupation,
        "local": mention.local,
        "company": sorted(mention.company),
    }
    return to_json({name: value for name, value in told.items() if value}).decode()


@lru_cache(maxsize=8_192)  # the first of a block are compared with everyone
def unpack(id_: str, ref: str, index: int, role: str, form: str) -> Mention:
    """The mention that was packed."""
    told: dict[str, Any] = from_json(form)
    for name in ("phones", "emails", "company"):
        if name in told:
            told[name] = frozenset(told[name])
    if "identifiers" in told:
        told["identifiers"] = frozenset((scheme, value) for scheme, value in told["identifiers"])
    if "address" in told:
        told["address"] = unpacked(told["address"])
    if "birth" in told:
        told["birth"] = Birth(*told["birth"])
    if "ages" in told:
        told["ages"] = tuple(told["ages"])
    if "names" in told:
        told["names"] = tuple(Name(tuple(given), tuple(family), made) for given, family, made in told["names"])
    return Mention(id=id_, ref=ref, agency=ref.partition(":")[0], index=index, role=role, **told)

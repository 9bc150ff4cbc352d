"""Ids made from what they stand for, so that doing a thing twice changes nothing."""

from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

_OURS = uuid5(NAMESPACE_URL, "tag:tocsin,2026:identity")


def identity(space: str, *parts: object) -> str:
    """The id of the thing of kind ``space`` that ``parts`` name."""
    return str(uuid5(_root(space), "\x1f".join(map(str, parts))))


@lru_cache(maxsize=256)
def _root(space: str) -> UUID:
    return uuid5(_OURS, space)


def ref_of(agency: str, report_id: str) -> str:
    """``agency:id``, the name of a report across the partnership."""
    return f"{agency}:{report_id}"

"""Ids made from what they stand for, so that doing a thing twice changes nothing."""

from uuid import NAMESPACE_URL, UUID, uuid5

_OURS = uuid5(NAMESPACE_URL, "tag:tocsin,2026:identity")
_SPACES: dict[str, UUID] = {}


def identity(space: str, *parts: object) -> str:
    """The id of the thing of kind ``space`` that ``parts`` name."""
    root = _SPACES.setdefault(space, uuid5(_OURS, space))
    return str(uuid5(root, "\x1f".join(str(part) for part in parts)))


def ref_of(agency: str, report_id: str) -> str:
    """``agency:id``, the name of a report across the partnership."""
    return f"{agency}:{report_id}"

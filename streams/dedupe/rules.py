"""What the vocabulary says of incidents: the evidence of one level of one field."""

from functools import cache

from schemas.kinds import vocabulary
from streams.clusters.kinds import Evidence

RULES = vocabulary("incidents")


@cache
def weighed(field: str, word: str) -> Evidence:
    """The evidence the vocabulary gives for one level of one field."""
    entry = RULES[field][word]
    return Evidence(field, entry["bits"], entry["says"], word)

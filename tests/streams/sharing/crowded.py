"""A small store that is counted as a large one: blocks with two first ones, crowds of two pairs."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streams.dedupe import crowd
from streams.dedupe.incidents import INCIDENTS
from streams.matching.people.kind import PEOPLE
from streams.matching.places.kind import PLACES


@contextmanager
def as_in_a_large_store() -> Iterator[None]:
    """Let few reports crowd each other as thousands do."""
    kinds = (INCIDENTS, PEOPLE, PLACES)
    heads = [kind.head for kind in kinds]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(crowd, "_FIRST", [2, 4])
        try:
            for kind in kinds:
                object.__setattr__(kind, "head", 2)
            yield
        finally:
            for kind, head in zip(kinds, heads, strict=True):
                object.__setattr__(kind, "head", head)

"""Ids are uuid5 of what they stand for, however they are worked out."""

from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import identity

OURS = uuid5(NAMESPACE_URL, "tag:tocsin,2026:identity")


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_an_id_is_the_uuid5_of_its_parts(space: str, parts: list[str]) -> None:
    made = identity(space, *parts)
    assert made == str(uuid5(uuid5(OURS, space), "\x1f".join(parts)))
    assert UUID(made).version == 5

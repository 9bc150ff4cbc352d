import pytest

from streams.matching.people.keys import keys
from streams.matching.people.kind import PEOPLE
from tests.streams.matching.people.cases import CASES, UNLINKABLE, Told
from tests.streams.matching.people.made import m, outcome

ALLOWED = {"open": ("review", "apart"), "found": ("join", "review"), "never": ("apart",)}


@pytest.mark.parametrize(("expected", "one", "other"), CASES.values(), ids=CASES.keys())
def test_a_pair_is_settled_as_a_clerk_would(expected: str, one: Told, other: Told) -> None:
    a, b = m(**one), m(**other)
    assert outcome(a, b) in ALLOWED.get(expected, (expected,))
    if expected == "never":
        assert PEOPLE.never(a, b)
        assert PEOPLE.never(b, a)


@pytest.mark.parametrize("text", UNLINKABLE)
def test_a_description_is_never_linked(text: str) -> None:
    assert not keys(m(text, "1990-04-12", address={"postcode": "S40 1AA"}))

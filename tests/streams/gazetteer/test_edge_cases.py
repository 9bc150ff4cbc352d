"""The hard addresses of uk_address_matcher, each against its own few; they are read where they lie."""

import pytest

from streams.gazetteer.index import Index
from streams.gazetteer.resolve import ranked, resolve
from streams.gazetteer.rows import row_of
from tests.bench.places.bench import hard_cases

CASES = hard_cases()
ABSENT = pytest.mark.skip(reason="the hard addresses are not there")


@pytest.mark.skipif(not CASES, reason="the hard addresses are not there")
def test_there_are_as_many_as_were_read():
    assert len(CASES) == 21


@pytest.mark.parametrize("case", CASES or [pytest.param([], marks=ABSENT)])
def test_the_true_address_is_first_and_no_other_is_answered(case):
    (messy, code), *canonical = case
    index = Index(row_of(str(at), *one) for at, one in enumerate(canonical))
    assert ranked(index, messy, code)[0].uprn == "0"
    found = resolve(index, messy, code)
    assert found is None or found.uprn in ("", "0")

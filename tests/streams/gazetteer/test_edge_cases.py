"""The hard addresses of uk_address_matcher, each against its own few; they are read where they lie."""

import re

import pytest

from streams.gazetteer.index import Index
from streams.gazetteer.resolve import ranked, resolve
from streams.gazetteer.rows import row_of
from tests.bench.people_sets import SHARED

FILE = SHARED / "places" / "edge_case_addresses.yaml"


def cases():
    if not FILE.is_file():
        return []
    text = re.sub(r"#.*", "", FILE.read_text("utf-8"))
    found = []
    for block in text.split("- messy_address:")[1:]:
        strings = re.findall(r'"([^"]*)"', block)
        found.append(list(zip(strings[::2], strings[1::2], strict=True)))
    return found


@pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not there")
def test_there_are_as_many_as_were_read():
    assert len(cases()) == 21


@pytest.mark.parametrize("case", cases() or [pytest.param([], marks=pytest.mark.skip(reason=f"{FILE} is not there"))])
def test_the_true_address_is_first_and_no_other_is_answered(case):
    (messy, code), *canonical = case
    index = Index(row_of(str(at), *one) for at, one in enumerate(canonical))
    assert ranked(index, messy, code)[0].uprn == "0"
    found = resolve(index, messy, code)
    assert found is None or found.uprn in ("", "0")

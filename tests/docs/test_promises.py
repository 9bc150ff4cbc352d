"""Every promise of docs/reliability.md names what holds it, and what is named exists."""

import re
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES
from tests.bench.security.bench import PARTS
from tests.docs.test_threat_model import NAMED, named_in
from tests.faults.plan import FAULTS

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs/reliability.md").read_text("utf-8").partition("## Faults")[0]
PROMISES = re.findall(r"^\| (?!promise |---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)
LONG = re.compile(r"`bench ([\w-]+)((?: [\w-]+)*)`")


def test_there_is_a_row_for_each_promise() -> None:
    assert len(PROMISES) == 17


@pytest.mark.parametrize(("promise", "held"), [row[:2] for row in PROMISES], ids=[row[0] for row in PROMISES])
def test_each_promise_is_held_by_tests_that_exist(promise: str, held: str) -> None:
    named, long = NAMED.findall(held), LONG.findall(held)
    assert named or long, promise
    for file, name in named:
        assert name in named_in(file), f"{file}::{name}"
    parts = {
        "faults": {fault.name for fault in FAULTS},
        "security": {part.__name__.removeprefix("measure_") for part in PARTS},
    }
    for bench, some in long:
        assert bench in BENCHES, bench
        assert set(some.split()) <= parts.get(bench, set()), some

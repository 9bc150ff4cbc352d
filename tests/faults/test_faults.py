"""The faults that fit into the tests, at a small size; ``make bench-faults`` tries all of them at length."""

from functools import partial
from pathlib import Path

import pytest

from tests.faults.plan import FAULTS, Ground

# not those that kill the broker: kafka-python leaves sockets behind then, which fails whatever test comes next
TESTED = ("scaled", "sqlite-locked", "poison", "out-of-order")
BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.broker
@pytest.mark.parametrize("name", TESTED)
def test_nothing_is_lost_and_nothing_is_done_twice(
    name: str, broker: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    fault = BY_NAME[name]
    database = partial(request.getfixturevalue, "postgresql_url")
    ground = Ground(folder=tmp_path, broker=broker, server=None, new_database=database)
    for row in fault.run(ground, tmp_path, fault.quick):
        assert (row.lost, row.twice) == (0, 0)


def test_each_fault_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(FAULTS)

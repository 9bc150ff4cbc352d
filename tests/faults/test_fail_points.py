"""Killed at any step of the transaction, the stages, the outbox or the relay, and started again: 0 lost, 0 twice."""

from pathlib import Path

import pytest

from streams.fail_points import UnknownFailPoint, arm
from tests.faults.of_steps import crashes_between_steps


@pytest.mark.broker
def test_killed_at_each_step_and_resumed_nothing_is_lost_or_done_twice(broker: str, store_url: str, tmp_path: Path):
    row = crashes_between_steps(broker, store_url, tmp_path, reports=90, rounds=1, at_once=5)
    assert (row.lost, row.twice) == (0, 0)


def test_a_fail_point_that_is_none_is_refused() -> None:
    for wrong in ("nowhere", "relay.sent:0", "relay.sent:x", ""):
        with pytest.raises(UnknownFailPoint):
            arm(wrong)
    arm(None)

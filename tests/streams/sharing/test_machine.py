"""No field reaches a copy or a receipt that the plain rules forbid, whatever happens and in whatever order."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.streams.sharing.machine import NAMES, Sharing

OFTEN = settings(max_examples=25, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))


def test_nothing_forbidden_is_held_after_any_step() -> None:
    run_state_machine_as_test(Sharing, settings=OFTEN)  # type: ignore[no-untyped-call]
    assert Sharing.checked > 100 * len(NAMES)

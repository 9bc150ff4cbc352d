"""What may pass, over many cases: the machine of ``make test`` run long, and worlds with and without what is hidden.

Half of the worlds are counted as a large store is: with crowded blocks, and few pairs that say how crowded it is.

``--steps N`` and ``--worlds N`` say how many; ``--seed N`` which.
"""

import argparse
import time
from contextlib import nullcontext
from typing import Any

from hypothesis import given, seed
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from tests.bench.chance import cases
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import Body, Way, close_all
from tests.streams.sharing.crowded import as_in_a_large_store
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by, standing
from tests.streams.sharing.machine import NAMES, Sharing

STEPS_A_RUN = 20


def measure_sharing() -> None:
    """The machine, then the worlds."""
    asked = _asked()
    start = time.process_time()
    run = cases(max(1, asked.steps // STEPS_A_RUN), stateful_step_count=STEPS_A_RUN)
    run_state_machine_as_test(seed(asked.seed)(Sharing), settings=run)  # type: ignore[no-untyped-call]
    states = Sharing.checked // len(NAMES)
    print(f"machine: {states} states, each held against the plain rules for {len(NAMES)} agencies: 0 forbidden fields")
    print(f"  {time.process_time() - start:.0f} s of CPU")
    tried, differ = _worlds(asked.worlds, asked.seed)
    print(f"existence: {differ} of {tried} views told with a hidden report from without it")


def _worlds(count: int, number: int) -> tuple[int, int]:
    tried = differ = 0

    @seed(number)
    @cases(count)
    @given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(NAMES), st.booleans())
    def one(sent: list[Body], signed: str, agency: str, large: bool) -> None:
        nonlocal tried, differ
        tried += 1
        with as_in_a_large_store() if large else nullcontext():
            made: list[Any] = [
                standing(agency, Way(partnership=PARTNERSHIPS[signed][0]).take(some).close(45))
                for some in (sent, seen_by(agency, sent, PARTNERSHIPS[signed][1]))
            ]
        close_all()
        if made[0] != made[1]:
            differ += 1
            print(f"  differs for {agency} under {signed}, large {large}: {sent}", flush=True)

    one()
    return tried, differ


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=11_000)
    parser.add_argument("--worlds", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_known_args()[0]

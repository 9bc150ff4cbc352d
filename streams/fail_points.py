"""Fail points: steps by name at which a test has this process killed, as a power cut there would end it.

``TOCSIN_FAIL_POINT=name[:nth]`` kills it at the nth time that it comes to the step, the first if none is said. Only a
worker that was started so is armed; for every other a step is one look at nothing.
"""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "TOCSIN_FAIL_POINT"
FAIL_POINTS: Mapping[str, str] = {
    "transaction.begun": "a run was read and nothing of it written",
    "transaction.taken": "the run's results and its log entry are written, not yet what is owed",
    "transaction.owed": "what is owed is written, and the ledger not moved on",
    "transaction.moved": "the ledger is moved on, and nothing committed",
    "transaction.committed": "the run is committed, and nobody told of it",
    "stage.taken": "a batch's keys are taken away, and nothing done about them",
    "stage.worked": "a stage's results are written, not yet what is owed",
    "stage.owed": "a stage's results and what is owed are written, and nothing committed",
    "stage.committed": "a stage's batch is committed, and the next not woken",
    "days.closed": "days are closed, and nothing committed",
    "outbox.read": "the outbox was read, and nothing sent",
    "relay.leading": "the lease is taken, and the outbox not read",
    "relay.sent": "messages are handed to the producer, and not acknowledged",
    "relay.acknowledged": "the broker has them, and they stand in the outbox still",
    "outbox.settling": "they are taken out of the outbox, and nothing committed",
    "outbox.settled": "they are out of the outbox",
}


@dataclass(slots=True)
class _Armed:
    name: str
    left: int


_armed: _Armed | None = None


class UnknownFailPoint(ValueError):
    """There is no such step, or it cannot be counted so; its text says which there are."""


def arm(said: str | None) -> None:
    """Have this process killed at a step; None disarms it."""
    global _armed
    if said is None:
        _armed = None
        return
    name, _, nth = said.partition(":")
    if name not in FAIL_POINTS or not (nth or "1").isdigit() or nth == "0":
        raise UnknownFailPoint(f"{VARIABLE}={said}: name[:nth] is wanted, and there are {', '.join(FAIL_POINTS)}")
    _armed = _Armed(name, int(nth or 1))


def step(name: str) -> None:
    """Come to a step; it is the process's last where it was armed for it."""
    if _armed is None or _armed.name != name:
        return
    _armed.left -= 1
    if _armed.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

"""The peers' figures, from their own environment: what is not there is said to be not measured."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.people.sets import PEERS

PATIENCE = 2_700.0  # seconds: a quarter of an hour is not enough on a busy machine


@dataclass(frozen=True, slots=True)
class Told:
    """What the peers came to, by set, and why there is less than all of it."""

    sets: dict[str, dict[str, Any]]
    reason: str = ""


def peers(sets: Sequence[str]) -> Told:
    """Run the peers over those of the sets that there is a model for."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        return Told({}, f"not measured, for {PEERS} is not there (make bench-people makes it)")
    command = [str(python), "-m", "tests.bench.people.peers", *sets]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        return Told(_lines(error.stdout), f"stopped after {PATIENCE:.0f} s")
    failed = f"ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}" if done.returncode else ""
    return Told(_lines(done.stdout), failed)


def _lines(said: str | bytes | None) -> dict[str, dict[str, Any]]:
    text = said.decode() if isinstance(said, bytes) else said or ""
    found = (json.loads(line) for line in text.splitlines() if line.startswith("{"))
    return {line["dataset"]: line for line in found}

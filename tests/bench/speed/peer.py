"""Splink in micro-batches over the same reports, from its own environment; what is not there is said to be missing."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

from tests.bench.people.sets import PEERS

BATCH = 500
PATIENCE_S = 900.0


def splink_beside(stored: Sequence[bytes], coming: Sequence[bytes]) -> str:
    """How many reports a second Splink links to those stored, by the people they name."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        return f"Splink: not measured, for {PEERS} is not there (make bench-people makes it)."
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, raw in enumerate((*stored, *coming)):
            file.write(json.dumps(list(_people(number, raw))) + "\n")
        file.flush()
        command = [str(python), "-m", "tests.bench.speed.micro_batches", file.name, str(len(stored)), str(BATCH)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    if done.returncode:
        return f"Splink: not measured, it ended with {done.stderr.strip().splitlines()[-1:]}."
    told = json.loads(done.stdout.splitlines()[-1])
    return (
        f"Linking people alone, in batches of {BATCH} reports, {told['peer']} does {told['a_second']:,.0f} reports a "
        f"second ({told['people']:,} mentions at the end, {told['found']:,} matches; trained beforehand)."
    )


def _people(number: int, raw: bytes) -> Iterable[dict[str, str]]:
    try:
        people = json.loads(raw).get("people") or ()
    except (ValueError, AttributeError):
        return  # one of the simulation's mishaps
    for place, person in enumerate(people):
        given, family = _names(person)
        if given or family:
            yield {
                "unique_id": f"{number}-{place}",
                "given": given,
                "family": family,
                "both_names": f"{given} {family}" if given and family else "",
                "born": str(person.get("born") or ""),
                "postcode": str((person.get("address") or {}).get("postcode") or ""),
                "phone": str((person.get("phones") or [""])[0]),
            }


def _names(person: dict[str, Any]) -> tuple[str, str]:
    given, family = str(person.get("given") or "").lower(), str(person.get("family") or "").lower()
    if given or family or not person.get("name"):
        return given, family
    first, *rest = str(person["name"]).lower().split()
    return first, rest[-1] if rest else ""

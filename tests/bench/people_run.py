"""A set of people through ``tocsin replay`` into a store of its own, and what ``tocsin export people`` says then."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.people_data import Record, write_reports


@dataclass(frozen=True, slots=True)
class Run:
    """A replay: its store, what it put together alone and with its reviews confirmed, and what it took."""

    store: str
    alone: dict[str, str]
    reviewed: dict[str, str]
    reviews: int
    seconds: float
    cpu_seconds: float


@contextmanager
def replayed(records: Sequence[Record], order: Sequence[int] | None = None) -> Iterator[Run]:
    """Replay the records as they come in ``order``; the store is there until the block ends."""
    with TemporaryDirectory(prefix="tocsin-people-") as name:
        folder = Path(name)
        file, store = folder / "reports.jsonl", f"sqlite:///{folder / 'store.db'}"
        write_reports(records, file, order)
        started, used = time.monotonic(), _cpu()
        tocsin("replay", str(file), "--store", store, "--quiet")
        seconds, cpu = time.monotonic() - started, _cpu() - used
        lines = [json.loads(line) for line in tocsin("export", "people", "--store", store).splitlines()]
        if len(lines) != len(records):
            raise AssertionError(
                f"{len(records)} records went in and {len(lines)} came out: some stage refused the rest"
            )
        yield Run(
            store=store,
            alone=_by(lines, "person"),
            reviewed=_by(lines, "likely"),
            reviews=sum(line["state"] == "review" for line in lines),
            seconds=seconds,
            cpu_seconds=cpu,
        )


def _by(lines: Sequence[dict[str, str | None]], field: str) -> dict[str, str]:
    """Each record's entity; one that is in none is left out, and so stands alone."""
    named = ((line["report"], line.get(field) or line["person"]) for line in lines)
    return {report: entity for report, entity in named if report and entity}


def tocsin(*command: str) -> str:
    """What a command prints; ``AssertionError`` with what it says is wrong where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *command], env=clean, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if any(map(str.isalnum, line))]
        raise AssertionError(f"tocsin {command[0]} ended with {done.returncode}: {said[-1] if said else 'no word'}")
    return done.stdout


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

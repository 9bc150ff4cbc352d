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

from sqlalchemy import select

from schemas.tables import LearntWeights
from streams.store import open_store, put, writing
from tests.bench.people.data import Record, write_reports


@dataclass(frozen=True, slots=True)
class Run:
    """A replay: its store, what it put together alone and with its reviews confirmed, and what it took."""

    store: str
    alone: dict[str, str]
    reviewed: dict[str, str]
    reviews: int
    seconds: float
    cpu_seconds: float


def after_learning(store: str) -> tuple[dict[str, str], dict[str, str]]:
    """What is put together, alone and with reviews confirmed, once ``tocsin learn`` has learnt from the store."""
    tocsin("learn", "--store", store)
    return _exported(store)


def rules_aside(store: str) -> tuple[dict[str, str], dict[str, str]]:
    """The same without our rules on those who live together (household, twins, parent and child): peers have none."""
    engine = open_store(store)
    with writing(engine) as connection:
        learnt = connection.execute(select(LearntWeights).where(LearntWeights.in_force)).one()
        aside = {"never": {"twins": False, "parent": False}, "household": {"on": False}}
        table = {**learnt.body["table"], **aside}
        row = {"version": "people-rules-aside", "kind": "person", "at": learnt.at, "in_force": False}
        put(connection, LearntWeights, [row | {"body": {**learnt.body, "table": table}}])
    engine.dispose()
    tocsin("learn", "--use", "people-rules-aside", "--store", store)
    return _exported(store)


def _exported(store: str) -> tuple[dict[str, str], dict[str, str]]:
    lines = [json.loads(line) for line in tocsin("export", "people", "--store", store).splitlines()]
    return _by(lines, "person"), _by(lines, "likely")


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

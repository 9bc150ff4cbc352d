"""A minute's bench for the gate: what a report costs through every stage, beside only being kept.

Both are processor time in one run, in turns, so a slower or busier machine moves both. ``--hold`` ends with an error
where the ratio is more than a third above the one last committed, ``--keep`` writes down a new one.
"""

import hashlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.demo.simulator import simulate
from deploy.store import migrate
from schemas.agencies import load_partnership
from streams.replay import replay
from streams.store import open_store

COMMITTED = Path(__file__).parent / "short.json"
TURNS, REPORTS, KEPT_OVER = 3, 1_500, 20
SLIDE = 4 / 3
READ_AT = datetime(2026, 12, 1, tzinfo=UTC)


def measure_short() -> None:
    """Print the ratio; hold it against the committed one, or put it in its place."""
    lines = [report.raw for report in simulate(seed=11).reports[:REPORTS]]
    with TemporaryDirectory(prefix="tocsin-short-") as name:
        folder = Path(name)
        _through(lines, folder / "warm")  # what is read in once, and compiled, is no part of it
        ratio = min(
            _seconds(_through, lines, folder / f"{turn}") / _seconds(_bare, lines, folder / f"{turn}-bare") * KEPT_OVER
            for turn in range(TURNS)
        )
    print(f"a report through every stage costs {ratio:.0f} times what keeping it does ({len(lines):,} reports)")
    if "--keep" in sys.argv:
        COMMITTED.write_text(json.dumps({"ratio": round(ratio, 1)}) + "\n", "utf-8")
    if "--hold" in sys.argv:
        _hold(ratio)


def _hold(ratio: float) -> None:
    before = json.loads(COMMITTED.read_text("utf-8"))["ratio"]
    print(f"committed: {before:.0f} times; {ratio / before:.2f} of it, {SLIDE:.2f} are let through")
    if ratio > before * SLIDE:
        raise SystemExit("Slower by more than a third: profile it, or say why with --keep (docs/performance.md).")


def _seconds(run: Callable[[Sequence[bytes], Path], None], lines: Sequence[bytes], folder: Path) -> float:
    started = time.process_time()
    run(lines, folder)
    return time.process_time() - started


def _through(lines: Sequence[bytes], folder: Path) -> None:
    """Every stage, as a replay runs them."""
    folder.mkdir()
    file = folder / "reports.jsonl"
    file.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
    engine = open_store(f"sqlite:///{folder / 'store.db'}")
    migrate(engine)
    replay(engine, load_partnership(), [file], batch=500, read_at=READ_AT, tell=False)
    engine.dispose()


def _bare(lines: Sequence[bytes], folder: Path) -> None:
    """Each report read, named by its bytes and kept, and nothing of ours: the least that anybody does."""
    folder.mkdir()
    for time_ in range(KEPT_OVER):
        store = sqlite3.connect(folder / f"{time_}.db")
        store.execute("create table kept (name blob primary key, body text)")
        for line in lines:
            try:
                body = json.dumps(json.loads(line), sort_keys=True)
            except ValueError:
                continue  # one of the simulation's mishaps
            store.execute("insert or replace into kept values (?, ?)", (hashlib.blake2b(line).digest(), body))
        store.commit()
        store.close()

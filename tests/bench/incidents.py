"""``make bench-incidents``: which reports are one incident, on simulated partnerships, through replay and export."""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from deploy.demo.simulator import simulate
from schemas.tables import BlockKey
from streams.store import open_store, reading
from tests.bench.incidents_other import other_partnership
from tests.bench.people_metrics import figures
from tests.bench.people_run import tocsin
from tests.bench.people_table import figure, table

COMMAND = "python -m tests.bench incidents"
TUNED, REPORTED = 21, (31, 32)
NOISES = ("low", "mid", "high")
HEAD = (
    "reports", "noise", "seed", "precision", "recall", "F1", "B³ F1", "wrong pairs", "reports beside a wrong one",
    "true pairs that meet", "records/s",
)  # fmt: skip
Clusters = Mapping[str, str]


def measure_incidents() -> None:
    """Replay each tier of each partnership and print one table."""
    asked = _asked()
    print(f"\nWeights and bars by seed {TUNED}; the others are figures only ({COMMAND}).\n")
    rows = [_simulated(seed, noise, asked.weeks) for seed in asked.seeds for noise in asked.noise]
    rows += [_other(seed, noise) for seed in asked.other for noise in asked.noise]
    print(table(HEAD, rows))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Which reports are one incident, measured.")
    parser.add_argument("--seeds", nargs="*", type=int, default=[TUNED, *REPORTED])
    parser.add_argument("--other", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--noise", nargs="+", choices=NOISES, default=NOISES)
    parser.add_argument("--weeks", type=int, default=10, help="weeks of everyday life before the fortnight")
    return parser.parse_known_args()[0]


def _simulated(seed: int, noise: str, weeks: int) -> Sequence[str]:
    made = simulate(seed, noise=noise, history_weeks=weeks)
    truth = {ref: incident for ref, incident in made.truth.incident_of.items() if ref not in made.truth.withdrawn}
    part = "tuned" if seed == TUNED else "reported"
    return _row(f"simulated, {part}", noise, seed, [sent.raw for sent in made.reports], truth)


def _other(seed: int, noise: str) -> Sequence[str]:
    made = other_partnership(seed, noise)
    return _row("other generator", noise, seed, [json.dumps(report).encode() for report in made.reports], made.truth)


def _row(name: str, noise: str, seed: int, lines: Sequence[bytes], truth: Clusters) -> Sequence[str]:
    with TemporaryDirectory(prefix="tocsin-incidents-") as folder:
        file, store = Path(folder) / "reports.jsonl", f"sqlite:///{Path(folder) / 'store.db'}"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        began = time.monotonic()
        tocsin("replay", str(file), "--store", store, "--quiet")
        speed = len(lines) / (time.monotonic() - began)
        said = {ref: line["incident"] for line in _exported(store) for ref in line["reports"]}
        held = {ref: incident for ref, incident in truth.items() if ref in said}
        met = _met(store, held)
    found = figures(held, said, times=0)
    right, wrong = found.pairs, 1 - found.pairs.precision
    return (
        name, noise, str(seed), figure(right.precision), figure(right.recall), figure(right.f1), figure(found.b3.f1),
        f"{wrong:.2%}", f"{_beside(held, said):.2%}", figure(met), f"{speed:,.0f}",
    )  # fmt: skip


def _exported(store: str) -> Iterator[dict[str, list[str]]]:
    return (json.loads(line) for line in tocsin("export", "incidents", "--store", store).splitlines())


def _beside(truth: Clusters, said: Mapping[str, object]) -> float:
    """The share of reports that stand in an incident with one of another."""
    members: dict[object, list[str]] = defaultdict(list)
    for ref in truth:
        members[said[ref]].append(ref)
    mixed = (refs for refs in members.values() if len({truth[ref] for ref in refs}) > 1)
    return sum(map(len, mixed)) / len(truth)


def _met(store: str, truth: Clusters) -> float:
    """The share of true pairs that have a key in common, and so can be compared."""
    keys: dict[str, set[str]] = defaultdict(set)
    engine = open_store(store)
    with reading(engine) as connection:
        for item, key in connection.execute(select(BlockKey.item, BlockKey.key).where(BlockKey.kind == "incident")):
            keys[item].add(key)
    engine.dispose()
    incidents: dict[str, list[str]] = defaultdict(list)
    for ref, incident in truth.items():
        incidents[incident].append(ref)
    pairs = [pair for refs in incidents.values() for pair in combinations(refs, 2)]
    return sum(not keys[a].isdisjoint(keys[b]) for a, b in pairs) / len(pairs)

"""``make bench-incidents``: which reports are one incident, on simulated partnerships, through replay and export."""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from deploy.demo.simulator import simulate
from schemas.tables import BlockKey
from streams.store import open_store, reading
from tests.bench.figures import keep
from tests.bench.incidents.other import other_partnership
from tests.bench.incidents.third import third_partnership
from tests.bench.metrics import Score, Share, figures, scores, shares
from tests.bench.people.run import tocsin
from tests.bench.table import figure, parts, table

COMMAND = "python -m tests.bench incidents"
# the seeds whose errors were read, and on which weights and bars were chosen; and those that nobody chose on
TUNED: Mapping[str, Collection[int]] = {"simulated": range(21, 29), "other": (1, 4, 5, 6, 7), "third": (1, 4, 5, 6, 7)}
SEEDS = {"simulated": (51, 52, 53, 54, 55, 56, 57, 58), "other": (2, 8), "third": (2, 8)}
NOISES = ("low", "mid", "high")
WEEKS = 10  # of everyday life before the demo's fortnight
ROW = "simulated"  # whose seeds together are the row of docs/figures.md
HEAD = (
    "partnership", "seed", "noise", "reports", "true pairs", "alone: precision", "recall", "F1", "wrong: (a) pairs",
    "(b) merges", "(c) incidents", "(d) reports", "with review: precision", "recall", "F1", "true pairs that meet",
    "reports/s",
)  # fmt: skip
NOTE = """
A wrong merge is an incident we made that holds reports of different true ones. Its share: (a) of all pairs of reports
put into one incident, those of two (1 - precision); (b) of the incidents made of two or more reports, those that hold
different ones; (c) of all incidents made, those; (d) of all reports, those in such an incident. With review: if people
said yes to every pair that is open and at least as likely one as two (the export's "likely"). Simulated is the demo's
partnership; other and third are written apart from it, with other habits and traps. Errors were read, and weights and
bars chosen, on the seeds marked *; the others are figures only.
"""
Clusters = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What an export says of each report after a replay: its incident, alone and with review."""

    alone: Clusters
    reviewed: Clusters
    met: float
    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A partnership at one noise: what its true incidents add to the figures, and its line of the table."""

    name: str
    noise: str
    shares: Sequence[Share]
    row: Sequence[str]


def measure_incidents() -> None:
    """Replay each tier of each partnership and print one table; what is asked by default is kept."""
    asked = _asked()
    print(f"{NOTE}\n{COMMAND}\n")
    tiers = [
        _tier(name, seed, noise, asked.weeks)
        for name in asked.of
        for seed in (asked.seeds or SEEDS[name])
        for noise in asked.noise
    ]
    print(table(HEAD, [tier.row for tier in tiers]))
    for name in asked.of:
        together = said(_together(tiers, name, noise) for noise in asked.noise)
        print(f"\nThe {name} seeds together, F1 and wrong pairs by noise: {together}")
        if name == ROW and _whole(asked):
            keep("incidents", f"{together} (seeds {', '.join(map(str, SEEDS[ROW]))})", command="make bench-incidents")


def _whole(asked: argparse.Namespace) -> bool:
    """Whether the row's seeds were measured at full size, and none were chosen by hand."""
    return not asked.seeds and tuple(asked.noise) == NOISES and asked.weeks == WEEKS


def _together(tiers: Iterable[Tier], name: str, noise: str) -> Score:
    """The pairs of all seeds of a partnership at one noise."""
    _, pairs = scores([one for tier in tiers if (tier.name, tier.noise) == (name, noise) for one in tier.shares])
    return pairs


def said(pairs: Iterable[Score]) -> str:
    """What the tiers come to, as the anchors write it: .955 / .945 / .885; wrong .18 / .31 / .51 %."""
    tiers = list(pairs)
    wrong = " / ".join(figure(100 * (1 - tier.precision), 2) for tier in tiers)
    return f"{' / '.join(figure(tier.f1) for tier in tiers)}; wrong {wrong} %"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Which reports are one incident, measured.")
    parser.add_argument("--of", nargs="+", choices=tuple(SEEDS), default=tuple(SEEDS))
    parser.add_argument("--seeds", nargs="*", type=int)
    parser.add_argument("--noise", nargs="+", choices=NOISES, default=NOISES)
    parser.add_argument("--weeks", type=int, default=WEEKS, help="weeks of everyday life before the demo's fortnight")
    known, _ = parser.parse_known_args()
    return known


def _made(name: str, seed: int, noise: str, weeks: int) -> tuple[list[bytes], Clusters]:
    """The lines that are sent, and the incident each report is of."""
    if name == "simulated":
        made = simulate(seed, noise=noise, history_weeks=weeks)
        of, withdrawn = made.truth.incident_of, made.truth.withdrawn
        return [sent.raw for sent in made.reports], {ref: what for ref, what in of.items() if ref not in withdrawn}
    sent = (other_partnership if name == "other" else third_partnership)(seed, noise)
    return [json.dumps(report).encode() for report in sent.reports], sent.truth


def _tier(name: str, seed: int, noise: str, weeks: int) -> Tier:
    lines, truth = _made(name, seed, noise, weeks)
    run = _replayed(lines, truth)
    held = {ref: incident for ref, incident in truth.items() if ref in run.alone}
    alone, reviewed = (figures(held, said, times=0).pairs for said in (run.alone, run.reviewed))
    of_one = sum(n * (n - 1) // 2 for n in Counter(held.values()).values())
    row = (
        name, f"{seed}{'*' if seed in TUNED[name] else ''}", noise, f"{len(held):,}", f"{of_one:,}",
        *parts(alone), f"{1 - alone.precision:.2%}", *(f"{share:.2%}" for share in wrong_merges(held, run.alone)),
        *parts(reviewed), figure(run.met), f"{run.speed:,.0f}",
    )  # fmt: skip
    return Tier(name=name, noise=noise, shares=shares(held, run.alone, lambda _: True), row=row)


def _replayed(lines: Sequence[bytes], truth: Clusters) -> Run:
    with TemporaryDirectory(prefix="tocsin-incidents-") as folder:
        file, store = Path(folder) / "reports.jsonl", f"sqlite:///{Path(folder) / 'store.db'}"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        began = time.monotonic()
        tocsin("replay", str(file), "--store", store, "--quiet")
        speed = len(lines) / (time.monotonic() - began)
        told = list(_exported(store))
        alone, reviewed = ({ref: line[of] for line in told for ref in line["reports"]} for of in ("incident", "likely"))
        return Run(alone=alone, reviewed=reviewed, met=_met(store, truth, alone), speed=speed)


def _exported(store: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in tocsin("export", "incidents", "--store", store).splitlines())


def wrong_merges(truth: Clusters, said: Clusters) -> tuple[float, float, float]:
    """The share that holds reports of different true incidents: of merges, of all incidents, and of reports in such."""
    members: dict[str, list[str]] = defaultdict(list)
    for ref in truth:
        members[said[ref]].append(ref)
    merges = [refs for refs in members.values() if len(refs) > 1]
    mixed = [refs for refs in merges if len({truth[ref] for ref in refs}) > 1]
    return len(mixed) / max(1, len(merges)), len(mixed) / len(members), sum(map(len, mixed)) / len(truth)


def _met(store: str, truth: Clusters, held: Collection[str]) -> float:
    """The share of true pairs that have a key in common, and so can be compared."""
    keys: dict[str, set[str]] = defaultdict(set)
    engine = open_store(store)
    with reading(engine) as connection:
        for item, key in connection.execute(select(BlockKey.item, BlockKey.key).where(BlockKey.kind == "incident")):
            keys[item].add(key)
    engine.dispose()
    incidents: dict[str, list[str]] = defaultdict(list)
    for ref, incident in truth.items():
        if ref in held:
            incidents[incident].append(ref)
    pairs = [pair for refs in incidents.values() for pair in combinations(refs, 2)]
    return sum(not keys[a].isdisjoint(keys[b]) for a, b in pairs) / len(pairs)

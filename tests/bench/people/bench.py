"""``make bench-people``: who is who, on every set with a truth, beside the peers, and how fast."""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from streams.matching.people.kind import PEOPLE
from streams.store import open_store, reading
from tests.bench.metrics import Figures, figures
from tests.bench.people.candidates import Compared, compared
from tests.bench.people.data import Dataset, reported, some
from tests.bench.people.judging import Judging, judging
from tests.bench.people.names import COMMAND as NAMES_COMMAND
from tests.bench.people.names import keep_names, name_figures
from tests.bench.people.orders import orders_and_undoing
from tests.bench.people.peers_run import Told, peers
from tests.bench.people.rows import COMMAND, NOT_MEASURED, Measured, details, keep_people, rows, times
from tests.bench.people.run import after_learning, replayed, rules_aside
from tests.bench.people.sets import DATASETS
from tests.bench.people.simulated import simulated_people
from tests.bench.table import figure, span, table

QUICK_RECORDS = 6_000
NO_HOMES = ("rldata10000",)  # so that no rule on those who live together can say anything
QUICK = ("historical", "rldata10000", "febrl3", "febrl3-no-id", "fake1000")

HEADER = ("what", "peer", "alone", "with review", "learnt, with review", "to reach", "95 % of each", "command")


def measure_people() -> None:
    """Measure every set that is here, or those asked for, and print the tables."""
    asked = _asked()
    wanted = [DATASETS[name] for name in asked.sets]
    for data in wanted:
        if data.missing:
            print(data.missing)
    here = [data for data in wanted if not data.missing]
    told = Told({}, "not measured, left out by --quick") if asked.quick else peers([data.name for data in here])
    measured = {}
    for data in here:
        one = measured[data.name] = _measure(data, asked.quick)
        told_now = ((two.b3.f1, two.pairs.f1) for two in (*one.half, one.learnt[1]))
        said = ", ".join(f"{figure(b3)} {figure(both)}" for b3, both in told_now)
        print(f"         B-cubed and pair F1 alone, with review, learnt: {said}", flush=True)
    if not asked.quick:
        keep_people(measured, told)
    steady = orders_and_undoing(asked.quick) if "historical" in measured else ()
    simulated = () if asked.quick else simulated_people()
    found = [*rows(measured, told), *steady, *_name_pairs(), *simulated]
    print(f"\nFigures of one half of the clusters; what was chosen while looking at which, says ADR 5 ({COMMAND}).")
    print(f"Splink: {told.reason or 'its threshold is the best one by the truth of the whole set'}.\n")
    print(table(HEADER, found))
    print("\nAll sets, both ways of counting, precision / recall / F1:\n")
    print(table(("set", "part", "who", "B-cubed", "pairs"), details(measured, told)))
    print("\nTime, on this machine with whatever else it had to do:\n")
    head = ("set", "records", "records/s", "CPU s", "compared per arrival", "partners", "true pairs met", "in review")
    print(table(head, times(measured)))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench people", description="Who is who, measured.")
    parser.add_argument("--quick", action="store_true", help="no peers, fewer sets, a part of the historical persons")
    parser.add_argument("--sets", nargs="+", choices=DATASETS, help="these sets alone")
    asked, _ = parser.parse_known_args()
    asked.sets = asked.sets or (QUICK if asked.quick else list(DATASETS))
    return asked


def _measure(data: Dataset, quick: bool) -> Measured:
    records = data.records()
    if quick and data.name == "historical":
        records = some(records, QUICK_RECORDS)
    truth = {record.id: record.cluster for record in records}
    print(f"{time.strftime('%H:%M:%S')} {data.title}: {len(records)} records", flush=True)
    with replayed(records) as run, reading(open_store(run.store)) as connection:
        pairs = compared(connection, PEOPLE.head, PEOPLE.tells)
        found = pairs.found(truth)
        judged = _judging(data, connection, pairs)
        learnt = after_learning(run.store)
        aside = None if data.name in NO_HOMES else rules_aside(run.store)
        return Measured(
            data=data,
            records=len(records),
            half=_both(truth, (run.alone, run.reviewed), True),
            whole=_both(truth, (run.alone, run.reviewed), False),
            learnt=_both(truth, learnt, True),
            learnt_whole=_both(truth, learnt, False),
            aside=aside and _both(truth, aside, True),
            reviews=run.reviews,
            seconds=run.seconds,
            cpu_seconds=run.cpu_seconds,
            per_arrival=pairs.per_arrival,
            partners=float(pairs.partners().mean()),
            found_half=_share(truth, {cluster: n for cluster, n in found.items() if reported(cluster)}),
            found_whole=_share(truth, found),
            judging=judged,
        )


def _judging(data: Dataset, connection: Any, pairs: Compared) -> Judging | None:
    return judging(connection, pairs) if data.name == "historical" else None


def _both(
    truth: Mapping[str, str], found: tuple[Mapping[str, str], Mapping[str, str]], half: bool
) -> tuple[Figures, Figures]:
    of = reported if half else lambda _: True
    return figures(truth, found[0], of), figures(truth, found[1], of)


def _share(truth: Mapping[str, str], found: Mapping[str, int]) -> float:
    sizes: dict[str, int] = {}
    for cluster in truth.values():
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return sum(found.values()) / max(1, sum(sizes[cluster] * (sizes[cluster] - 1) // 2 for cluster in found))


def _name_pairs() -> Iterator[Sequence[str]]:
    found = name_figures()
    if isinstance(found, str):
        print(f"name pairs: {found}")
        return
    keep_names(found)
    ours, peer = (found.ways[who] for who in ("tocsin name_score", "nomenklatura logic-v2"))
    theirs, mine = (f"{figure(one.f1)} at {one.micros:.0f} µs" if one else NOT_MEASURED for one in (peer, ours))
    between = span(ours.between) if ours else ""
    yield "name pairs (person), F1, cross-validated", theirs, mine, "", "", "≥ .80 at ≤ 50 µs", between, NAMES_COMMAND

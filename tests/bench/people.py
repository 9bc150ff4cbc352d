"""``make bench-people``: who is who, on every set with a truth, beside the peers, and how fast."""

import argparse
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streams.matching.people import PEOPLE
from streams.store import open_store, reading
from tests.bench.people_candidates import Compared, compared
from tests.bench.people_data import DATASETS, Dataset, reported, some
from tests.bench.people_judging import CANDIDATES, Judging, judging
from tests.bench.people_metrics import Figures, figures, partition
from tests.bench.people_peers_run import Told, peers
from tests.bench.people_run import Run, replayed
from tests.bench.people_table import figure, parts, span, table

COMMAND = "make bench-people"
ORDERS, ORDERED = 5, 6_000
QUICK_ORDERS, QUICK_ORDERED = 3, 1_500
QUICK = ("historical", "rldata10000", "febrl3", "febrl3-no-id", "fake1000")
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One set: how well it was put together alone and with reviews confirmed, on the reported half and on all."""

    data: Dataset
    records: int
    half: tuple[Figures, Figures]
    whole: tuple[Figures, Figures]
    reviews: int
    seconds: float
    cpu_seconds: float
    per_arrival: float
    partners: float
    found_half: float
    found_whole: float
    judging: Judging | None


def measure_people() -> None:
    """Measure every set that is here, or those asked for, and print the tables."""
    asked = _asked()
    wanted = [DATASETS[name] for name in asked.sets]
    print("\n".join(data.missing for data in wanted if data.missing))
    here = [data for data in wanted if not data.missing]
    told = Told({}, "not measured, left out by --quick") if asked.quick else peers([data.name for data in here])
    measured = {data.name: _measure(data, asked.quick) for data in here}
    print(f"\nThresholds and weights chosen on one half of the clusters, figures of the other half ({COMMAND}).")
    print(f"Splink: {told.reason or 'its threshold is the best one by the truth of the whole set'}.\n")
    print(table(("what", "peer", "alone", "with review", "to reach", "95 %", "command"), _rows(measured, told)))
    print("\nAll sets, both ways of counting, precision / recall / F1:\n")
    print(table(("set", "part", "who", "B-cubed", "pairs"), _details(measured, told)))
    print("\nTime, on this machine with whatever else it had to do:\n")
    head = ("set", "records", "records/s", "CPU s", "compared per arrival", "partners", "true pairs met", "in review")
    print(table(head, _times(measured)))
    if "historical" in measured:
        _orders(*((QUICK_ORDERS, QUICK_ORDERED) if asked.quick else (ORDERS, ORDERED)))
    _name_pairs()


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
        records = some(records, ORDERED)
    truth = {record.id: record.cluster for record in records}
    print(f"{time.strftime('%H:%M:%S')} {data.title}: {len(records)} records", flush=True)
    with replayed(records) as run, reading(open_store(run.store)) as connection:
        pairs = compared(connection, PEOPLE.head)
        found = pairs.found(truth)
        return Measured(
            data=data,
            records=len(records),
            half=_both(truth, run, True),
            whole=_both(truth, run, False),
            reviews=run.reviews,
            seconds=run.seconds,
            cpu_seconds=run.cpu_seconds,
            per_arrival=pairs.per_arrival,
            partners=float(pairs.partners().mean()),
            found_half=_share(truth, {cluster: n for cluster, n in found.items() if reported(cluster)}),
            found_whole=_share(truth, found),
            judging=_judging(data, connection, pairs),
        )


def _judging(data: Dataset, connection: Any, pairs: Compared) -> Judging | None:
    return judging(connection, pairs) if data.name == "historical" else None


def _both(truth: Mapping[str, str], run: Run, half: bool) -> tuple[Figures, Figures]:
    of = reported if half else lambda _: True
    return figures(truth, run.alone, of), figures(truth, run.reviewed, of)


def _share(truth: Mapping[str, str], found: Mapping[str, int]) -> float:
    sizes: dict[str, int] = {}
    for cluster in truth.values():
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return sum(found.values()) / max(1, sum(sizes[cluster] * (sizes[cluster] - 1) // 2 for cluster in found))


def _rows(measured: Mapping[str, Measured], told: Told) -> list[Sequence[str]]:
    """The rows of the anchors."""
    rows: list[Sequence[str]] = []
    if historical := measured.get("historical"):
        rows.append(_row(historical, told, "b3", "historical persons, B-cubed F1", "≥ .925"))
        rows.append(_row(historical, told, "sure", "same, pair F1 (precision), at precision ≥ .93", "≥ .89"))
        rows.append(_candidates(historical, told))
    bars = {"rldata10000": "≥ .965", "febrl3": "≥ .997", "febrl3-no-id": "≥ .985", "febrl4": "≥ .9997"}
    for name, one in measured.items():
        if name != "historical":
            rows.append(_row(one, told, "pairs", f"{one.data.title}, pair F1", bars.get(name, "")))
    if historical and (time_ := historical.judging):
        peer = told.sets.get("historical", {}).get("realtime_ms")
        new, known = (f"{ms:.2f} ms ({ms / CANDIDATES * 1000:.1f} µs a pair)" for ms in (time_.new, time_.known))
        rows.append(
            (
                f"one record against {CANDIDATES} candidates",
                f"{peer:.1f} ms (realtime)" if peer else NOT_MEASURED,
                f"{new}; names met before {known}",
                "the same",
                "≤ 1 ms",
                "",
                COMMAND,
            )
        )
    return rows


def _row(one: Measured, told: Told, best: str, what: str, bar: str) -> Sequence[str]:
    kind = "b3" if best == "b3" else "pairs"
    digits = 4 if one.data.name.startswith("febrl") else 3
    alone, reviewed = (getattr(found, kind) for found in one.half)
    peer = told.sets.get(one.data.name)
    theirs = peer["best"][best]["half"][kind] if peer else None
    sure = best == "sure"
    return (
        what,
        _told(theirs["f1"], theirs["precision"], digits, sure) if theirs else NOT_MEASURED,
        _told(alone.f1, alone.precision, digits, sure),
        _told(reviewed.f1, reviewed.precision, digits, sure),
        bar,
        "; ".join(span(getattr(found, f"{kind}_interval"), digits) for found in one.half),
        COMMAND,
    )


def _told(f1: float, precision: float, digits: int, sure: bool) -> str:
    return figure(f1, digits) + (f" ({figure(precision, digits)})" if sure else "")


def _candidates(one: Measured, told: Told) -> Sequence[str]:
    peer = told.sets.get("historical")
    theirs = f"{figure(peer['true_among_compared'])} at {peer['compared_per_record']:.0f}" if peer else NOT_MEASURED
    ours = f"{figure(one.found_half)} at {one.per_arrival:.0f} ({one.partners:.0f} before or after)"
    return (
        "same, true pairs among the candidates, at so many a record",
        theirs,
        ours,
        "the same",
        "≥ .84 at ≤ 70",
        "",
        COMMAND,
    )


def _details(measured: Mapping[str, Measured], told: Told) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name, one in measured.items():
        for part, ours in (("half", one.half), ("whole", one.whole)):
            for who, found in zip(("alone", "with review"), ours, strict=True):
                rows.append((one.data.title, part, who, " / ".join(parts(found.b3)), " / ".join(parts(found.pairs))))
            for best in ("b3", "pairs") if name in told.sets else ():
                theirs = told.sets[name]["best"][best]
                who = f"{told.sets[name]['peer']}, best by {best} at {theirs['threshold']:+.1f} bits"
                b3, pairs = (" / ".join(parts(theirs[part][kind])) for kind in ("b3", "pairs"))
                rows.append((one.data.title, part, who, b3, pairs))
    return rows


def _times(measured: Mapping[str, Measured]) -> list[Sequence[str]]:
    return [
        (
            one.data.title,
            str(one.records),
            f"{one.records / one.seconds:.0f}",
            f"{one.cpu_seconds:.0f}",
            f"{one.per_arrival:.1f}",
            f"{one.partners:.1f}",
            figure(one.found_whole),
            str(one.reviews),
        )
        for one in measured.values()
    ]


def _orders(orders: int, most: int) -> None:
    """The same reports in several orders: what is put together must be the same to the last record."""
    records = some(DATASETS["historical"].records(), most)
    truth = {record.id: record.cluster for record in records}
    seen, scores = set(), []
    for number in range(orders):
        order = list(range(len(records)))
        if number:
            random.Random(number).shuffle(order)
        with replayed(records, order) as run:
            seen.add((frozenset(partition(run.alone)), frozenset(partition(run.reviewed))))
            scores.append(figures(truth, run.alone, times=0).b3.f1)
    same = "the same to the last record" if len(seen) == 1 else f"{len(seen)} different ones"
    spread = max(scores) - min(scores)
    print(
        f"\n{orders} arrival orders of {len(records)} historical records (whole clusters): spread of B-cubed F1 ",
        end="",
    )
    print(f"{spread:.4f}, to reach ≤ .005; what was put together: {same}")


def _name_pairs() -> None:
    try:
        from tests.bench.names import measure_names
    except ImportError:
        print("\nname pairs: not measured")
        return
    print()
    measure_names()

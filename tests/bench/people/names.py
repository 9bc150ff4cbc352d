"""How well two names by themselves are told to be one person's: ours beside the peers', on the labelled pairs."""

import csv
import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from rapidfuzz.fuzz import WRatio
from rapidfuzz.utils import default_process

from streams.matching.people.compare import name_score
from tests.bench.figures import keep
from tests.bench.people.judging import forget
from tests.bench.people.sets import PEERS, SHARED
from tests.bench.table import figure, span, table

FOLDS, SHUFFLES, RUNS = 5, 20, 5
PATIENCE = 300.0
COMMAND = "python -m tests.bench names"

Pair = tuple[str, str]

# Names in scripts for which the scorers read tables in at the first: that is no part of what a pair takes.
SCRIPTS = (("李明", "김철수"), ("Иван", "محمد"), ("นฤมล", "សុខា"), ("Րաֆֆի", "नरेश"), ("ዳዊት", "রহিম"), ("ラク", "Νίκος"))


@dataclass(frozen=True, slots=True)
class Scored:
    """What one way of scoring says of each pair, and the processor's microseconds a pair, nothing remembered."""

    scores: Sequence[float]
    micros: float


@dataclass(frozen=True, slots=True)
class Validated:
    """The mean F1 over the shuffles, the lowest and the highest, and the microseconds a pair."""

    f1: float
    between: tuple[float, float]
    micros: float


@dataclass(frozen=True, slots=True)
class NameFigures:
    """How many pairs, how many of them true, what each way came to (nothing: not measured), and why not."""

    pairs: int
    true: int
    ways: dict[str, Validated | None]
    why: str


def measure_names() -> None:
    """Print the cross-validated F1 of each way of scoring, and how long a pair takes."""
    found = name_figures()
    if isinstance(found, str):
        print(f"name pairs: {found}")
        return
    print(
        f"Pairs of names, {found.pairs}, {found.true} of them of one person; the threshold chosen on four fifths, F1 on"
    )
    print(f"the fifth left out, pooled; the mean of {SHUFFLES} shuffles, the lowest and the highest.\n")
    rows = [_row(who, one) for who, one in found.ways.items()]
    print(table(("what", "F1", "from-to", "µs a pair", "command"), rows))
    keep_names(found)
    if found.why:
        print(f"\nnomenklatura: {found.why}")


def name_figures() -> NameFigures | str:
    """Each way of scoring measured on the labelled pairs, or why there is nothing to measure."""
    path = SHARED / "people" / "name_pairs.csv"
    if not path.exists():
        return f"not measured, for {path} is not there"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    warm = [(row["name1"], row["name2"]) for row in rows if row["schema"] != "Person"] + list(SCRIPTS)
    rows = [row for row in rows if row["schema"] == "Person"]
    pairs = [(row["name1"], row["name2"]) for row in rows]
    truth = [row["is_match"] == "True" for row in rows]
    peer = nomenklatura(warm, pairs)
    scored = {
        "tocsin name_score": timed(name_score, warm, pairs),
        "rapidfuzz WRatio": timed(lambda one, other: WRatio(one, other, processor=default_process), warm, pairs),
        "nomenklatura logic-v2": peer if isinstance(peer, Scored) else None,
    }
    ways = {who: one and _validated(one, truth) for who, one in scored.items()}
    return NameFigures(len(pairs), sum(truth), ways, peer if isinstance(peer, str) else "")


def keep_names(found: NameFigures) -> None:
    """Put ours beside nomenklatura's in the page of figures."""
    ours, peer = (found.ways[who] for who in ("tocsin name_score", "nomenklatura logic-v2"))
    if ours is None:
        return
    said, theirs = (f"{figure(one.f1)} at {one.micros:.0f} µs" if one else "" for one in (ours, peer))
    keep("name-pairs", said, peer=theirs, ratio=ours.f1 / peer.f1 if peer else None, command=COMMAND)


def _validated(one: Scored, truth: Sequence[bool]) -> Validated:
    found = [cross_validated(one.scores, truth, seed) for seed in range(SHUFFLES)]
    return Validated(fmean(found), (min(found), max(found)), one.micros)


def _row(who: str, one: Validated | None) -> Sequence[str]:
    if one is None:
        return who, "not measured", "", "", COMMAND
    return who, figure(one.f1), span(one.between), f"{one.micros:.0f}", COMMAND


def timed(score: Callable[[str, str], float], warm: Sequence[Pair], pairs: Sequence[Pair]) -> Scored:
    """The scores of the pairs, each met for the first time, and the middle time of some runs.

    The ``warm`` ones are scored before the clock runs; what was remembered of names is forgotten between the runs.
    """
    scores: list[float] = []
    seconds = []
    for _ in range(RUNS):
        forget()
        for one, other in warm:
            score(one, other)
        start = time.process_time()
        scores = [score(one, other) for one, other in pairs]
        seconds.append(time.process_time() - start)
    return Scored(scores, median(seconds) / len(pairs) * 1e6)


def nomenklatura(warm: Sequence[Pair], pairs: Sequence[Pair]) -> Scored | str:
    """What logic-v2 says of the pairs, from the peers' own environment, or why it says nothing."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        return f"not measured, for {PEERS} is not there (make bench-people makes it)"
    command = [str(python), "-m", "tests.bench.people.names_peer", str(len(warm))]
    asked = json.dumps([*warm, *pairs])
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"not measured, stopped after {PATIENCE:.0f} s"
    if done.returncode:
        return f"not measured, ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    told = json.loads(done.stdout.splitlines()[-1])
    return Scored(told["scores"], told["micros"])


def cross_validated(scores: Sequence[float], truth: Sequence[bool], seed: int) -> float:
    """The F1 of all pairs, each judged by the threshold that was best for the four fifths it is not in."""
    order = list(range(len(truth)))
    random.Random(seed).shuffle(order)
    said = [False] * len(truth)
    for fold in range(FOLDS):
        out = set(order[fold::FOLDS])
        bar = best_threshold([(scores[i], truth[i]) for i in order if i not in out])
        for i in out:
            said[i] = scores[i] >= bar
    return f1(said, truth)


def best_threshold(judged: Sequence[tuple[float, bool]]) -> float:
    """The score, half-way between two that occur, from which on "one person" gives the best F1; the lowest such."""
    levels = sorted({score for score, _ in judged})
    bars = [levels[0], *((low + high) / 2 for low, high in pairwise(levels))]
    return max(bars, key=lambda bar: (f1([s >= bar for s, _ in judged], [t for _, t in judged]), -bar))


def f1(said: Sequence[bool], truth: Sequence[bool]) -> float:
    """The harmonic mean of precision and recall."""
    both = sum(a and b for a, b in zip(said, truth, strict=True))
    return 2 * both / (sum(said) + sum(truth)) if both else 0.0

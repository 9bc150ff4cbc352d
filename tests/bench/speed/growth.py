"""How what a report costs grows with the store of one town: the next thousand at each size, in one run.

``--sizes 10000,40000,100000`` says how many reports stand before each thousand.
"""

import sys
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.demo.addresses import load_addresses
from deploy.demo.simulator import simulate
from deploy.store import migrate
from schemas.agencies import load_partnership
from streams.collecting import collect_seldom
from streams.replay import replay
from streams.store import open_store
from tests.bench.figures import keep
from tests.bench.speed.stages import BATCH, READ_AT, SEED, spent_on
from tests.bench.table import table

SIZES, NEXT = (10_000, 40_000), 1_000
SCALE, REPORTS_A_WEEK = 4.0, 1_900  # of a town so large
COMMAND = "python -m tests.bench growth"


def measure_growth() -> None:
    """Print milliseconds of processor a report by stage and size; keep the ratio of the usual sizes."""
    sizes = [int(size) for size in _said("--sizes").split(",")] if "--sizes" in sys.argv else list(SIZES)
    costs = _costs(sizes)
    stages = list(dict.fromkeys(stage for spent in costs.values() for stage in spent))
    rows = [[stage, *(f"{cost.get(stage, 0.0):.2f}" for cost in costs.values())] for stage in stages]
    whole = [sum(cost.values()) for cost in costs.values()]
    print(
        table(["ms a report", *(f"{size:,} stored" for size in sizes)], [*rows, ["all", *(f"{w:.2f}" for w in whole)]])
    )
    ratio = whole[-1] / whole[0]
    print(f"a report costs {ratio:.2f} times as much")
    if tuple(sizes) == SIZES:
        keep("growth", f"{ratio:.2f}× with {sizes[-1]:,} beside {sizes[0]:,}; a million was not tried", command=COMMAND)


def _costs(sizes: list[int]) -> dict[int, Mapping[str, float]]:
    told = simulate(SEED, history_weeks=ceil((sizes[-1] + NEXT) / REPORTS_A_WEEK), scale=SCALE)
    lines = [sent.raw.replace(b"\n", b" ") for sent in told.reports]
    collect_seldom()
    costs: dict[int, Mapping[str, float]] = {}
    with TemporaryDirectory(prefix="tocsin-growth-") as name:
        engine = open_store(f"sqlite:///{name}/store.db")
        migrate(engine)
        load_addresses(engine, told.town, Path(name) / "addresses.csv")
        stand = 0
        for size in sizes:
            file = Path(name) / f"to-{size}.jsonl"
            file.write_bytes(b"".join(line + b"\n" for line in lines[stand:size]))
            replay(engine, load_partnership(), [file], batch=BATCH, read_at=READ_AT, tell=False)
            stand = size + NEXT
            spent = spent_on(engine, lines[size:stand], f"bench-{size}")
            costs[size] = {stage: 1000 * seconds / NEXT for stage, seconds in spent.items()}
        engine.dispose()
    return costs


def _said(option: str) -> str:
    return sys.argv[sys.argv.index(option) + 1]

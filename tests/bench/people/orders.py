"""What must not change what is put together: the order reports come in, and a join that people took back."""

import random
from collections.abc import Iterator, Sequence

from tests.bench.figures import keep
from tests.bench.metrics import figures, partition
from tests.bench.people.data import Record, some
from tests.bench.people.rows import COMMAND, NOT_MEASURED
from tests.bench.people.run import Run, replayed, tocsin
from tests.bench.people.sets import DATASETS
from tests.bench.table import figure

ORDERS, ORDERED = 5, 6_000
QUICK_ORDERS, QUICK_ORDERED = 3, 1_500
UNDONE, UNDONE_AMONG = 6, 1_500


def orders_and_undoing(quick: bool) -> Iterator[Sequence[str]]:
    """The rows of the anchors on a part of the historical persons, whole clusters."""
    records = DATASETS["historical"].records()
    orders = _orders(some(records, QUICK_ORDERED if quick else ORDERED), QUICK_ORDERS if quick else ORDERS)
    undoing = _undoing(some(records, UNDONE_AMONG))
    for name, row in (("orders", orders), ("undone", undoing)):
        if not quick:
            keep(name, row[2], command=COMMAND)
        yield row


def _orders(records: Sequence[Record], orders: int) -> Sequence[str]:
    """The same reports in several orders: what is put together must be the same to the last record."""
    truth = {record.id: record.cluster for record in records}
    runs = [_ordered(records, number) for number in range(orders)]
    spreads = []
    for way in (0, 1):
        scores = [figures(truth, run[way], times=0).b3.f1 for run in runs]
        same = len({frozenset(partition(run[way])) for run in runs}) == 1
        spread = figure(max(scores) - min(scores), 4)
        spreads.append(spread + (", the same to the last record" if same else ", not the same"))
    what = f"spread of B-cubed F1 over {orders} arrival orders of {len(records)} historical records"
    return what, "batch tools have none", *spreads, "", "≤ .005", "", COMMAND


def _ordered(records: Sequence[Record], number: int) -> tuple[dict[str, str], dict[str, str]]:
    order = list(range(len(records)))
    if number:
        random.Random(number).shuffle(order)
    with replayed(records, order) as run:
        return run.alone, run.reviewed


def _undoing(records: Sequence[Record]) -> Sequence[str]:
    """Pairs of records of different persons decided to be the same, then all of it undone in another order."""
    with replayed(records) as run:
        before = _people(run)
        try:
            moved, after = _decided_and_undone(run, _apart(records, run))
            same = "exactly as before, ids too," if after == before else "not as before"
            told = f"{same} after {UNDONE} that changed {moved} lines"
        except AssertionError as error:
            told = f"{NOT_MEASURED}: {' '.join(str(error).split())[:160]}"
    what = f"people's joins undone, among {len(records)} historical records: the clusters"
    return what, "batch tools have none", told, "", "", "come back exactly", "", COMMAND


def _decided_and_undone(run: Run, pairs: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many lines of the export the decisions changed, and the export when all were taken back."""
    before = _people(run)
    for a, b in pairs:
        tocsin("decide", a, b, "--same", "--why", "bench", "--by", "bench", "--store", run.store)
    between = _people(run)
    for a, b in random.Random(4).sample(pairs, len(pairs)):
        tocsin("decide", "undo", a, b, "--why", "bench", "--by", "bench", "--store", run.store)
    return sum(one != other for one, other in zip(before, between, strict=True)), _people(run)


def _apart(records: Sequence[Record], run: Run) -> list[tuple[str, str]]:
    """Pairs of mentions that are in two entities, half of them truly one person's."""
    chance, found = random.Random(4), []
    for true in (True, False):
        wanted: list[tuple[str, str]] = []
        while len(wanted) < UNDONE // 2:
            a, b = chance.sample(records, 2)
            if run.alone.get(a.id, a.id) != run.alone.get(b.id, b.id) and (a.cluster == b.cluster) == true:
                wanted.append((f"police:{a.id}#0", f"police:{b.id}#0"))
        found += wanted
    return found


def _people(run: Run) -> list[str]:
    return tocsin("export", "people", "--store", run.store).splitlines()

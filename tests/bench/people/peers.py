"""What Splink makes of the same sets: run by the peers' own Python, one JSON object a set on standard output.

``python -m tests.bench.people.peers historical febrl3``. Each model is the one its authors publish for the set, or
for sets like it; its threshold is the one that is best by the truth, which no one in earnest could know.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any

import pyarrow
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.realtime import compare_records

from tests.bench.metrics import Score, figures, scores, shares
from tests.bench.people.data import Row, reported
from tests.bench.people.models import MODELS, Model
from tests.bench.people.sets import DATASETS

CANDIDATES = 70
STEP, LOWEST = 0.5, -30.0  # match weights in bits: between the thresholds tried, and where they end
SURE = 0.93  # the precision of pairs at which the anchors compare

Edge = tuple[float, str, str]


def measure(name: str) -> dict[str, Any]:
    """Train, predict and cluster one set; how well at the best threshold, how much it compared and how long it took."""
    data, model = DATASETS[name], MODELS[name]()
    rows = data.rows()
    truth = {record.id: record.cluster for record in data.records()}
    started = time.monotonic()
    linker, api, settings = _trained(model, rows)
    edges = _edges(linker, model.unique_id)
    took = time.monotonic() - started
    right = sum(truth[a] == truth[b] for _, a, b in edges)
    line = {
        "dataset": name,
        "peer": f"splink {version('splink')}",
        "seconds": took,
        "records": len(truth),
        "compared_per_record": len(edges) / len(truth),
        "true_among_compared": right / sum(part.true for part in shares(truth, {}, lambda _: True)),
        "best": _best(truth, edges),
    }
    if name == "historical":
        line["realtime_ms"] = _realtime(linker, api, settings, [model.columns(row) for row in rows])
    return line


def _trained(model: Model, rows: Sequence[Row]) -> tuple[Linker, DuckDBAPI, SettingsCreator]:
    settings = SettingsCreator(
        link_type="link_only" if model.link else "dedupe_only",
        unique_id_column_name=model.unique_id,
        blocking_rules_to_generate_predictions=list(model.blocking),
        comparisons=list(model.comparisons),
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    linker = Linker([api.register(_table(part, model)) for part in _parts(rows, model.link)], settings)
    linker.training.estimate_probability_two_random_records_match(list(model.certain), recall=model.certain_recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=4)
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    return linker, api, settings


def _parts(rows: Sequence[Row], link: bool) -> list[Sequence[Row]]:
    half = len(rows) // 2
    return [rows[:half], rows[half:]] if link else [rows]


def _table(rows: Sequence[Row], model: Model) -> pyarrow.Table:
    made = [{name: value or None for name, value in model.columns(row).items()} for row in rows]
    return pyarrow.Table.from_pylist(made, schema=pyarrow.schema([(name, pyarrow.string()) for name in made[0]]))


def _edges(linker: Linker, unique_id: str) -> list[Edge]:
    table = linker.inference.predict().as_pyarrow_table()
    columns = [table.column(name).to_pylist() for name in ("match_weight", f"{unique_id}_l", f"{unique_id}_r")]
    return sorted(zip(*columns, strict=True), reverse=True)


def _best(truth: dict[str, str], edges: Sequence[Edge]) -> dict[str, Any]:
    """The connected components (Splink's clusters) at the threshold best by B-cubed, by pairs, by pairs when sure."""
    at: dict[str, tuple[float, float]] = {}
    for threshold, said in _components(truth, edges):
        b3, pairs = scores(shares(truth, said, lambda _: True))
        tried = {"b3": b3.f1, "pairs": pairs.f1, "sure": pairs.f1 if pairs.precision >= SURE else -1.0}
        at = {kind: max(at.get(kind, (-1.0, 0.0)), (value, threshold)) for kind, value in tried.items()}
    wanted = {threshold for _, threshold in at.values()}
    told = {threshold: _told(truth, said) for threshold, said in _components(truth, edges, wanted)}
    return {kind: {"threshold": threshold} | told[threshold] for kind, (_, threshold) in at.items()}


def _components(
    truth: dict[str, str], edges: Sequence[Edge], only: set[float] | None = None
) -> Iterable[tuple[float, dict[str, str]]]:
    """At each threshold from the strictest on, what hangs together by the edges above it."""
    parent = {record: record for record in truth}

    def root(record: str) -> str:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    threshold = edges[0][0] // STEP * STEP
    for weight, a, b in edges:
        while weight < threshold:
            if only is None or threshold in only:
                yield threshold, {record: root(record) for record in truth}
            threshold -= STEP
            if threshold < LOWEST:
                return
        parent[root(a)] = root(b)
    if only is None or threshold in only:
        yield threshold, {record: root(record) for record in truth}


def _told(truth: dict[str, str], said: dict[str, str]) -> dict[str, Any]:
    parts = {"whole": figures(truth, said, times=0), "half": figures(truth, said, reported, times=0)}
    return {part: {"b3": _score(found.b3), "pairs": _score(found.pairs)} for part, found in parts.items()}


def _score(score: Score) -> dict[str, float]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}


def _realtime(linker: Linker, api: DuckDBAPI, settings: SettingsCreator, rows: Sequence[Row]) -> float:
    """Milliseconds to compare one record with 70 others, the SQL already made: the middle of 60 runs."""
    trained = linker.misc.save_model_to_json()
    times = []
    for number in range(80):
        one, others = rows[number], rows[number * CANDIDATES + 1 : (number + 1) * CANDIDATES + 1]
        left, right = ([_with_frequencies(row) for row in part] for part in ([one], others))
        started = time.perf_counter()
        found = compare_records(
            pyarrow.Table.from_pylist(left), pyarrow.Table.from_pylist(right), trained, api, sql_cache_key="bench"
        )
        found.as_record_list()
        times.append(time.perf_counter() - started)
    return sorted(times[20:])[30] * 1000


def _with_frequencies(row: Row) -> dict[str, Any]:
    """The row with the term frequencies the model asks for; their values do not change the time."""
    terms = ("first_name", "surname", "both_names", "birth_place", "occupation")
    return {name: value or None for name, value in row.items()} | {f"tf_{name}": 0.001 for name in terms}


def main() -> None:
    """Measure the sets named."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    for name in (name for name in sys.argv[1:] or MODELS if name in MODELS):
        print(json.dumps(measure(name)), flush=True)


if __name__ == "__main__":
    main()

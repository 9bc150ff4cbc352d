"""What Splink makes of the same sets: run by the peers' own Python, one JSON object a set on standard output.

``python -m tests.bench.people_peers historical febrl3``. Each model is the one its authors publish for the set, or
for sets like it; its threshold is the one that is best by the truth, which no one in earnest could know.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pyarrow
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.realtime import compare_records

from tests.bench.people_data import DATASETS, Row, reported
from tests.bench.people_metrics import Score, figures, scores, shares

CANDIDATES = 70
STEP, LOWEST = 0.5, -30.0  # match weights in bits: between the thresholds tried, and where they end
SURE = 0.93  # the precision of pairs at which the anchors compare

Edge = tuple[float, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A Splink model: how it is set up, and on what it is trained."""

    blocking: Sequence[Any]
    comparisons: Sequence[Any]
    certain: Sequence[Any]  # rules that only matches fulfil, for the prior
    certain_recall: float
    training: Sequence[Any]
    unique_id: str
    u_pairs: float = 1e6
    link: bool = False
    columns: Callable[[Row], Row] = field(default=lambda row: row)


def _historical() -> Model:
    # The model of Splink's example "Linking a dataset of real historical persons".
    start = "substr(postcode_fake,1,3)"
    return Model(
        blocking=[
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on(start, "dob"),
            block_on(start, "first_name"),
            block_on(start, "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        certain=[
            block_on("first_name", "surname", "dob"),
            block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            block_on("dob", "postcode_fake"),
        ],
        certain_recall=0.6,
        training=[block_on("first_name", "surname"), block_on("dob")],
        unique_id="unique_id",
        u_pairs=1e7,
        columns=lambda row: _both(row, "first_name", "surname"),
    )


def _febrl3(with_id: bool) -> Model:
    # The model of Splink's example "Deduplicating the febrl3 dataset"; without the id, the same less all it says of it.
    swapped = "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"
    ids = [block_on("soc_sec_id")] if with_id else []
    return Model(
        blocking=[
            *ids,
            block_on("given_name"),
            block_on("surname"),
            block_on("date_of_birth"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            *([cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2])] if with_id else []),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        certain=[*ids, block_on("given_name", "surname", "date_of_birth"), swapped],
        certain_recall=0.9 if with_id else 0.5,
        training=[block_on("date_of_birth"), block_on("postcode")],
        unique_id="rec_id",
    )


def _febrl4() -> Model:
    # The detailed model of Splink's example "Linking the febrl4 datasets"; it is told that neither holds duplicates.
    return Model(
        blocking=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        certain_recall=0.8,
        training=[block_on("date_of_birth"), block_on("postcode")],
        unique_id="rec_id",
        link=True,
    )


def _rldata() -> Model:
    # No example of Splink's authors; the comparisons they advise for names and dates of birth.
    return Model(
        blocking=[
            block_on("fname_c1", "lname_c1"),
            block_on("born"),
            block_on("fname_c1", "by"),
            block_on("lname_c1", "by"),
            block_on("fname_c1", "bm", "bd"),
            block_on("lname_c1", "bm", "bd"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("fname_c1", "lname_c1", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("born", input_is_string=True),
        ],
        certain=[block_on("fname_c1", "lname_c1", "born")],
        certain_recall=0.5,
        training=[block_on("born"), block_on("fname_c1", "lname_c1")],
        unique_id="record_id",
        u_pairs=1e7,
        columns=lambda row: (
            _both(row, "fname_c1", "lname_c1") | {"born": f"{row['by']:0>4}-{row['bm']:0>2}-{row['bd']:0>2}"}
        ),
    )


def _fake() -> Model:
    # The model of Splink's tutorial.
    return Model(
        blocking=[block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        certain=[
            block_on("first_name", "dob"),
            "l.email = r.email and l.surname = r.surname",
            block_on("email"),
        ],
        certain_recall=0.7,
        training=[block_on("first_name", "surname"), block_on("dob")],
        unique_id="unique_id",
    )


MODELS: dict[str, Callable[[], Model]] = {
    "historical": _historical,
    "rldata10000": _rldata,
    "febrl3": lambda: _febrl3(True),
    "febrl3-no-id": lambda: _febrl3(False),
    "febrl4": _febrl4,
    "fake1000": _fake,
}


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


def _both(row: Row, given: str, family: str) -> Row:
    return row | {"both_names": f"{row[given]} {row[family]}" if row[given] and row[family] else ""}


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

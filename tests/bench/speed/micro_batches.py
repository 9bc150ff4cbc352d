"""What a user would build instead: Splink links each batch of reports' people to those stored. Its Python alone.

``python -m tests.bench.speed.micro_batches FILE STORED BATCH``: a line a report, its people; so many are stored
and trained on, the others come in batches. Prints one JSON object. It says who is who among people and nothing else.
"""

import json
import logging
import sys
import time
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SURE = 10.0  # bits: matches below are not asked for
COLUMNS = ("unique_id", "given", "family", "both_names", "born", "postcode", "phone")
BLOCKING = (
    block_on("family", "born"),
    block_on("given", "born"),
    block_on("substr(given,1,3)", "substr(family,1,4)"),
    block_on("postcode", "family"),
    block_on("phone"),
)

Row = dict[str, str]


def measure(reports: Sequence[Sequence[Row]], stored: int, batch: int) -> dict[str, Any]:
    """Reports a second, in batches, of those that are not stored yet; training is no part of it."""
    held = [row for some in reports[:stored] for row in some]
    api = DuckDBAPI()
    linker = _trained(api, held)
    found, spent = 0, 0.0
    coming = reports[stored:]
    for start in range(0, len(coming), batch):
        new = [row for some in coming[start : start + batch] for row in some]
        began = time.monotonic()
        before, fresh = api.register(_table(held)), api.register(_table(new))
        inference = linker.inference
        found += _count(inference.predict_between(before, fresh, threshold_match_weight=SURE))
        found += _count(inference.predict_within(fresh, threshold_match_weight=SURE))
        held += new
        spent += time.monotonic() - began
    return {"peer": f"splink {version('splink')}", "a_second": len(coming) / spent, "people": len(held), "found": found}


def _count(matches: Any) -> int:
    return int(matches.as_pyarrow_table().num_rows)


def _trained(api: DuckDBAPI, held: Sequence[Row]) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=list(BLOCKING),
        comparisons=[
            cl.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("born", input_is_string=True),
            cl.PostcodeComparison("postcode"),
            cl.ExactMatch("phone"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(api.register(_table(held)), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("given", "family", "born")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=4)
    for rule in (block_on("born"), block_on("given", "family")):
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    for column in ("given", "family", "both_names"):
        linker.table_management.compute_tf_table(column)
    return linker


def _table(rows: Sequence[Row]) -> pyarrow.Table:
    schema = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
    return pyarrow.Table.from_pylist([{name: row.get(name) or None for name in COLUMNS} for row in rows], schema=schema)


def main() -> None:
    """Measure, and print."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    file, stored, batch = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    reports = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    print(json.dumps(measure(reports, stored, batch)))


if __name__ == "__main__":
    main()

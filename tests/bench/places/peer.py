"""What uk_address_matcher makes of addresses: run by the peer's own Python; two CSV files in, one JSON object out.

``python -m tests.bench.places.peer CANONICAL.csv MESSY.csv``, each with ``unique_id,address_concat,postcode``.
"""

import json
import logging
import sys
import time
import warnings
from importlib.metadata import version
from typing import Any

import duckdb
from uk_address_matcher import AddressMatcher


def main() -> None:
    """Match the second file's addresses to the first's, with the settings it ships."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    canonical, messy = (connection.read_csv(name, all_varchar=True) for name in sys.argv[1:3])
    started, clock = time.monotonic(), time.process_time()
    result = AddressMatcher(canonical_addresses=canonical, addresses_to_match=messy, con=connection).match()
    found = result.matches()
    rows = found.fetchall()
    seconds, used = time.monotonic() - started, time.process_time() - clock
    names = list(found.columns)
    told = {"version": version("uk_address_matcher"), "seconds": seconds, "cpu": used, "columns": names}
    print(json.dumps(told | {"rows": [_row(dict(zip(names, row, strict=True))) for row in rows]}))


def _row(row: dict[str, Any]) -> list[Any]:
    weight, apart = row.get("match_weight"), row.get("distinguishability")
    return [row["unique_id"], row["resolved_canonical_id"], weight, apart, str(row.get("match_reason"))]


if __name__ == "__main__":
    main()

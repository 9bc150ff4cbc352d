"""``make bench-detect``: the detectors against R, against the truth of simulated outbreaks, and over a real town."""

from pathlib import Path

from tests.bench.detect_counts import count_rows
from tests.bench.detect_places import place_rows
from tests.bench.people_table import table

SHARED = Path("../shared/data")
COMMAND = "python -m tests.bench detect"


def measure_detect() -> None:
    """Measure and print the table."""
    if not SHARED.is_dir():
        print(f"not measured, for {SHARED} is not there")
        return
    print(f"\nFound: the share of outbreaks with an alarm in one of their weeks; ± one standard error ({COMMAND}).\n")
    header = ("what", "peer", "ours", "to reach")
    print(table(header, place_rows(SHARED)), flush=True)
    print(table(header, count_rows(SHARED)))

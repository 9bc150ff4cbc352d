"""``make bench-detect``: the detectors against R, against the truth of simulated outbreaks, and over a real town."""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.detect.counts import count_rows
from tests.bench.detect.places import place_rows
from tests.bench.figures import keep
from tests.bench.table import table

SHARED = Path("../shared/data")
COMMAND = "python -m tests.bench detect"
HEADER = ("what", "peer", "ours", "to reach")
# The rows of the page of figures, by how the rows of this table begin.
ANCHORS = {
    "Knox": "knox",
    "scan, New Mexico": "new-mexico",
    "scan over four months": "scan-step",
    "cluster within 500 m and 7 days found, three times the usual in all, one false alarm a year": "scan-power",
    "50 repetitions more (seed 2): seasonal, as shipped": "noufaily",
    "R's Farrington-Noufaily on salmNewport": "salm-newport",
}


def measure_detect() -> None:
    """Measure and print the table."""
    if not SHARED.is_dir():
        print(f"not measured, for {SHARED} is not there")
        return
    print(f"\nFound: the share of outbreaks with an alarm in one of their weeks; ± one standard error ({COMMAND}).\n")
    for rows in (place_rows(SHARED), count_rows(SHARED)):
        _keep(rows)
        print(table(HEADER, rows), flush=True)


def _keep(rows: Sequence[tuple[str, ...]]) -> None:
    left = dict(ANCHORS)
    for what, peer, ours, _ in rows:
        if begins := next((start for start in left if what.startswith(start)), None):
            keep(left.pop(begins), ours, peer=peer, command=COMMAND)

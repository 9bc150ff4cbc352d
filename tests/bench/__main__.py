"""``make bench``: every measurement, or those named: ``python -m tests.bench pipeline``, or ``people --quick``."""

import sys
from collections.abc import Callable
from itertools import takewhile

from tests.bench.bad_input import measure_bad_input
from tests.bench.derbyshire import measure_derbyshire
from tests.bench.detect import measure_detect
from tests.bench.faults import measure_faults
from tests.bench.incidents import measure_incidents
from tests.bench.issues import measure_issues
from tests.bench.load import measure_load
from tests.bench.names import measure_names
from tests.bench.no_person import measure_no_person
from tests.bench.page import measure_page
from tests.bench.people import measure_people
from tests.bench.people_misses import show_misses
from tests.bench.pipeline import measure_pipeline
from tests.bench.places import measure_places
from tests.bench.scaling import measure_scaling
from tests.bench.security import measure_security
from tests.bench.short import measure_short
from tests.bench.stages import measure_stages

BENCHES: dict[str, Callable[[], None]] = {
    "pipeline": measure_pipeline,
    "derbyshire": measure_derbyshire,
    "detect": measure_detect,
    "faults": measure_faults,
    "incidents": measure_incidents,
    "issues": measure_issues,
    "names": measure_names,
    "page": measure_page,
    "people": measure_people,
    "places": measure_places,
    "security": measure_security,
    "input": measure_bad_input,
    "load": measure_load,
    "no-person": measure_no_person,
    "misses": show_misses,
    "scaling": measure_scaling,
    "short": measure_short,
    "stages": measure_stages,
}
ALL = (
    "pipeline",
    "scaling",
    "derbyshire",
    "people",
    "places",
    "incidents",
    "detect",
    "issues",
    "security",
    "page",
    "input",
    "no-person",
)  # others are parts of these, or ask to be looked at


def main() -> None:
    """Run the benches named on the command line, or all; what follows a dash is for them to read."""
    wanted = list(takewhile(lambda word: not word.startswith("--"), sys.argv[1:])) or ALL
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        raise SystemExit(f"no bench {unknown[0]!r}; there are: {', '.join(BENCHES)}")
    for name in wanted:
        print(f"\n## {name}  (python -m tests.bench {name})")
        BENCHES[name]()


main()

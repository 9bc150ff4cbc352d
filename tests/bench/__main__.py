"""``make bench``: every measurement, or those named: ``python -m tests.bench pipeline``, or ``people --quick``."""

import sys
from collections.abc import Callable
from itertools import takewhile

from tests.bench.bad_input import measure_bad_input
from tests.bench.detect.bench import measure_detect
from tests.bench.faults import measure_faults
from tests.bench.in_time import measure_in_time
from tests.bench.incidents.bench import measure_incidents
from tests.bench.issues.bench import measure_issues
from tests.bench.issues.derbyshire import measure_derbyshire
from tests.bench.no_person import measure_no_person
from tests.bench.people.bench import measure_people
from tests.bench.people.misses import show_misses
from tests.bench.people.names import measure_names
from tests.bench.places.bench import measure_places
from tests.bench.same_answer import measure_same_answer
from tests.bench.security.bench import measure_security
from tests.bench.speed.growth import measure_growth
from tests.bench.speed.load import measure_load
from tests.bench.speed.page import measure_page
from tests.bench.speed.pipeline import measure_pipeline
from tests.bench.speed.scaling import measure_scaling
from tests.bench.speed.short import measure_short
from tests.bench.speed.stages import measure_stages

BENCHES: dict[str, Callable[[], None]] = {
    "pipeline": measure_pipeline,
    "derbyshire": measure_derbyshire,
    "detect": measure_detect,
    "faults": measure_faults,
    "growth": measure_growth,
    "in-time": measure_in_time,
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
    "same-answer": measure_same_answer,
    "misses": show_misses,
    "scaling": measure_scaling,
    "short": measure_short,
    "stages": measure_stages,
}
ALL = (
    "pipeline",
    "growth",
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
    "same-answer",
    "in-time",
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


if __name__ == "__main__":
    main()

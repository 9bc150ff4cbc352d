"""What is promised of who may know, over many cases; each part says what it tried and what it found.

``python -m tests.bench security``, or ``security --pages`` for one part.
"""

import sys
from collections.abc import Callable

from tests.bench.security.broker import measure_broker
from tests.bench.security.existence import measure_existence
from tests.bench.security.forgeries import measure_forgeries
from tests.bench.security.keeping import measure_keeping
from tests.bench.security.pages import measure_pages
from tests.bench.security.sharing import measure_sharing
from tests.bench.security.supplies import measure_supplies

PARTS: tuple[Callable[[], None], ...] = (
    measure_forgeries,
    measure_broker,
    measure_keeping,
    measure_pages,
    measure_sharing,
    measure_existence,
    measure_supplies,
)


def measure_security() -> None:
    """Every part in turn, or those named after a dash."""
    parts = {part.__name__.removeprefix("measure_"): part for part in PARTS}
    if "--help" in sys.argv:
        raise SystemExit(f"{__doc__}\nParts: {', '.join(parts)}; each says in its own file what else it may be told.")
    named = [word.removeprefix("--") for word in sys.argv if word.removeprefix("--") in parts]
    for name in named or parts:
        print(f"\n### {name}")
        parts[name]()

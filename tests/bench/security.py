"""What is promised of who may know, over many cases; each part says what it tried and what it found."""

from collections.abc import Callable

from tests.bench.security_forgeries import measure_forgeries

PARTS: tuple[Callable[[], None], ...] = (measure_forgeries,)


def measure_security() -> None:
    """Every part, in turn."""
    for part in PARTS:
        print(f"\n### {part.__name__.removeprefix('measure_')}")
        part()

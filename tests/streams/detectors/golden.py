"""The reference figures that stand outside the project; tests that read them skip where they are absent."""

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).parents[4] / "shared" / "data"


def shared(name: str) -> Path:
    """A reference file, or the test is skipped."""
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not in ../shared/data")
    return SHARED / name


def rows(name: str) -> list[dict[str, str]]:
    path = shared(name)
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return list(csv.DictReader(lines))


def numbers(listed: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([np.nan if row[column] == "NA" else float(row[column]) for row in listed])


def weeks(count: int, first: date = date(2004, 1, 5)) -> list[date]:
    return [first + timedelta(days=7 * at) for at in range(count)]

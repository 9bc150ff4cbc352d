"""The tables of ``make bench-people``, as markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.bench.metrics import Score


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table, its columns as wide as they need."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    laid = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([laid[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *laid[1:]])


def figure(value: float, digits: int = 3) -> str:
    """A share as the anchors write it: .863."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("0") if value < 1 else text


def span(interval: tuple[float, float], digits: int = 3) -> str:
    """An interval."""
    return f"{figure(interval[0], digits)}-{figure(interval[1], digits)}"


def parts(score: Score | dict[str, Any]) -> tuple[str, str, str]:
    """Precision, recall and F1."""
    if isinstance(score, Score):
        return figure(score.precision, 4), figure(score.recall, 4), figure(score.f1, 4)
    return figure(score["precision"], 4), figure(score["recall"], 4), figure(score["f1"], 4)

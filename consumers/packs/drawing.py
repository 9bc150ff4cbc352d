"""Drawings for a pack as SVG: what is told by one is told by a table or the list of items too."""

from collections.abc import Iterable, Sequence
from html import escape

INK, SOFT, LINE, GROUND, BAR, NOW = "#12181f", "#4c5763", "#c9d0d6", "#eef1f3", "#8fa3b3", "#0b4f8a"
SEVERITY = {"high": "#a4161a", "medium": "#b36b00", "low": "#2f6f8f"}
FONT = "Liberation Sans, Arial, DejaVu Sans, Libertinus Serif"


def svg(width: float, height: float, parts: Iterable[str]) -> str:
    """A drawing of that size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}">{"".join(parts)}</svg>'
    )


def written(
    x: float, y: float, text: str, *, size: float = 11, anchor: str = "start", colour: str = INK, bold: bool = False
) -> str:
    """Text at a point."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:g}" text-anchor="{anchor}" '
        f'fill="{colour}"{weight}>{escape(text)}</text>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'


def line(points: Sequence[tuple[float, float]], colour: str, width: float = 1) -> str:
    """A line through points."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def columns(values: Sequence[tuple[str, int]]) -> str:
    """One column a period, each with its number over it; the last is the meeting's own, and darker."""
    width, height, foot, head = 640.0, 190.0, 34.0, 22.0
    step = width / max(1, len(values))
    most = max((count for _, count in values), default=0) or 1
    parts = [line([(0, height - foot), (width, height - foot)], INK)]
    for number, (name, count) in enumerate(values):
        high, last = (height - foot - head) * count / most, number == len(values) - 1
        left, top = number * step + step * 0.18, height - foot - high
        parts.append(box(left, top, step * 0.64, high, NOW if last else BAR))
        middle = number * step + step / 2
        parts.append(written(middle, top - 5, str(count), size=12, anchor="middle", bold=last))
        for row, words in enumerate(name.split(" to ")):
            y, colour = height - foot + 13 + 11 * row, INK if last else SOFT
            parts.append(written(middle, y, words, size=9.5, anchor="middle", colour=colour))
    return svg(width, height, parts)

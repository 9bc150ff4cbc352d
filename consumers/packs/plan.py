"""The map of a pack: its items by number on the streets that are loaded, with a scale; no point that a copy lacks."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import ceil, floor, log10

from pyproj import Transformer

from consumers.packs.drawing import GROUND, INK, LINE, SEVERITY, SOFT, box, line, svg, written
from consumers.packs.ground import Ground, Point
from consumers.packs.items import Item

WIDTH, HEIGHT, EDGE = 640.0, 420.0, 26.0
LEAST_M = 1_500.0  # a map of less would show a single house
MOST_DOTS = 6_000  # more of them are no clearer, and make the file large
MARK = 11.0
WIDEST = 0.35  # of the map's width: a larger circle would cover all and say nothing
KM = 1000.0


@lru_cache(maxsize=1)
def _grid() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def plan(items: Sequence[Item], ground: Ground) -> str:
    """The map; empty where no item has a point that may be shown."""
    spots = [(item, _grid().transform(item.spot.lon, item.spot.lat)) for item in items if item.spot is not None]
    if not spots:
        return ""
    frame = _Frame([point for _, point in spots])
    parts = [box(0, 0, WIDTH, HEIGHT, "#ffffff"), *_squares(frame), *_streets(ground, frame)]
    parts += [_circle(item, point, frame) for item, point in spots if item.spot and item.spot.radius_m]
    parts += [_mark(item, at) for item, at in zip([item for item, _ in spots], _apart(spots, frame), strict=True)]
    return svg(WIDTH, HEIGHT, [*parts, *_scale(frame), _border()])


class _Frame:
    """How metres of the grid become points of the drawing."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        wide, high = max(max(xs) - min(xs), LEAST_M), max(max(ys) - min(ys), LEAST_M)
        self.scale = min((WIDTH - 4 * EDGE) / wide, (HEIGHT - 4 * EDGE) / high)
        self._x, self._y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    def at(self, point: Point) -> Point:
        """Where it is drawn."""
        return WIDTH / 2 + (point[0] - self._x) * self.scale, HEIGHT / 2 - (point[1] - self._y) * self.scale

    def corner(self) -> Point:
        """The point of the grid at the map's lower left."""
        return self._x - WIDTH / 2 / self.scale, self._y - HEIGHT / 2 / self.scale


def _squares(frame: _Frame) -> Iterable[str]:
    """The kilometre squares of the national grid with their numbers, so that a paper map can be laid beside it."""
    left, foot = (ceil(edge / KM) for edge in frame.corner())
    while (x := frame.at((left * KM, 0))[0]) < WIDTH:
        yield line([(x, 0), (x, HEIGHT)], GROUND, 1)
        yield written(x + 3, HEIGHT - 5, f"{left % 100:02d}", size=8.5, colour=SOFT)
        left += 1
    while (y := frame.at((0, foot * KM))[1]) > 0:
        yield line([(0, y), (WIDTH, y)], GROUND, 1)
        yield written(3, y - 3, f"{foot % 100:02d}", size=8.5, colour=SOFT)
        foot += 1


def _inside(point: Point) -> bool:
    return 0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT


def _streets(ground: Ground, frame: _Frame) -> Iterable[str]:
    """Areas by their edges and addresses as dots, so that whoever knows the town sees where it is."""
    for ring in ground.rings:
        drawn = [frame.at(point) for point in ring]
        if any(_inside(point) for point in drawn):
            yield line([*drawn, drawn[0]], LINE, 1.2)
    dots = [at for point in ground.addresses if _inside(at := frame.at(point))]
    every = max(1, len(dots) // MOST_DOTS)
    yield from (box(x - 0.6, y - 0.6, 1.2, 1.2, LINE) for x, y in dots[::every])


def _circle(item: Item, point: Point, frame: _Frame) -> str:
    x, y = frame.at(point)
    radius = (item.spot.radius_m if item.spot else 0) * frame.scale
    if radius > WIDEST * WIDTH:
        return ""
    colour = SEVERITY.get(item.severity, SOFT)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.12" stroke="{colour}" '
        'stroke-width="1"/>'
    )


def _apart(spots: Sequence[tuple[Item, Point]], frame: _Frame) -> list[Point]:
    """Where the numbers stand: one that would cover another moves beside it."""
    placed: list[Point] = []
    for _, point in spots:
        x, y = frame.at(point)
        while any(abs(x - a) < 2 * MARK and abs(y - b) < 2 * MARK for a, b in placed):
            x += 2 * MARK
        placed.append((x, y))
    return placed


def _mark(item: Item, at: Point) -> str:
    x, y = at
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARK:g}" fill="{SEVERITY.get(item.severity, SOFT)}"/>'
    return disc + written(x, y + 4, str(item.number), size=11.5, anchor="middle", colour="#ffffff", bold=True)


def _scale(frame: _Frame) -> list[str]:
    """A bar of a round length, and which way is north."""
    longest = 150 / frame.scale
    metres = 10 ** floor(log10(longest))
    metres *= 5 if longest >= 5 * metres else 2 if longest >= 2 * metres else 1
    right, foot = 16 + metres * frame.scale, HEIGHT - 16
    said = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    bar = line([(16, foot - 5), (16, foot), (right, foot), (right, foot - 5)], INK, 1.5)
    north = line([(WIDTH - 20, 40), (WIDTH - 20, 18), (WIDTH - 25, 27), (WIDTH - 20, 18), (WIDTH - 15, 27)], INK, 1.5)
    return [
        box(8, foot - 24, right + 6, 32, "#ffffff"),
        bar,
        written(18, foot - 9, said, size=10),
        north,
        written(WIDTH - 20, 54, "N", size=11, anchor="middle", bold=True),
    ]


def _border() -> str:
    return f'<rect x="0.5" y="0.5" width="{WIDTH - 1:g}" height="{HEIGHT - 1:g}" fill="none" stroke="{LINE}"/>'

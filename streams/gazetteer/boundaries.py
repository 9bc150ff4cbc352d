"""Boundaries read from GeoJSON, and lookups from CSV, as the Office for National Statistics and councils give them."""

import csv
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.files import NotReadable, text_of
from schemas.kinds import vocabulary
from streams.gazetteer.areas import LEVELS, Boundary, Ring
from streams.matching.places.grid import to_grid
from streams.matching.places.postcodes import postcode

_CALLED = {what: re.compile(f"(?:{way})", re.I) for what, way in vocabulary("gazetteer")["areas"].items()}
_CORNERS = 3
_SINGLE = 1000.0  # a degree is never as much, a metre of the grid nearly always more


class NotAreas(NotReadable):
    """The file is neither boundaries nor a lookup."""


@dataclass(slots=True, kw_only=True)
class Drawn:
    """What a file gives: boundaries, or by postcode the areas it lies in; and what could not be used, with why."""

    boundaries: list[Boundary] = field(default_factory=list)
    lookup: dict[str, dict[str, str]] = field(default_factory=dict)
    bad: list[tuple[int, str]] = field(default_factory=list)


def areas_of(file: Path, level: str | None = None) -> Drawn:
    """The areas of a GeoJSON or CSV file; ``level`` where its columns do not tell ward from LSOA."""
    try:
        said = text_of(file)
        return _drawn(said, level) if said.lstrip().startswith("{") else _looked_up(said, level)
    except (csv.Error, NotReadable) as error:
        raise NotAreas(str(error)) from None


def _drawn(said: str, level: str | None) -> Drawn:
    found = Drawn()
    try:
        features = json.loads(said).get("features")
    except json.JSONDecodeError as error:
        raise NotAreas(f"is no JSON: {error.msg} in line {error.lineno}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets without end
        raise NotAreas("is no JSON that can be read: a number is too long, or it is nested too deep") from None
    if not isinstance(features, list) or not features:
        raise NotAreas("holds no features of GeoJSON")
    for number, feature in enumerate(features, 1):
        try:
            found.boundaries.append(_boundary(feature, level))
        except (NotAreas, TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError) as error:
            found.bad.append((number, str(error) if isinstance(error, NotAreas) else "its shape cannot be read"))
    return found


def _boundary(feature: Mapping[str, Any], level: str | None) -> Boundary:
    said = {str(name): str(value).strip() for name, value in (feature.get("properties") or {}).items() if value}
    which = level or next((each for each in LEVELS if _named(said, f"{each}_code") or _named(said, f"{each}_name")), "")
    if not which:
        raise NotAreas("its properties name neither a ward nor an LSOA; say which with --level")
    code, name = _named(said, f"{which}_code", "code"), _named(said, f"{which}_name", "name")
    if not (code or name):
        raise NotAreas("it has neither a name nor a code")
    shape = feature["geometry"]
    if shape["type"] not in ("Polygon", "MultiPolygon"):
        raise NotAreas(f"it is a {shape['type']}, not a polygon")
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    rings = [_on_grid(ring) for polygon in polygons for ring in polygon]
    return Boundary(level=which, code=code, name=name, rings=rings)


def _named(said: Mapping[str, str], *ways: str) -> str:
    return next((value for way in ways for name, value in said.items() if _CALLED[way].fullmatch(name)), "")


def _on_grid(ring: Ring) -> Ring:
    """A ring in metres of the national grid, whichever of the two systems it was drawn in."""
    if not all(math.isfinite(float(value)) for point in ring for value in point[:2]) or len(ring) < _CORNERS:
        raise NotAreas("one of its rings has fewer than three corners, or one that is no point")
    if all(abs(value) < _SINGLE for point in ring for value in point[:2]):
        points = [to_grid(lat, lon) for lon, lat in (point[:2] for point in ring)]
        if not all(points):
            raise NotAreas("it does not lie in the United Kingdom")
        return [point for point in points if point]
    return [[round(float(x), 1), round(float(y), 1)] for x, y in (point[:2] for point in ring)]


def _looked_up(said: str, level: str | None) -> Drawn:
    found = Drawn()
    lines = csv.DictReader(said.splitlines())
    names = [name.strip() for name in lines.fieldnames or ()]
    lines.fieldnames = names
    code = next((name for name in names if _CALLED["postcode"].fullmatch(name)), None)
    columns = {each: _column(names, each) for each in LEVELS if level in (None, each)}
    if code is None or not any(columns.values()):
        raise NotAreas(f"columns not known: {', '.join(names[:20])}; it needs a postcode, and a ward or an LSOA")
    for row in lines:
        areas = {each: value for each, name in columns.items() if name and (value := (row[name] or "").strip())}
        if (key := postcode(row[code])) and areas:
            found.lookup[key] = areas
        else:
            found.bad.append((lines.line_num, "no postcode that can be one" if not key else "no area"))
    return found


def _column(names: list[str], level: str) -> str | None:
    """A ward by its name if there is one, an LSOA by its code."""
    ways = (f"{level}_name", f"{level}_code")
    return next(
        (
            name
            for way in (ways if level == "ward" else reversed(ways))
            for name in names
            if _CALLED[way].fullmatch(name)
        ),
        None,
    )

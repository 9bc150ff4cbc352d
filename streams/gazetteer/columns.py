"""An address list read from a file: its columns by the names they go by, its bad rows with why."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.files import NotReadable, text_of, toml_of
from schemas.kinds import vocabulary
from schemas.usable import grid_in_uk
from streams.gazetteer.rows import Row

_KNOWN: Mapping[str, Mapping[str, str]] = vocabulary("gazetteer")["columns"]
FIELDS = tuple(_KNOWN["ours"])
_LONGEST = {"uprn": 20, "parentuprn": 20, "usrn": 20, "postcode": 12, "classificationcode": 12}
_LONG = 200
_SWALLOWED = 10_000  # characters: what csv itself allows is one number for the whole process, that others move


class NotAList(NotReadable):
    """The file is no address list, or its columns are not known."""


@dataclass(slots=True, kw_only=True)
class Listed:
    """The rows of a list; those that cannot be used, by line, with why; and how its columns were taken."""

    rows: list[Row] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    columns: str = "ours"


def rows_of(file: Path, mapping: Path | None = None) -> Listed:
    """The addresses of a CSV file; a UPRN that stands twice counts once, as it stands first."""
    try:
        return _rows_of(file, mapping)
    except (csv.Error, NotReadable) as error:
        raise NotAList(str(error)) from None


def _rows_of(file: Path, mapping: Path | None) -> Listed:
    found = Listed()
    seen: set[str] = set()
    with io.StringIO(text_of(file), newline="") as lines:
        reader = csv.DictReader(lines)
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        found.columns, ways = _columns(names, mapping)
        for raw in reader:
            if any(len(str(value)) > _SWALLOWED for value in raw.values()):
                raise NotAList(
                    f"line {reader.line_num}: over {_SWALLOWED} characters in one field; is a quote left open?"
                )
            values = {name: " ".join(_value(raw, way).split()) for name, way in ways.items()}
            why = _wrong(values, seen)
            if why:
                found.bad.append((reader.line_num, why))
                continue
            seen.add(values["uprn"])
            found.rows.append(_row(values))
    return found


def _columns(names: list[str], mapping: Path | None) -> tuple[str, Mapping[str, str]]:
    if mapping is not None:
        ways = toml_of(mapping)
        unknown = sorted(set(ways) - set(FIELDS))
        if unknown:
            raise NotAList(f"{mapping.name} names {unknown[0]!r}; a list's columns are: {', '.join(FIELDS)}")
        return mapping.name, {name: str(way) for name, way in ways.items()}
    fits = {name: sum(any(c in names for c in _parts(way)) for way in ways.values()) for name, ways in _KNOWN.items()}
    best = max(fits, key=lambda name: fits[name])
    if "uprn" not in names or fits[best] < _FEW:
        raise NotAList(f"columns not known: {', '.join(names[:20])}; give --columns, or name them: {', '.join(FIELDS)}")
    return best, _KNOWN[best]


_FEW = 4  # columns that a list must have in common with one that is known


def _parts(way: str) -> Iterator[str]:
    for choice in way.split("|"):
        for joined in choice.split():
            yield from joined.split("+")


def _value(raw: Mapping[str, str | None], way: str) -> str:
    """What stands in the columns that ``way`` names."""
    for choice in way.lower().split("|"):
        parts = ["".join((raw.get(name) or "").strip() for name in joined.split("+")) for joined in choice.split()]
        if value := " ".join(part for part in parts if part):
            return value
    return ""


def _wrong(values: Mapping[str, str], seen: set[str]) -> str:
    if not values.get("uprn"):
        return "no UPRN"
    if values["uprn"] in seen:
        return f"UPRN {values['uprn']} stands twice"
    if not (values.get("streetname") or values.get("name") or values.get("postcode")):
        return "neither street, name nor postcode"
    long = next((name for name, value in values.items() if len(value) > _LONGEST.get(name, _LONG)), None)
    if long:
        return f"{long} is longer than an address list's"
    return _bad_point(values.get("easting", ""), values.get("northing", ""))


def _bad_point(easting: str, northing: str) -> str:
    if not (easting or northing):
        return ""
    if not (easting and northing):
        return "half of the point is missing"
    try:
        return "" if grid_in_uk(float(easting), float(northing)) else "the point is not in the United Kingdom"
    except ValueError:
        return "the point is no number"


def _row(values: Mapping[str, str]) -> Row:
    east, north = values.get("easting"), values.get("northing")
    words: dict[str, Any] = {name: value for name, value in values.items() if name not in ("easting", "northing")}
    return Row(**words, easting=float(east) if east else None, northing=float(north) if north else None)

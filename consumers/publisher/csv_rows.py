"""CSV: each row becomes a report as the mapping says; a row that cannot is told with its line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from consumers.publisher.fields import holds, kind_of, put
from consumers.publisher.lines import Line, Source, UnreadableFile, csv_rows
from consumers.publisher.mapping import OTHERWISE, SEPARATOR, CsvMapping, MappingError, mapping_of_header
from consumers.publisher.naming import name_in

LAST = time(23, 59, 59)


def read_csv(source: Source, mapping: CsvMapping | None, agency: str, after: int) -> Iterator[Line]:
    """The rows of the file after line ``after``; raises ``MappingError`` where columns are missing or unknown."""
    encoding, delimiter = (mapping.encoding, mapping.delimiter) if mapping else ("utf-8", ",")
    with source.text(encoding) as text:
        rows = csv_rows(text, delimiter)
        first = next(rows, None)
        if first is not None and first.problem:
            raise UnreadableFile(f"{source.path}: its header cannot be read ({first.problem})")
        if first is None or not first.cells:
            raise UnreadableFile(f"{source.path}: it has no header")
        header = [name.strip() for name in first.cells]
        reading = Reading.by(mapping or _mapping_for(source, header), header, agency, source)
        for row in rows:
            if row.number <= after:
                continue
            if row.problem:
                yield Line(number=row.number, problem=row.problem)
            elif any(cell.strip() for cell in row.cells):
                yield reading.line(row.number, row.cells)


def _mapping_for(source: Source, header: list[str]) -> CsvMapping:
    try:
        return mapping_of_header(header)
    except MappingError as error:
        raise MappingError(f"{source.path}: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A mapping made ready for one file's header."""

    mapping: CsvMapping
    agency: str
    width: int
    fields: tuple[tuple[str, tuple[int, ...], Mapping[str, str] | None, Callable[[str], Any]], ...]

    @classmethod
    def by(cls, mapping: CsvMapping, header: list[str], agency: str, source: Source) -> "Reading":
        """The reading of a file with this header."""
        if missing := mapping.missing_from(header):
            raise MappingError(f"{source.path}: it has no column {missing[0]!r}, which the mapping names")
        fields = tuple(
            (path, tuple(map(header.index, names)), mapping.values.get(path), _into(kind_of(path), path, mapping))
            for path, names in mapping.columns.items()
        )
        return cls(mapping=mapping, agency=agency, width=len(header), fields=fields)

    def line(self, number: int, row: list[str]) -> Line:
        """The report a row makes, or what is wrong with it."""
        if len(row) != self.width:
            return Line(number=number, problem=f"has {len(row)} fields where the header has {self.width}")
        try:
            report = self.report(row)
            raw = json.dumps(report, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            return Line(number=number, problem=f"is not {self.mapping.encoding}")
        except ValueError as error:
            return Line(number=number, problem=str(error))
        return Line(number=number, raw=raw, name=name_in(report))

    def report(self, row: list[str]) -> dict[str, Any]:
        """The report a row makes; raises ``ValueError`` naming the field that cannot be made."""
        report: dict[str, Any] = {"agency": self.agency}
        for path, places, words, into in self.fields:
            cell = " ".join(filter(None, (row[place].strip() for place in places)))
            try:
                if cell and words is not None:
                    cell = _word(cell, words)
                if cell:
                    put(report, path, into(cell))
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from None
        _settle_times(report)
        for path, value in self.mapping.constants.items():
            if _belongs(report, path) and not holds(report, path):
                put(report, path, value)
        for name in ("people", "vehicles"):
            if name in report:
                report[name] = [one for one in report[name] if one]
        return report


def _belongs(report: Mapping[str, Any], path: str) -> bool:
    """Whether a constant says something: the role of nobody, or the accuracy of no place, does not."""
    parts = path.split(".")
    if parts[0] in ("people", "vehicles"):
        things = report.get(parts[0], [])
        here = things[int(parts[1])] if int(parts[1]) < len(things) else {}
        return bool(here) and (len(parts) < 4 or parts[2] != "address" or "address" in here)
    return parts[0] != "place" or "place" in report


def _settle_times(report: dict[str, Any]) -> None:
    """Turn the spans that dates stand for into moments: an event's whole day, and the end of the day it was told."""
    if span := report.get("reported_at"):
        report["reported_at"] = span[1].isoformat()
    if occurred := report.get("occurred"):
        start = occurred.get("from", occurred.get("to"))
        end = occurred.get("to", start)
        report["occurred"] = {"from": start[0].isoformat(), "to": end[1].isoformat()}


def _word(cell: str, words: Mapping[str, str]) -> str:
    found = words.get(cell, words.get(OTHERWISE))
    if found is None:
        raise ValueError(f"the mapping has no word for {cell!r}")
    return found


def _into(kind: str, path: str, mapping: CsvMapping) -> Callable[[str], Any]:
    match kind:
        case "integer":
            return _integer
        case "number":
            return _number
        case "moment":
            zone = ZoneInfo(mapping.time_zone)
            return lambda cell: _span(cell, mapping.date_formats, zone)
        case "born":
            return lambda cell: _born(cell, mapping.date_formats)
        case "list":
            separator = mapping.separators.get(path, SEPARATOR)
            return lambda cell: [part for part in (piece.strip() for piece in cell.split(separator)) if part]
        case _:
            return lambda cell: cell


def _integer(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a whole number") from None


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a number") from None


def _span(cell: str, formats: tuple[str, ...], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moment a cell says, twice; or where it says a date only, that day's first and last second."""
    moment, whole_day = _read(cell, formats)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment, moment.replace(hour=LAST.hour, minute=LAST.minute, second=LAST.second) if whole_day else moment


def _read(cell: str, formats: tuple[str, ...]) -> tuple[datetime, bool]:
    for form in formats:
        try:
            return datetime.strptime(cell, form), not {"%H", "%I", "%c", "%X", "%T"} & _codes(form)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(cell), len(cell) <= len("2024-01-31")
    except ValueError:
        raise ValueError(
            f"{cell!r} is written in none of the date formats ({', '.join(formats)}) nor as ISO 8601"
        ) from None


def _codes(form: str) -> set[str]:
    return {form[at : at + 2] for at in range(len(form) - 1) if form[at] == "%"}


def _born(cell: str, formats: tuple[str, ...]) -> str:
    """A date of birth as the contract writes it; what is in none of the formats goes as it is (``1990``)."""
    for form in formats:
        try:
            return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return cell

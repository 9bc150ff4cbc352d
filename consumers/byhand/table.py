"""A table of reports, row by row: the report each makes, or what the pipeline would refuse it for."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from consumers.publisher.csv_rows import read_csv
from consumers.publisher.lines import Line, Source, UnreadableFile
from consumers.publisher.mapping import CsvMapping, MappingError
from consumers.publisher.validate import problems_with
from schemas.kinds import vocabulary

_RULES = vocabulary("by_hand")
MOST_ROWS: int = _RULES["rows"]
MOST_BYTES: int = _RULES["kilobytes"] * 1024
COLUMNS: Mapping[str, str] = _RULES["columns"]
DELIMITERS = ",;\t"
A_DATE = "23/11/2026 09:30"


class NoTable(Exception):
    """What was sent is no table of reports; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line in the table, the report it makes, and what is wrong with it."""

    number: int
    id: str
    version: int
    raw: bytes | None
    problems: Sequence[str] = ()


def rows_of(text: str, agency: str) -> list[Row]:
    """Every row of the table; raises ``NoTable``."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise NoTable(f"It is larger than {MOST_BYTES // 1024} kilobytes: send it in parts.")
    rows: list[Row] = []
    try:
        for line in _lines(text, agency):
            if len(rows) == MOST_ROWS:
                raise NoTable(f"It has more than {MOST_ROWS:,} rows: send it in parts.")
            rows.append(_row(line, agency))
    except (MappingError, UnreadableFile) as wrong:
        raise NoTable(_plain(str(wrong))) from None
    if not rows:
        raise NoTable("There are no rows under the heading.")
    return _each_once(rows)


def example() -> str:
    """A table with its heading and one row, to be written over."""
    out, said = io.StringIO(), _RULES["example"]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([COLUMNS.values(), [said.get(path, "") for path in COLUMNS]])
    return out.getvalue()


def _lines(text: str, agency: str) -> Iterator[Line]:
    head = text.removeprefix("\ufeff").lstrip("\r\n").splitlines()[:1]
    if not head or not head[0].strip():
        raise NoTable("It is empty.")
    delimiter = max(DELIMITERS, key=head[0].count)
    stream = io.BytesIO(text.removeprefix("\ufeff").encode("utf-8", "surrogateescape"))
    source = Source(path=Path("the table"), stream=stream, position=lambda: 0)
    names = [name.strip().strip('"') for name in head[0].split(delimiter)]
    return read_csv(source, _mapping(tuple(names), delimiter), agency, 0)


@lru_cache(maxsize=64)
def _mapping(names: tuple[str, ...], delimiter: str) -> CsvMapping:
    """Our headings where they stand, the fields' own names else; a heading that is neither is said."""
    by_heading = {heading.casefold(): path for path, heading in COLUMNS.items()}
    columns = {}
    for name in names:
        path = by_heading.get(name.casefold(), name)
        if name and path in columns:
            raise NoTable(f"The column {name!r} stands there twice.")
        if name:
            columns[path] = (name,)
    try:
        return CsvMapping(columns=columns, delimiter=delimiter)
    except ValueError:
        known = ", ".join(COLUMNS.values())
        wrong = next((name for path, (name,) in columns.items() if not _is_field(path)), "")
        raise NoTable(f"There is no column {wrong!r}; the columns are: {known}.") from None


def _is_field(path: str) -> bool:
    try:
        CsvMapping(columns={path: ("x",)})
    except ValueError:
        return False
    return True


def _row(line: Line, agency: str) -> Row:
    if line.raw is None:
        return Row(number=line.number, id="", version=1, raw=None, problems=[_by_heading(line.problem or "")])
    wrong = [_by_heading(problem) for problem in problems_with(line.raw, agency)]
    return Row(number=line.number, id=line.name.id or "", version=line.name.version, raw=line.raw, problems=wrong)


def _by_heading(problem: str) -> str:
    """What is wrong, by what the column is headed, and a date as it is to be written."""
    for path in sorted(COLUMNS, key=len, reverse=True):
        if problem.startswith((f"{path}:", f"{path} ")):
            said = problem.removeprefix(path).removeprefix(":").strip()
            typed, no_date, _ = said.partition(" is written in none of the date formats")
            return f"{COLUMNS[path]}: {f'{typed} is no date: write {A_DATE}' if no_date else said}"
    return problem or "It makes no report."


def _each_once(rows: Sequence[Row]) -> list[Row]:
    """A report that stands twice in the table is wrong the second time."""
    seen: dict[tuple[str, int], int] = {}
    found = []
    for row in rows:
        first = seen.setdefault((row.id, row.version), row.number) if row.id else row.number
        if first != row.number:
            twice = f"{row.id!r} stands in row {first} already; a change of it needs a higher Version"
            row = Row(number=row.number, id=row.id, version=row.version, raw=row.raw, problems=[*row.problems, twice])
        found.append(row)
    return found


def _plain(text: str) -> str:
    return text.removeprefix("the table: ")[:1].upper() + text.removeprefix("the table: ")[1:]


def shown(raw: bytes | None) -> Mapping[str, Any]:
    """What a row's report says, to be looked at before it is sent."""
    if raw is None:
        return {}
    try:
        body = from_json(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

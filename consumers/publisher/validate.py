"""Whether the pipeline would take a report, told by the same models before anything is sent."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.report import Report, read_report
from schemas.sentences import reasons_of, shown

MOST_BYTES = 1024 * 1024
DEEPEST = 32


class WrongReport(ValueError):
    """A report that the pipeline would refuse; ``problems`` says for what."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _TwiceInOne(ValueError):
    pass


def problems_with(report: Mapping[str, Any] | bytes | Report, agency: str) -> list[str]:
    """What is wrong with a report of ``agency``, a sentence each; empty when nothing."""
    if isinstance(report, Report):
        return _whose(report.agency, agency)
    if isinstance(report, bytes) and len(report) > MOST_BYTES:
        return ["it is over 1 MiB"]
    try:
        body = _read(report) if isinstance(report, bytes) else report
    except ValueError as error:
        return [str(error)]
    if not isinstance(body, Mapping):
        return ["it is not a JSON object"]
    if _deeper_than(body, DEEPEST):
        return [f"it is nested deeper than {DEEPEST}"]
    try:
        return _whose(read_report(body).agency, agency)
    except ValidationError as error:
        return reasons_of(error)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except _TwiceInOne:
        raise
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceInOne(f"the key {shown(twice)} stands twice in one object")
    return body


def _deeper_than(value: object, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _inside(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _whose(named: str, agency: str) -> list[str]:
    return [] if named == agency else [f"agency is {shown(named)}, but it is sent as {shown(agency)}"]

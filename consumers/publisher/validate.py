"""Whether the pipeline would take a report, told by the same models before anything is sent."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.report import Report, read_report


def problems_with(report: Mapping[str, Any] | bytes | Report, agency: str) -> list[str]:
    """What is wrong with a report of ``agency``, a sentence each; empty when nothing."""
    if isinstance(report, Report):
        return _whose(report.agency, agency)
    if isinstance(report, bytes):
        try:
            report = json.loads(report)
        except ValueError:
            return ["is not JSON"]
    if not isinstance(report, Mapping):
        return ["is not a JSON object"]
    try:
        return _whose(read_report(report).agency, agency)
    except ValidationError as error:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


def _whose(named: str, agency: str) -> list[str]:
    return [] if named == agency else [f"agency is {named!r}, but it is sent as {agency!r}"]

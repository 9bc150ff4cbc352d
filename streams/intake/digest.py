"""What a report says, as a digest: how it was written down does not count."""

import json
from hashlib import sha256

from schemas.report import Report

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(report: Report) -> str:
    """SHA-256 (hex) of a report's content.

    Key order, spacing, escapes and null fields do not count, nor whether a default is spelled out, nor ``version``
    (it is compared for itself), nor whether ``action`` says report or amend: both say what holds at that version.
    A field that a later release knows changes the digest of no report without it.
    """
    content = report.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"version", "action"})
    if report.retracts:
        content["action"] = report.action
    return sha256(_CANONICAL.encode(content).encode()).hexdigest()

"""Why a record is refused, in one shape for every reason there is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

Code = Literal[
    "empty",
    "too-large",
    "too-deep",
    "not-utf8",
    "not-json",
    "not-an-object",
    "duplicate-key",
    "not-finite",
    "unknown-field",
    "invalid",
    "identity-mismatch",
    "over-classified",
    "version-conflict",
    "cannot-be-taken",
]


class Refused(Exception):
    """A record that is not taken: a code for machines, sentences for the sender, and whether its bytes may be kept;
    with the id, version, agency and event time of the report it was to be, as far as they can be read.

    The sentences name fields and never a value of a person's; the exception's own text is the code alone, so that
    no log holds more.
    """

    def __init__(self, code: Code, reasons: Sequence[str]) -> None:
        super().__init__(code)
        self.code: Code = code
        self.reasons = tuple(reasons)
        self.keep_body = True
        self.report_id: str | None = None
        self.version: int | None = None
        self.agency: str | None = None
        self.at: datetime | None = None

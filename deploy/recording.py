"""How what people do at the page and by command gets into the log: one place, beside what the stages write."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from streams.keeping.log import PAGE, log


def keep(connection: Connection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write the entries in the transaction that does what they tell of."""
    log(connection, PAGE, entries)

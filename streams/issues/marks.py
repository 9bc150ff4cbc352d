"""What the rows of a day add up to, so that who has read them need not read them again while none has changed.

Every row has a digest, and a day's mark is their sum: it is brought up to date by what left and what came, and hangs on
no order. Days of the same mark have the same rows, in whatever store they stand; so what was read under it is good for
ever, and a transaction that is rolled back leaves nothing wrong behind.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import DayMark
from streams.issues.counting import Counting
from streams.statements import Statement
from streams.store import put

Row = tuple[str, str]  # a day or month, and what a row of it says
NONE = "0" * 32  # of a day that never had a row
_WHOLE = 1 << 128


def mark_days(connection: Connection, *, left: Iterable[Row] = (), came: Iterable[Row] = ()) -> None:
    """Take what left off the marks of its days, and add what came."""
    moved: dict[str, int] = defaultdict(int)
    for period, said in left:
        moved[period] -= _digest(said)
    for period, said in came:
        moved[period] += _digest(said)
    held = marks(connection, moved)
    put(
        connection,
        DayMark,
        [{"period": one, "mark": f"{(int(held[one], 16) + by) % _WHOLE:032x}"} for one, by in moved.items() if by],
    )


def marks(connection: Connection, periods: Collection[str]) -> dict[str, str]:
    """The mark of each of some days and months."""
    return dict.fromkeys(periods, NONE) | {row.period: row.mark for row in _MARKS(connection, periods=periods)}


_MARKS = Statement(lambda any_of: select(DayMark.period, DayMark.mark).where(any_of(DayMark.period, "periods")))


def said_of_count(one: Counting) -> Iterable[Row]:
    """What a row of what is counted says, on the day or in the month on which it counts."""
    if one.period is not None:
        said = (one.incident, one.occurred_from, one.occurred_to, one.category, one.detail, one.area)
        yield one.period, f"counted {(*said, one.easting, one.northing, one.agencies, one.shut)}"


def said_of_open(row: Mapping[str, Any]) -> Iterable[Row]:
    """What an open report says, on the days on which it was made and tells of what happened.

    Its words are those of the version it is.
    """
    for day in {row["reported_on"], row["happened_on"]} - {None}:
        yield day, f"open {row['ref']} {row['uid']} {row['incident']}"


def _digest(said: str) -> int:
    return int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest())

"""How many records of each inbound partition came to what, by the store's own count: what can be asked every minute."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from schemas.tables import LostRange, Progress, Received
from schemas.topics import INBOUND, PREFIX

_INBOUND = f"{PREFIX}.{INBOUND.name}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An inbound partition as the store counts it; ``lost`` were deleted by the broker before they were read."""

    topic: str
    partition: int
    next: int
    outcomes: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0

    @property
    def missing(self) -> int:
        """How many records the ledger has passed of which the store has no trace; more traces than records count too:
        the one hides the other.
        """
        return abs(self.next - self.lost - sum(self.outcomes.values()))


def counted(connection: Connection) -> list[Counted]:
    """Every inbound partition that was ever read, in order; it reads each row of what was received, and no body."""
    outcomes: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for row in connection.execute(
        select(Received.source, Received.partition, Received.outcome, func.count().label("records"))
        .where(Received.source.startswith(_INBOUND, autoescape=True))
        .group_by(Received.source, Received.partition, Received.outcome)
    ):
        outcomes[row.source, row.partition][row.outcome] = row.records
    lost = lost_by_place(connection)
    rows = connection.execute(
        select(Progress.topic, Progress.partition, Progress.next)
        .where(Progress.topic.startswith(_INBOUND, autoescape=True))
        .order_by(Progress.topic, Progress.partition)
    )
    return [
        Counted(
            topic=row.topic,
            partition=row.partition,
            next=row.next,
            outcomes=outcomes.get((row.topic, row.partition), {}),
            lost=lost.get((row.topic, row.partition), 0),
        )
        for row in rows
    ]


def lost_by_place(connection: Connection) -> dict[tuple[str, int], int]:
    """How many records of each partition the broker had deleted before they were read."""
    found: dict[tuple[str, int], int] = defaultdict(int)
    for row in connection.execute(select(LostRange.topic, LostRange.partition, LostRange.first, LostRange.last)):
        found[row.topic, row.partition] += row.last - row.first + 1
    return dict(found)

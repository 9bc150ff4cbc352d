"""How far the pipeline is, read from the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, distinct, func, select

from schemas.tables import Alert, Incident, Member, Outbox, Received, Waiting
from schemas.topics import INBOUND, PREFIX
from streams.issues.days import still_to_close
from streams.store import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was taken and what became of it, what waits before each stage, and what is known by now."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0
    owed: int = 0
    days: int = 0  # that are over and not judged
    incidents: int = 0
    people: int = 0
    alerts: int = 0

    @property
    def taken(self) -> int:
        """Messages taken from the inbound topics."""
        return sum(self.outcomes.values())

    def behind(self, sent: int, *, days: bool = False) -> str:
        """What there is still to do, in words; empty when all is done. ``days``: those to be judged count as well."""
        left = [f"{sent - self.taken:,} to take"] if self.taken < sent else []
        left += [f"{count:,} before {stage}" for stage, count in self.waiting.items()]
        left += [f"{self.owed:,} to tell"] if self.owed else []
        left += [f"{self.days} days to judge"] if days and self.days else []
        return ", ".join(left)


def look(engine: Engine) -> Standing:
    """The pipeline's standing now."""
    inbound = f"{PREFIX}.{INBOUND.name}.%"
    with reading(engine) as connection:
        outcomes = connection.execute(
            select(Received.outcome, func.count()).where(Received.source.like(inbound)).group_by(Received.outcome)
        ).all()
        waiting = connection.execute(select(Waiting.stage, func.count()).group_by(Waiting.stage)).all()
        people = select(func.count(distinct(Member.entity))).where(
            Member.kind == "person", Member.state != "unlinkable"
        )
        return Standing(
            days=still_to_close(connection, datetime.now(UTC)),
            outcomes=dict(row.tuple() for row in outcomes),
            waiting={name: count for name, count in waiting if not name.endswith("!")},
            set_aside=sum(count for name, count in waiting if name.endswith("!")),
            owed=connection.execute(select(func.count()).select_from(Outbox)).scalar_one(),
            incidents=connection.execute(select(func.count()).select_from(Incident)).scalar_one(),
            people=connection.execute(people).scalar_one(),
            alerts=connection.execute(
                select(func.count()).select_from(Alert).where(Alert.withdrawn.is_(False))
            ).scalar_one(),
        )

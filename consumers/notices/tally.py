"""How the sending goes: how many notices are in which state, and which channels are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from consumers.accounts.log import by_user
from schemas.tables import Channel, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Notices by state, and the channels that nothing gets through to, by whose they are and since when."""

    states: Mapping[str, int]
    away: Sequence[Mapping[str, str]]


def tally(connection: Connection) -> Tally:
    """As the store has it; what stood before somebody subscribed was never owed."""
    many = select(Notice.state, func.count().label("many")).where(Notice.state != "before")
    counts = connection.execute(many.group_by(Notice.state).order_by(Notice.state))
    away = connection.execute(
        select(Channel.user, Channel.kind, Channel.away_since)
        .where(Channel.away_since.is_not(None), Channel.ended_at.is_(None))
        .order_by(Channel.away_since, Channel.id)
    )
    return Tally(
        states={row.state: row.many for row in counts},
        away=[{"user": by_user(row.user), "kind": row.kind, "since": row.away_since.isoformat()} for row in away],
    )

"""How old things of work are: when each was over with all that belongs to it, and which are not over yet."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, func, select

from schemas.tables import Work, WorkChange

# The days on which something of a kind is over, or was to be looked at again.
_DAYS: Mapping[str, tuple[str, ...]] = {
    "problem": ("review",),
    "task": ("review",),
    "step": ("on", "until", "review"),
    "ban": ("start", "until", "ended"),
    "breach": ("on",),
    "premises": ("accredited_until", "review"),
    "case-review": ("requested",),
}
BACK = "taken-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that stands by itself, with what belongs to it: when the last of it was over, or that it is not."""

    id: str
    purpose: str
    parts: frozenset[str]
    over: datetime
    open: bool
    mentions: frozenset[str]
    refs: frozenset[str]
    alerts: frozenset[str]

    @property
    def where(self) -> str:
        """As it is typed."""
        return f"work:{self.id}"


def things(connection: Connection) -> Iterator[Thing]:
    """All things of work, what belongs to another with that one, unless it alone was taken back."""
    rows = {row.id: row for row in connection.execute(select(*Work.__table__.columns).order_by(Work.made_at, Work.id))}
    changed = dict(connection.execute(select(WorkChange.work, func.max(WorkChange.at)).group_by(WorkChange.work)).all())
    families: dict[str, list[Any]] = defaultdict(list)
    for row in rows.values():
        parent = rows.get(row.parent) if row.parent else None
        apart = parent is None or (row.taken_back and not parent.taken_back)
        families[row.id if apart or parent is None else parent.id].append(row)
    for id, family in families.items():
        yield _thing(rows[id], family, changed)


def _thing(row: Any, family: Collection[Any], changed: Mapping[str, datetime]) -> Thing:
    over = max(_over(one, changed.get(one.id, one.made_at)) for one in family)
    subjects = [one.body.get("subject") or {} for one in family]
    refs = {ref for one in family for ref in (*(one.body.get("reports") or ()), one.body.get("report")) if ref}
    return Thing(
        id=row.id,
        purpose=BACK if row.taken_back else row.kind,
        parts=frozenset(one.id for one in family),
        over=over,
        open=not row.taken_back and any(_open(one.kind, one.body) for one in family if not one.taken_back),
        mentions=frozenset(mention for one in subjects for mention in one.get("mentions") or ()),
        refs=frozenset(refs),
        alerts=frozenset(one.body["alert"] for one in family if one.body.get("alert")),
    )


def _over(row: Any, changed: datetime) -> datetime:
    days = [date.fromisoformat(row.body[name]) for name in _DAYS.get(row.kind, ()) if row.body.get(name)]
    ends = [datetime.combine(day, time(), UTC) for day in days]
    return max(changed, *ends) if ends and not row.taken_back else changed


def _open(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether it is not over: a problem, task or review that nobody closed, a ban that nothing ends."""
    if kind in ("problem", "task"):
        return body.get("state") == "open"
    if kind == "ban":
        return not (body.get("until") or body.get("ended"))
    return kind == "case-review" and not body.get("outcome")

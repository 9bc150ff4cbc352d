"""A pack put together: what the meeting is told of its period, the same for the same store and day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from consumers.nameless import SENSITIVE, is_guarded, kind_and_matter
from consumers.packs.agreed import Agreed, agreed
from consumers.packs.common import Knows, known_to_all
from consumers.packs.counted import Counts, counted
from consumers.packs.ground import Ground, ground_of
from consumers.packs.items import Item, item_of, where_of
from consumers.packs.meetings import Meeting
from consumers.words import SEVERITIES, UK, rank
from schemas.agencies import Partnership

Copy = Mapping[str, Any]
NOTICE = "data-notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything that stands in a pack, in the order it is read; ``first`` and ``last`` are the period's days."""

    meeting: Meeting
    who: Sequence[str]
    first: date
    last: date
    day: date
    named: bool
    marking: str
    items: Sequence[Item]
    more: int
    closed: Sequence[str]
    notices: Sequence[str]
    counts: Counts
    tasks: Sequence[Agreed]
    ground: Ground
    evidence: Mapping[str, Sequence[str]]  # by matter: the reports that an item rests on, for the log

    @property
    def severities(self) -> Sequence[tuple[str, int]]:
        """How many items there are of each severity, high first."""
        had = Counter(item.severity for item in self.items)
        return [(name, had[name]) for name in reversed(SEVERITIES)]


def make_pack(
    connection: Connection, partnership: Partnership, meeting: Meeting, day: date, knows: Knows, *, named: bool = False
) -> Pack:
    """The meeting's pack as of the morning of ``day``; persons are named only where ``named`` says so.

    ``knows`` says which agencies may know a report whole.
    """
    first = day - timedelta(days=meeting.days)
    copies = known_to_all(connection, meeting.agencies, knows, lambda copy: _touched(copy, first, day))
    ranked = sorted((copy for copy in copies if _is_item(copy, meeting)), key=_by_rank)
    shown = ranked[: meeting.most]
    items = [
        item_of(number, copy, meeting, partnership, new=_day(copy, "raised_at") >= first, named=named)
        for number, copy in enumerate(shown, start=1)
    ]
    return Pack(
        meeting=meeting,
        who=[partnership[name].title for name in meeting.agencies],
        first=first,
        last=day - timedelta(days=1),
        day=day,
        named=named,
        marking=SENSITIVE if named or any(is_guarded(copy) for copy in shown) else "OFFICIAL",
        items=items,
        more=len(ranked) - len(shown),
        closed=[_line(copy) for copy in sorted(copies, key=_by_rank) if copy.get("state") == "closed"],
        notices=[str(copy.get("title") or "") for copy in copies if copy.get("kind") == NOTICE],
        counts=counted(connection, partnership, meeting, day),
        tasks=agreed(connection, partnership, meeting, day),
        ground=ground_of(connection),
        evidence={str(copy["matter"]): list(copy.get("evidence") or ()) for copy in shown},
    )


def _touched(copy: Copy, first: date, day: date) -> bool:
    """Whether something came of it in the period, or it waits for somebody; what came later is for the next pack."""
    raised, updated = _day(copy, "raised_at"), _day(copy, "updated_at")
    waits = copy.get("state") in ("acknowledged", "tasked")
    return raised < day and (max(raised, updated) >= first or waits)


def _is_item(copy: Copy, meeting: Meeting) -> bool:
    grave = rank(copy.get("severity")) >= rank(meeting.severity)
    return grave and copy.get("state") != "closed" and copy.get("kind") != NOTICE


def _by_rank(copy: Copy) -> tuple[int, float, str]:
    score = copy.get("score")
    return -rank(copy.get("severity")), -float(score if isinstance(score, int | float) else 0), str(copy["matter"])


def _day(copy: Copy, name: str) -> date:
    try:
        return datetime.fromisoformat(str(copy.get(name))).astimezone(UK).date()
    except ValueError:
        return date.min


def _line(copy: Copy) -> str:
    where = where_of(copy, places=False)
    return f"{kind_and_matter(copy)}{f', {where}' if where else ''}"

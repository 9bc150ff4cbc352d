"""Who stands where: near the threshold, at it, and who has asked for a review, as one agency's alerts have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from consumers.case_reviews.clocks import Due, due
from consumers.copies import Copy
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Held, holding
from schemas.kinds import vocabulary

KIND = "case-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A review that was asked for, its clocks, and the agency's own copy of the alert, where it has one."""

    kept: Kept
    copy: Copy | None
    clocks: tuple[Due, ...]

    @property
    def running(self) -> bool:
        """Whether anything is still to be answered."""
        return any(one.answered is None for one in self.clocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """The alerts at the threshold and one short of it that nobody has asked about yet, and the reviews asked for."""

    at: tuple[Copy, ...]
    near: tuple[Copy, ...]
    asked: tuple[Asked, ...]
    needed: int


def reviews_of(connection: Connection, agency: str, today: date) -> Reviews:
    """The case reviews as one agency may see them."""
    held = {name: one for name, one in holding(connection, agency).items() if one.copy.get("kind") == KIND}
    asked = [
        Asked(kept=one, copy=_copy(one, held), clocks=tuple(due(one.record, today)))
        for one in all_kept(connection, KIND)
        if one.agency == agency
    ]
    taken = {str(one.copy["id"]) for one in asked if one.copy is not None}
    needed = int(vocabulary("rules")["case-review"]["incidents"])
    rest = sorted((one.copy for name, one in held.items() if name not in taken), key=_newest, reverse=True)
    return Reviews(
        at=tuple(copy for copy in rest if _observed(copy) >= needed),
        near=tuple(copy for copy in rest if 0 < _observed(copy) < needed),
        asked=tuple(sorted(asked, key=lambda one: (not one.running, one.kept.record.requested, one.kept.id))),
        needed=needed,
    )


def _copy(asked: Kept, held: Mapping[str, Held]) -> Copy | None:
    own = held.get(asked.record.alert or "")
    return None if own is None else own.copy


def _observed(copy: Copy) -> float:
    value = copy.get("observed")
    return float(value) if isinstance(value, int | float) else 0.0


def _newest(copy: Copy) -> tuple[str, str]:
    return str(copy.get("updated_at", "")), str(copy.get("id", ""))

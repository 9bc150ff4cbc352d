"""What somebody wants to hear of: a predicate over the copies their agency was given."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from consumers.filters import Filters
from consumers.words import SEVERITIES, area_of
from schemas.alert import Kind
from schemas.kinds import CATEGORIES

KINDS: tuple[str, ...] = Kind.__args__  # type: ignore[attr-defined]
MOST_AREA = 80
LISTS = ("kinds", "categories", "areas", "agencies")
Copy = Mapping[str, Any]


class NotWanted(Exception):
    """What was asked for cannot be subscribed to; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must hold of a copy; an empty part lets all through.

    ``watch``: it is on one's own list. ``mine``: it rests on a report of one's own agency, and so does news on those.
    ``alert``: that one alone. ``changes``: tell each change of it, not only that it is new or graver.
    """

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    min_severity: str = "low"
    watch: bool = False
    mine: bool = False
    alert: str | None = None
    changes: bool = False

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """What is kept; raises ``NotWanted`` where it is none."""
        lists: dict[str, Any] = {name: tuple(body.get(name) or ()) for name in LISTS}
        rest = {name: body[name] for name in ("min_severity", "watch", "mine", "alert", "changes") if name in body}
        wanted = cls(**lists, **rest)
        wanted._check()
        return wanted

    def _check(self) -> None:
        if self.min_severity not in SEVERITIES:
            raise NotWanted(f"no severity {self.min_severity!r}; there are: {', '.join(SEVERITIES)}")
        if unknown := set(self.kinds) - set(KINDS):
            raise NotWanted(f"no kind {min(unknown)!r}; there are: {', '.join(KINDS)}")
        if unknown := set(self.categories) - set(CATEGORIES):
            raise NotWanted(f"no category {min(unknown)!r}; there are: {', '.join(CATEGORIES)}")
        said = (*self.areas, *self.agencies, self.alert or "")
        printable = all(len(one) <= MOST_AREA and one.isprintable() for one in said)
        if not printable or any(not area.strip() for area in self.areas):
            raise NotWanted(f"an area is a part of its name, of at most {MOST_AREA} letters")

    def body(self) -> dict[str, Any]:
        """As it is kept: what is not said is left out."""
        said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in said.items() if value and value != "low"}

    def wants(self, copy: Copy, agency: str, watched: Collection[str]) -> bool:
        """Whether the copy, held by ``agency``, is to be told."""
        if self.alert is not None and copy.get("id") != self.alert:
            return False
        named = set((copy.get("agencies") or {}).get("names") or ())
        return (
            Filters(
                kinds=frozenset(self.kinds),
                categories=frozenset(self.categories),
                areas=self.areas,
                min_severity=self.min_severity,
            ).let_through(copy)
            and (not self.agencies or not named.isdisjoint(self.agencies))
            and (not self.mine or any(str(ref).startswith(f"{agency}:") for ref in copy.get("evidence") or ()))
            and (not self.watch or is_watched(copy, watched))
        )


def is_watched(copy: Copy, watched: Collection[str]) -> bool:
    """Whether something of the copy is on the list."""
    ids = {f"{what}:{(copy.get(what) or {}).get('id')}" for what in ("place", "person") if copy.get(what)}
    return not (ids | {f"alert:{copy.get('id')}", f"area:{area_of(copy).casefold()}"}).isdisjoint(watched)

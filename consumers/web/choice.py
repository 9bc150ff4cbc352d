"""What somebody chose to see of their agency's alerts, as the address of the page carries it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from fastapi import HTTPException
from starlette.datastructures import QueryParams

from consumers.filters import Filters
from consumers.notices.wanted import is_watched
from consumers.words import SEVERITIES

STATES = {"live": "live", "all": "live, closed and over the week's number"}
LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An empty part lets all through."""

    kind: str = ""
    category: str = ""
    area: str = ""
    agency: str = ""
    severity: str = "low"
    state: str = "live"
    watch: str = ""

    @classmethod
    def read(cls, query: QueryParams) -> Self:
        """The choice that the address carries; raises 404 where there is no such severity or state."""
        said = {part.name: query.get(part.name, str(part.default))[:LONGEST].strip() for part in fields(cls)}
        choice = cls(**said)
        if choice.severity not in SEVERITIES or choice.state not in STATES or choice.watch not in ("", "1"):
            raise HTTPException(404)
        return choice

    @property
    def query(self) -> str:
        """As an address carries it; what is not chosen is left out."""
        said = {part.name: getattr(self, part.name) for part in fields(self)}
        return urlencode({name: value for name, value in said.items() if value != getattr(Choice(), name)})

    def but(self, **changed: str) -> str:
        """The address's query with this chosen instead."""
        return replace(self, **changed).query

    @property
    def open(self) -> bool:
        """Whether everything that is live is shown."""
        return self == Choice()

    def let_through(self, copy: Mapping[str, Any], watched: Collection[str]) -> bool:
        """Whether the copy is shown to somebody on whose own list these stand."""
        return (
            self._filters.let_through(copy)
            and self._by_agency(copy)
            and (self.state == "all" or is_live(copy))
            and (not self.watch or is_watched(copy, watched))
        )

    @property
    def _filters(self) -> Filters:
        return Filters(
            kinds=frozenset({self.kind} if self.kind else ()),
            categories=frozenset({self.category} if self.category else ()),
            areas=(self.area,) if self.area else (),
            min_severity=self.severity,
        )

    def _by_agency(self, copy: Mapping[str, Any]) -> bool:
        return not self.agency or self.agency in agencies_of(copy)


def is_live(copy: Mapping[str, Any]) -> bool:
    """Whether something is still to be done about it, and the week's number of alerts has room for it."""
    return copy.get("state") != "closed" and not copy.get("over_budget")


def agencies_of(copy: Mapping[str, Any]) -> Collection[str]:
    """The agencies that the copy says told of it."""
    told = copy.get("agencies")
    names = told.get("names") if isinstance(told, Mapping) else None
    return [str(name) for name in names] if isinstance(names, list | tuple) else []

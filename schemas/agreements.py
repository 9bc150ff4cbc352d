"""Sharing agreements: who may be told what by whom, for what, and until when; kept as data, and none is assumed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from schemas.files import LARGEST_TOML, NotReadable, text_of, toml_in
from schemas.kinds import CATEGORIES, DETAILS

# Beside the kind of trouble, when, how many and how grave, which every agreement lets pass.
What = Literal["person", "place", "area", "agencies", "evidence"]
WHAT: frozenset[str] = frozenset(get_args(What))
# As in a report; schemas.report cannot be asked, for it stands on this module's neighbours.
Role = Literal["suspect", "convicted", "victim", "witness", "reporter", "subject", "associate"]
ROLES: frozenset[str] = frozenset(get_args(Role))
ALL, STATUTORY = "*", "@statutory"
_Words = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What ``givers`` let ``receivers`` know of their reports. Categories or details None: of every kind.

    ``keep_days``: how long after a report was made they may hold what was told of it. ``sanitised``: what is under
    handling conditions that let it be sanitised unsupervised (S1) passes too, without person, place, names or reports.
    ``pointer``: they learn only that there is something, and whom to ask.
    """

    id: str
    givers: frozenset[str]
    receivers: frozenset[str]
    purpose: str
    basis: str
    categories: frozenset[str] | None
    details: frozenset[str] | None
    fields: frozenset[str]
    roles: frozenset[str]
    keep_days: int
    valid_from: date
    valid_to: date | None
    sanitised: bool = False
    pointer: bool = False
    example: bool = False

    def covers(self, category: str, detail: str | None) -> bool:
        """Whether a report of this kind is within it."""
        if self.categories is not None and category not in self.categories:
            return False
        return self.details is None or detail in self.details

    def lapses(self, made: date) -> date:
        """The last day on which what was told of a report made on ``made`` may be held."""
        kept = made + timedelta(days=self.keep_days)
        return kept if self.valid_to is None else min(kept, self.valid_to)

    def holds(self, made: date, closed: date | None) -> bool:
        """Whether it lets a report made on ``made`` be known, when ``closed`` is the last day that is over."""
        if made < self.valid_from or (self.valid_to is not None and made > self.valid_to):
            return False
        return closed is None or closed < self.lapses(made)


class _Entry(BaseModel):
    """An agreement as it is written down."""

    model_config = ConfigDict(extra="forbid", strict=False)

    between: tuple[str, ...] = ()
    givers: tuple[str, ...] = Field(default=(), alias="from")
    receivers: tuple[str, ...] = Field(default=(), alias="to")
    purpose: _Words
    basis: _Words
    categories: tuple[str, ...]
    details: tuple[str, ...] = (ALL,)
    fields: tuple[What, ...]
    roles: tuple[Role, ...] = ()
    keep_days: int = Field(ge=1, le=36_500)
    valid_from: date
    valid_to: date | None = None
    sanitised: bool = False
    pointer: bool = False
    example: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if bool(self.between) == bool(self.givers or self.receivers):
            raise PydanticCustomError("parties", "names its parties either as `between` or as `from` and `to`")
        if not self.between and not (self.givers and self.receivers):
            raise PydanticCustomError("parties", "has only one of `from` and `to`")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise PydanticCustomError("dates", "ends (`valid_to`) before it begins (`valid_from`)")
        if self.pointer and self.fields:
            raise PydanticCustomError("pointer", "is a pointer, and so has no `fields`")
        if ("person" in self.fields) != bool(self.roles):
            raise PydanticCustomError("roles", "names `roles` where and only where `person` is among its fields")
        for listed, known, what in (
            (self.categories, CATEGORIES, "category"),
            (self.details, DETAILS, "detail"),
        ):
            for word in listed:
                if word != ALL and word not in known:
                    raise PydanticCustomError("words", "names no {what} there is: {word}", {"what": what, "word": word})
        return self


def read_agreements(source: str, members: Mapping[str, bool]) -> tuple[Agreement, ...]:
    """The agreements of a file, for ``members`` (name, whether statutory); raises ``NotReadable`` with all faults."""
    try:
        said = toml_in(source)
    except NotReadable as error:
        raise NotReadable(f"agreements file: {error}") from None
    faults: list[str] = [f"unknown entry {name!r}" for name in said if name != "agreement"]
    found = []
    entries = said.get("agreement", {})
    if not isinstance(entries, dict):
        raise NotReadable("agreements file: each agreement is a table of its own, [agreement.NAME]")
    for name, entry in entries.items():
        try:
            found.append(_agreement(name, _Entry.model_validate(entry), members))
        except ValidationError as error:
            faults += [f"{name}: {_sentence(one['loc'], one['msg'])}" for one in error.errors(include_url=False)]
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise NotReadable("agreements file: " + "; ".join(faults))
    return tuple(found)


@lru_cache(maxsize=8)
def agreements_source(path: Path | None) -> str:
    """The text of the agreements file; the shipped one where none is named."""
    if path is not None:
        try:
            return text_of(path, LARGEST_TOML)
        except NotReadable as error:
            raise NotReadable(f"agreements file: {error}") from None
    return files("schemas").joinpath("vocabulary/agreements.toml").read_text("utf-8")


def _sentence(where: Sequence[int | str], says: str) -> str:
    named = ".".join(str(part) for part in where)
    return f"{named}: {says}" if named else says


def _agreement(name: str, entry: _Entry, members: Mapping[str, bool]) -> Agreement:
    both = _parties(entry.between, members)
    return Agreement(
        id=name,
        givers=both or _parties(entry.givers, members),
        receivers=both or _parties(entry.receivers, members),
        purpose=entry.purpose,
        basis=entry.basis,
        categories=None if ALL in entry.categories else frozenset(entry.categories),
        details=None if ALL in entry.details else frozenset(entry.details),
        fields=frozenset(entry.fields),
        roles=frozenset(entry.roles),
        keep_days=entry.keep_days,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        sanitised=entry.sanitised,
        pointer=entry.pointer,
        example=entry.example,
    )


def _parties(words: Collection[str], members: Mapping[str, bool]) -> frozenset[str]:
    found: set[str] = set()
    for word in words:
        if word == ALL:
            found |= members.keys()
        elif word == STATUTORY:
            found |= {name for name, statutory in members.items() if statutory}
        elif word in members:
            found.add(word)
        else:
            raise ValueError(f"names no agency of the agencies file: {word!r}")
    return frozenset(found)

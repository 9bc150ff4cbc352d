"""What a detector sees and what it says. Frozen: the same values give the same findings, in any order, at any time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from schemas.identity import identity
from streams.sharing.marking import SHUT, Marking

# What a finding's scope names by an id: ``person:<id>:<side>``, ``place:<id>``.
ENTITIES = frozenset({"person", "place"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place as one report puts it: the entity it belongs to, how well it is known, and where it is."""

    item: str
    entity: str | None
    precision: str | None = None
    name: str | None = None
    area: str | None = None
    lat: float | None = None
    lon: float | None = None
    easting: float | None = None
    northing: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One report's telling of an incident."""

    ref: str
    agency: str
    reported_at: datetime
    occurred_from: datetime
    occurred_to: datetime
    category: str
    detail: str | None = None
    spot: Spot | None = None
    marking: Marking = SHUT

    @property
    def doubtful(self) -> bool:
        """Whether its information is suspected false."""
        return self.marking.doubtful


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An incident as the tellings at hand have it."""

    id: str
    occurred_from: datetime
    occurred_to: datetime
    category: str
    detail: str | None
    area: str | None
    lat: float | None
    lon: float | None
    easting: float | None
    northing: float | None
    tellings: tuple[Telling, ...]
    also: tuple[str, ...] = ()  # incidents that may be this one told again, and are counted with it

    @cached_property
    def width(self) -> timedelta:
        """How closely its time is known."""
        return self.occurred_to - self.occurred_from

    @cached_property
    def sound(self) -> tuple[Telling, ...]:
        """The tellings not suspected false, earliest report first: suspected falsehood never raises an alert."""
        return in_order(telling for telling in self.tellings if not telling.doubtful)


def in_order(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    """Tellings as event time has them."""
    return tuple(sorted(tellings, key=lambda telling: (telling.reported_at, telling.ref)))


@dataclass(frozen=True, kw_only=True)
class Involved:
    """An incident and those of its tellings that speak of the person or place in question."""

    happening: Happening
    tellings: tuple[Telling, ...]

    @cached_property
    def sound(self) -> tuple[Telling, ...]:
        """Those not suspected false, earliest report first."""
        return in_order(telling for telling in self.tellings if not telling.doubtful)

    @property
    def id(self) -> str:
        """The incident's id."""
        return self.happening.id

    @property
    def at(self) -> datetime:
        """When the incident began."""
        return self.happening.occurred_from


def first_told(items: Iterable[Involved]) -> str:
    """The report that was the first to tell of any of ``items``: it names the spell that they are.

    A report that comes later and tells of something earlier does not change it, as the order they happened in would.
    """
    return in_order(telling for item in items for telling in item.sound)[0].ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A report that a finding rests on, and the incident it tells."""

    ref: str
    agency: str
    reported_at: datetime
    incident: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one detector says of one key: one episode of one matter.

    ``key`` is what it is computed by, ``scope`` the person, place or cell it speaks of, ``episode`` tells one spell
    from a later one. ``over_at``: when it is over if nothing new comes.
    """

    kind: str
    key: str
    scope: str
    episode: str
    raised_at: datetime
    over_at: datetime
    window_from: datetime
    window_to: datetime
    title: str
    why: tuple[str, ...]
    category: str | None
    detail: str | None
    area: dict[str, Any] | None
    place: dict[str, Any] | None
    person: dict[str, Any] | None
    observed: int
    expected: float | None
    upper: float | None
    recurrence_days: float | None
    score: float
    score_parts: dict[str, float]
    severity: str
    suggested: tuple[str, ...]
    rule: dict[str, str]
    incidents: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    sensitive: tuple[str, ...] = ()
    handling: dict[str, Any] = field(default_factory=dict)
    early: bool = False
    faint: bool = False  # it opens no issue by itself, and keeps one open
    apart: bool = False  # it may look otherwise to an agency that may not know everything its key rests on

    @cached_property
    def id(self) -> str:
        """Made from what it is about, so that finding it again changes nothing."""
        return identity("finding", self.kind, self.scope, self.episode)

    @cached_property
    def began(self) -> str:
        """What it began with, whoever or whatever that is taken for now: the same for every kind that began so.

        A person's or place's own id is left out, since a merge, a split or a late report gives them another.
        """
        what, *rest = self.scope.split(":")
        return f"{':'.join((what, *rest[1:])) if what in ENTITIES else self.scope}|{self.episode}"

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the store."""
        body = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in _MOMENTS:
            body[name] = body[name].isoformat()
        body["evidence"] = [[e.ref, e.agency, e.reported_at.isoformat(), e.incident] for e in self.evidence]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Finding":
        """Out of the store."""
        read = dict(body)
        for name in _MOMENTS:
            read[name] = datetime.fromisoformat(read[name])
        for name in ("why", "suggested", "incidents", "sensitive"):
            read[name] = tuple(read[name])
        read["evidence"] = tuple(
            Evidence(ref=ref, agency=agency, reported_at=datetime.fromisoformat(at), incident=incident)
            for ref, agency, at, incident in body["evidence"]
        )
        return cls(**read)


_MOMENTS = ("raised_at", "over_at", "window_from", "window_to")

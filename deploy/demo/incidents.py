"""What truly happens in the town: incidents, whoever may tell of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from deploy.demo.chance import Chance
from deploy.demo.residents import Person, Residents
from deploy.demo.times import DAY, moment
from deploy.demo.town import Place, Town
from deploy.demo.vocabulary import Kind, kinds

# A few thousand residents and a few hundred premises stand for a town of a hundred thousand. Drawn blindly, the same
# ones would come up many times more often than in such a town, so that what came up of late is mostly passed over.
# No chance alone makes a third time of late: what repeats is a story, or stands in the truth's list of repeats.
PERSON_AGAIN, PERSON_OF_LATE = 0.1, timedelta(days=90)
PLACE_AGAIN, PLACE_OF_LATE = 0.4, timedelta(days=28)
TRIES = 20
_CENTRE = ("spot", *["shop"] * 3, *["pub"] * 2, *["corner"] * 8)
T = TypeVar("T", Person, Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Someone in an incident; nobody's name is known where there is no person.

    ``ages``: those that somebody unknown looks like. ``written``: what an agency writes of them where a story says so
    word for word.
    """

    role: str
    person: Person | None = None
    named: bool = True
    ages: tuple[int, int] = (14, 49)
    written: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that happened, in local time."""

    id: str
    kind: Kind
    start: datetime
    end: datetime
    place: Place
    parties: tuple[Party, ...] = ()
    vehicle: str | None = None
    detail: str | None = None
    number: int = 4  # of people, where the narrative counts them


class Memory:
    """What came up of late, and what is kept out of everyday life because a story needs it."""

    def __init__(self, chance: Chance, again: float, of_late: timedelta) -> None:
        self.kept: set[str] = set()
        self._chance = chance
        self._again = again
        self._of_late = of_late
        self._times: dict[str, list[datetime]] = {}

    def fresh(self, thing: str, at: datetime) -> bool:
        """Whether an incident may fall on it."""
        if thing in self.kept:
            return False
        often = sum(abs(at - time) <= self._of_late for time in self._times.get(thing, ()))
        return often == 0 or (often == 1 and self._chance.yes(self._again))

    def met(self, thing: str, at: datetime) -> None:
        """One did."""
        self._times.setdefault(thing, []).append(at)


class Life:
    """Everyday life: incidents of each kind at their own rates, days and hours."""

    def __init__(self, chance: Chance, town: Town, residents: Residents) -> None:
        self.chance = chance
        self.town = town
        self.residents = residents
        self.people = Memory(chance, PERSON_AGAIN, PERSON_OF_LATE)
        self.places = Memory(chance, PLACE_AGAIN, PLACE_OF_LATE)
        self._count = 0

    def day(self, day: datetime, scale: float) -> Iterator[Incident]:
        """A day's incidents."""
        for kind in kinds().values():
            for _ in range(self.chance.count(kind.rate * scale * kind.when.days[day.weekday()])):
                yield self.incident(kind, day)

    def incident(self, kind: Kind, day: datetime, **fixed: Any) -> Incident:
        """One incident of a kind on a day; ``fixed`` sets its start, place, parties or minutes."""
        chance = self.chance
        start = fixed.pop("start", None) or moment(chance, day, kind.when)
        low, high = kind.minutes
        end = start + timedelta(minutes=low + chance.below(max(1, high - low)))
        place, here = fixed.pop("place", None), None
        if place is None:
            place, here = self._where(kind, start)
        parties = fixed.pop("parties", None)
        if parties is None:
            parties = tuple(self._parties(kind, place, here, start))
        lasts = fixed.pop("lasts", None)
        if lasts is not None:
            end = start + timedelta(minutes=lasts)
        self._count += 1
        return Incident(
            id=f"I{self._count:07d}",
            kind=kind,
            start=start,
            end=end,
            place=place,
            parties=parties,
            vehicle=self._mark() if chance.yes(kind.vehicle) else None,
            detail=chance.one(kind.details) if kind.details else None,
            number=3 + chance.below(9),
            **fixed,
        )

    def _where(self, kind: Kind, at: datetime) -> tuple[Place, Person | None]:
        if kind.where == "home":
            who = self.somebody("adults", at, home=True)
            return who.home, who
        look_for = kind.where
        if look_for == "centre":
            look_for = self.chance.one(_CENTRE)
        elif look_for == "street" or (look_for == "park" and self.chance.yes(0.3)):
            look_for = "home" if self.chance.yes(0.6) else "street"
        places = self.town.of(look_for, self.chance.below(self.town.districts))
        return self._fresh(places, self.places, at), None

    def _fresh(self, things: Sequence[T], memory: Memory, at: datetime) -> T:
        """One of the things that did not come up of late, as far as there are any."""
        thing = self.chance.one(things)
        for _ in range(TRIES):
            if memory.fresh(thing.id, at):
                break
            thing = self.chance.one(things)
        memory.met(thing.id, at)
        return thing

    def _parties(self, kind: Kind, place: Place, here: Person | None, at: datetime) -> Iterator[Party]:
        used: set[str] = set()
        for part in kind.parts:
            if not self.chance.yes(part.there):
                continue
            known = self.chance.yes(part.named)
            if part.pool == "here" and here is not None and here.id not in used:
                person = here
            elif known:
                person = self._from_pool(part.pool, place, at, used)
            else:
                yield Party(role=part.role, named=False, ages=(12, 24) if part.pool == "young" else (16, 59))
                continue
            used.add(person.id)
            yield Party(role=part.role, person=person, named=known)

    def _from_pool(self, pool: str, place: Place, at: datetime, used: set[str]) -> Person:
        neighbours = {"here": self.residents.by_home, "near": self.residents.by_street}.get(pool)
        if neighbours is not None:
            for person in neighbours.get(place.id if pool == "here" else place.street, ())[:TRIES]:
                if person.id not in used and person.age(at.date()) >= 16 and self.people.fresh(person.id, at):
                    self.people.met(person.id, at)
                    return person
        return self.somebody({"young": "young", "hostel": "hostel"}.get(pool, "adults"), at)

    def somebody(self, pool: str, at: datetime, *, home: bool = False) -> Person:
        """A resident who, or whose home, has not come up of late, as far as there are any."""
        people: list[Person] = getattr(self.residents, pool)
        person = self._fresh(people, self.people, at)
        for _ in range(TRIES if home else 0):
            if self.places.fresh(person.home.id, at):
                break
            person = self._fresh(people, self.people, at)
        if home:
            self.places.met(person.home.id, at)
        return person

    def _mark(self) -> str:
        letters = "ABCDEFGHJKLMNOPRSTUVWXY"
        tail = "".join(self.chance.one(letters) for _ in range(3))
        return f"{self.chance.one(letters)}{self.chance.one(letters)}{51 + self.chance.below(25)} {tail}"


def days_from(first: datetime, count: int) -> Iterator[datetime]:
    """Midnights, one a day."""
    for number in range(count):
        yield first + number * DAY

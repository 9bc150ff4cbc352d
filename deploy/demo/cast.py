"""What a story is told with: the town, its people, the agencies' desks, and first dibs on all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.accounts import Desk, Telling
from deploy.demo.chance import Chance
from deploy.demo.incidents import Incident, Life, Party
from deploy.demo.residents import Person, Registrar, Residents, grown_ups
from deploy.demo.times import DAY
from deploy.demo.town import Place, Town
from deploy.demo.truth import Story
from deploy.demo.vocabulary import kinds

TIDY = Telling(tidy=True)


def clock(text: str) -> timedelta:
    """A time of day, ``21:30``, as the span since midnight."""
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


@dataclass(slots=True, kw_only=True)
class Cast:
    """A story in the making; ``first`` is the first midnight of the fortnight, local time."""

    chance: Chance
    first: datetime
    town: Town
    residents: Residents
    registrar: Registrar
    life: Life
    desk: Desk
    told: dict[str, str] = field(default_factory=dict)

    def keep(self, *things: Person | Place) -> None:
        """Keep people and places out of everyday life, so that nothing else is told of them."""
        for thing in things:
            (self.life.people if isinstance(thing, Person) else self.life.places).kept.add(thing.id)

    def is_kept(self, *things: Person | Place) -> bool:
        """Whether any of them is in a story already."""
        kept = self.life.people.kept | self.life.places.kept
        return any(thing.id in kept for thing in things)

    def household(self) -> tuple[Place, list[Person]]:
        """A home with adults in it that nothing else is told of."""
        while True:
            person = self.chance.one(self.residents.adults)
            people = self.residents.by_home[person.home.id]
            if person.home.kind == "home" and not self.is_kept(person.home, *people):
                self.keep(person.home, *people)
                return person.home, grown_ups(people, self.residents.today)

    def newcomer(self, home: Place, **known: Any) -> Person:
        """Somebody made for the story."""
        person = self.residents.take_in(self.registrar.person(home, "british", **known))
        self.keep(person)
        return person

    def stranger(self) -> Person:
        """An adult who comes up nowhere else."""
        while True:
            person = self.chance.one(self.residents.adults)
            if not self.is_kept(person):
                self.keep(person)
                return person

    def take(self, kind: str) -> Place:
        """A place of a kind that nothing else is told of."""
        while True:
            place = self.chance.one(self.town.of(kind, 0))
            if not self.is_kept(place):
                self.keep(place)
                return place

    def happen(
        self,
        kind: str,
        day: int,
        at: str,
        place: Place,
        parties: Sequence[Party] = (),
        detail: str | None = None,
        lasts: int | None = None,
    ) -> Incident:
        """An incident of the story, on a day of the fortnight (before it: below 0)."""
        start = self.first + day * DAY + clock(at) + timedelta(minutes=self.chance.below(15))
        incident = self.life.incident(
            kinds()[kind], start, start=start, place=place, parties=tuple(parties), lasts=lasts
        )
        return replace(incident, detail=detail) if detail else incident

    def tell(self, incident: Incident, agencies: Mapping[str, Telling] | Iterable[str]) -> None:
        """Have agencies tell of it; what they send is the story's."""
        how = agencies if isinstance(agencies, Mapping) else dict.fromkeys(agencies, TIDY)
        for agency, telling in how.items():
            ref = self.desk.tell(incident, agency, telling)
            if ref is not None:
                self.told[ref] = incident.id

    def story(self, name: str, should_hear: str, kinds: Iterable[str], *, expect: bool = True, **more: Any) -> Story:
        """The story as told so far; ``due`` is when enough of its incidents were reported."""
        story = Story(
            name=name,
            should_hear=should_hear,
            kinds=frozenset(kinds),
            expect_alert=expect,
            incidents=dict(self.told),
            **more,
        )
        return replace(story, due=self._due(story)) if expect else story

    def _due(self, story: Story) -> datetime | None:
        reported = sorted(
            (datetime.fromisoformat(sent.body["reported_at"]), story.incidents[sent.ref])
            for sent in self.desk.sent
            if sent.ref in story.incidents
        )
        heard: set[str] = set()
        for at, incident in reported:
            heard.add(incident)
            if len(heard) >= story.enough:
                return at
        return None


def as_party(role: str, person: Person, **written: Mapping[str, Any]) -> Party:
    """Someone in a story, and what each agency writes of them (``_`` for ``-`` in its name)."""
    return Party(role=role, person=person, written={k.replace("_", "-"): v for k, v in written.items()})

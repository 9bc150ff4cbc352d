"""What is true of a simulation: which reports are one incident, which mentions one person, what is hidden where."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Something hidden in the fortnight, and what an analyst should hear of it.

    ``incidents``: its reports (refs) and the incident each tells of. ``kinds``: where an alert is expected, those that
    tell the story; where none is, those that would be wrong. ``enough``: incidents that alerts must rest on to tell it.
    """

    name: str
    should_hear: str
    kinds: frozenset[str]
    expect_alert: bool
    incidents: dict[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    due: datetime | None = None  # reported_at of the report that makes it due
    enough: int = 3

    @property
    def refs(self) -> tuple[str, ...]:
        """The reports that are its evidence."""
        return tuple(sorted(self.incidents))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A person or place that truly comes up again and again in everyday life; an alert of it is right."""

    name: str
    things: tuple[str, ...]
    refs: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Truth:
    """The truth of what was sent. ``ref`` is ``agency:id``.

    ``form_of``: how closely a report says its place (exact, point, street, area). ``marks``: by position in the sent
    order, what is not simply a report: amend, retract, redelivery, older, or ``bad: …``. ``withdrawn``: retracted refs.
    """

    incident_of: dict[str, str] = field(default_factory=dict)
    person_of: dict[tuple[str, int], str] = field(default_factory=dict)
    place_of: dict[str, str] = field(default_factory=dict)
    form_of: dict[str, str] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    stories: list[Story] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {
            "incident_of": self.incident_of,
            "person_of": [[ref, index, person] for (ref, index), person in self.person_of.items()],
            "place_of": self.place_of,
            "form_of": self.form_of,
            "marks": {str(position): mark for position, mark in self.marks.items()},
            "withdrawn": sorted(self.withdrawn),
            "stories": [
                {
                    **asdict(story),
                    "kinds": sorted(story.kinds),
                    "due": story.due.isoformat() if story.due else None,
                }
                for story in self.stories
            ],
            "repeats": [asdict(repeat) for repeat in self.repeats],
        }
